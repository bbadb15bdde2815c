package main

import (
	"maps"
	"slices"
	"strings"
)

// typescript is the file of types.
func (m *model) typescript() []byte {
	var b strings.Builder
	b.WriteString("// " + marker + "\n")
	b.WriteString("\n/** Topics, and the data of their events. */\nexport interface Topics {\n")
	for _, e := range m.topics {
		e.write(&b)
	}
	b.WriteString("}\n")
	if len(m.replies) > 0 {
		b.WriteString("\n/** Topics of requests, and what they are answered with. */\nexport interface Requests {\n")
		for _, e := range m.replies {
			e.write(&b)
		}
		b.WriteString("}\n")
	}
	definitions := m.generator.Definitions()
	for _, name := range slices.Sorted(maps.Keys(definitions)) {
		b.WriteString("\n")
		writeDefinition(&b, name, definitions[name])
	}
	return []byte(b.String())
}

// write writes a topic as a member of an interface, or as a signature for the topics that its name stands for.
func (e *entry) write(b *strings.Builder) {
	text := "Uint8Array"
	if !e.bytes {
		text = typeOf(e.schema, "  ")
		writeDoc(b, noted(e.doc, e.schema), "  ")
	} else {
		writeDoc(b, e.doc, "  ")
	}
	b.WriteString("  " + e.key() + ": " + text + ";\n")
}

func (e *entry) key() string {
	if !slices.ContainsFunc(e.tokens, func(t token) bool { return t.parameter }) {
		return quote(e.name)
	}
	escape := strings.NewReplacer("\\", "\\\\", "`", "\\`", "${", "\\${")
	parts := make([]string, len(e.tokens))
	for i, t := range e.tokens {
		parts[i] = escape.Replace(t.text)
		if t.parameter {
			parts[i] = "${string}"
		}
	}
	return "[topic: `" + strings.Join(parts, ".") + "`]"
}
