package main

import (
	"strings"
	"unicode/utf8"

	"github.com/trolleybus/trolleybus/cmd/internal/jsonschema"
)

// lineLength is how long lines of comments get, in characters.
const lineLength = 110

// writeDoc writes paragraphs as a JSDoc comment.
func writeDoc(b *strings.Builder, text, indent string) {
	if text == "" {
		return
	}
	var lines []string
	for i, paragraph := range strings.Split(strings.ReplaceAll(text, "*/", "*\\/"), "\n\n") {
		if reason, deprecated := strings.CutPrefix(paragraph, "Deprecated: "); deprecated {
			paragraph = "@deprecated " + reason
		}
		if i > 0 {
			lines = append(lines, "")
		}
		lines = append(lines, wrap(paragraph, lineLength-len(indent)-len(" * "))...)
	}
	if len(lines) == 1 {
		b.WriteString(indent + "/** " + lines[0] + " */\n")
		return
	}
	b.WriteString(indent + "/**\n")
	for _, line := range lines {
		b.WriteString(indent + strings.TrimRight(" * "+line, " ") + "\n")
	}
	b.WriteString(indent + " */\n")
}

func wrap(text string, length int) (lines []string) {
	line := ""
	for word := range strings.FieldsSeq(text) {
		if line != "" && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > length {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += " "
		}
		line += word
	}
	return append(lines, line)
}

// noted adds to a comment what a type of text does not say.
func noted(doc string, s *jsonschema.Schema) string {
	note := ""
	for s != nil && note == "" {
		switch {
		case s.Format == "date-time":
			note = "ISO 8601"
		case s.ContentEncoding == "base64":
			note = "base64"
		}
		if s.Items != nil {
			s = s.Items
		} else {
			s = s.AdditionalProperties
		}
	}
	first, rest, more := strings.Cut(doc, "\n\n")
	switch {
	case note == "":
		return doc
	case doc == "":
		return "As " + note + "."
	case strings.HasPrefix(doc, "Deprecated: "):
		return "As " + note + ".\n\n" + doc
	case more:
		return first + " (" + note + ")\n\n" + rest
	}
	return first + " (" + note + ")"
}
