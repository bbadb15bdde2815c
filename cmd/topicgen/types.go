package main

import (
	"bytes"
	"encoding/json"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/trolleybus/trolleybus/cmd/internal/jsonschema"
)

// longestTuple is the longest array that is written out.
const longestTuple = 16

func writeDefinition(b *strings.Builder, name string, s *jsonschema.Schema) {
	writeDoc(b, s.Description, "")
	switch {
	case len(s.Properties) > 0 && len(s.Type) == 1:
		b.WriteString("export interface " + name + " " + members(s, "") + "\n")
	case len(s.Enum) > 0:
		b.WriteString("export type " + name + " =" + alternatives(s.Enum) + ";\n")
	default:
		b.WriteString("export type " + name + " = " + typeOf(s, "") + ";\n")
	}
}

// typeOf is the type of what a schema allows. Lines after the first begin with indent.
func typeOf(s *jsonschema.Schema, indent string) string {
	switch {
	case s.Ref != "":
		return strings.TrimPrefix(s.Ref, refPrefix)
	case len(s.AllOf) == 1 && len(s.Type) > 0:
		return "NonNullable<" + typeOf(s.AllOf[0], indent) + ">"
	case len(s.AllOf) == 1:
		return typeOf(s.AllOf[0], indent)
	case len(s.AnyOf) > 0:
		var types []string
		for _, part := range s.AnyOf {
			types = append(types, typeOf(part, indent))
		}
		return strings.Join(types, " | ")
	case len(s.Type) == 0:
		return "unknown"
	}
	var types []string
	for _, name := range s.Type {
		switch name {
		case "integer":
			types = append(types, "number")
		case "array":
			types = append(types, arrayOf(s, indent))
		case "object":
			types = append(types, objectOf(s, indent))
		default:
			types = append(types, name)
		}
	}
	return strings.Join(types, " | ")
}

func arrayOf(s *jsonschema.Schema, indent string) string {
	item := typeOf(s.Items, indent)
	if s.MinItems != nil && *s.MinItems <= longestTuple {
		return "[" + strings.Join(slices.Repeat([]string{item}, int(*s.MinItems)), ", ") + "]"
	}
	if strings.Contains(item, " | ") {
		item = "(" + item + ")"
	}
	return item + "[]"
}

func objectOf(s *jsonschema.Schema, indent string) string {
	switch {
	case !s.Map && len(s.Properties) == 0:
		return "{ [key: string]: never }"
	case !s.Map:
		return members(s, indent)
	}
	value := "unknown"
	if s.AdditionalProperties != nil {
		value = typeOf(s.AdditionalProperties, indent)
	}
	switch keys := s.PropertyNames; {
	case keys == nil:
		return "{ [key: string]: " + value + " }"
	case keys.Ref != "":
		return "{ [key in " + typeOf(keys, "") + "]?: " + value + " }"
	default:
		return "{ [key: number]: " + value + " }"
	}
}

// members are those of a struct, in braces.
func members(s *jsonschema.Schema, indent string) string {
	var b strings.Builder
	b.WriteString("{\n")
	for _, p := range s.Properties {
		name := p.Name
		if !identifier.MatchString(name) {
			name = quote(name)
		}
		if !slices.Contains(s.Required, p.Name) {
			name += "?"
		}
		writeDoc(&b, noted(p.Schema.Description, p.Schema), indent+"  ")
		b.WriteString(indent + "  " + name + ": " + typeOf(p.Schema, indent+"  ") + ";\n")
	}
	b.WriteString(indent + "}")
	return b.String()
}

var identifier = regexp.MustCompile(`^[A-Za-z_$][A-Za-z0-9_$]*$`)

// alternatives is a union, on lines of its own where there is something to say of a value.
func alternatives(values []jsonschema.Constant) string {
	texts, said := literals(values), false
	lines := make([]string, len(values))
	for i, v := range values {
		lines[i] = "\n  | " + texts[i]
		comment := strings.Join(strings.Fields(v.Doc), " ")
		if _, number := v.Value.(int64); number {
			comment = strings.TrimSuffix(v.Name+": "+comment, ": ")
		}
		if comment != "" {
			said = true
			lines[i] = "\n  /** " + strings.ReplaceAll(comment, "*/", "*\\/") + " */" + lines[i]
		}
	}
	if said {
		return strings.Join(lines, "")
	}
	return " " + strings.Join(texts, " | ")
}

func literals(values []jsonschema.Constant) []string {
	texts := make([]string, len(values))
	for i, v := range values {
		switch v := v.Value.(type) {
		case string:
			texts[i] = quote(v)
		case int64:
			texts[i] = strconv.FormatInt(v, 10)
		}
	}
	return texts
}

// quote is a text as a literal, in which all is escaped that JSON escapes.
func quote(text string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(text); err != nil {
		panic(err) // a text has a JSON form
	}
	inner := strings.TrimSuffix(b.String(), "\n")
	return "'" + strings.NewReplacer(`\\`, `\\`, `\"`, `"`, `'`, `\'`).Replace(inner[1:len(inner)-1]) + "'"
}
