package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/trolleybus/trolleybus/cmd/internal/jsonschema"
)

// document is the file of one schema.
type document struct {
	Dialect string `json:"$schema"`
	Comment string `json:"$comment"`
	Title   string `json:"title"`
	// Described hides the schema's own, which data of a type with a name has in its definition.
	Described string `json:"description,omitempty"`
	*jsonschema.Schema
	Definitions map[string]*jsonschema.Schema `json:"$defs,omitempty"`
}

// schemas are the files of the JSON Schemas.
func (m *model) schemas(directory string) (files []file, err error) {
	names := map[string]string{}
	for _, kind := range []struct {
		entries []entry
		suffix  string
	}{{m.topics, ".schema.json"}, {m.replies, ".reply-schema.json"}} {
		for _, e := range kind.entries {
			name := filepath.Join(directory, fileName(e.name)+kind.suffix)
			// Where case does not count one file would overwrite the other.
			if other, taken := names[strings.ToLower(name)]; taken {
				return nil, fmt.Errorf("topics %s and %s have one file name: %s", other, e.name, name)
			}
			names[strings.ToLower(name)] = e.name
			text, err := m.document(e)
			if err != nil {
				return nil, err
			}
			files = append(files, file{name, text})
		}
	}
	return files, nil
}

func (m *model) document(e entry) ([]byte, error) {
	d := document{
		Dialect: "https://json-schema.org/draft/2020-12/schema", Comment: marker, Title: e.name, Schema: e.schema,
		Described: e.doc, Definitions: map[string]*jsonschema.Schema{},
	}
	all := m.generator.Definitions()
	for _, name := range m.generator.Reachable(e.schema) {
		d.Definitions[name] = all[name]
	}
	text, err := json.MarshalIndent(d, "", "  ")
	return append(text, '\n'), err
}

// fileName writes the bytes of a topic that have a meaning in some file system as %XX.
func fileName(topic string) string {
	var b strings.Builder
	for _, c := range []byte(topic) {
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || strings.IndexByte("._-{}", c) >= 0 {
			b.WriteByte(c)
		} else {
			fmt.Fprintf(&b, "%%%02X", c)
		}
	}
	return b.String()
}
