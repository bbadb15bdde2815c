// Package jsonschema describes the JSON that encoding/json makes of Go types, as JSON Schema,
// in the words that draft 7 and draft 2020-12 have in common.
package jsonschema

import (
	"bytes"
	"encoding/json"
	"iter"
)

// Schema is a JSON Schema, as far as Go types need it. The zero value allows everything.
type Schema struct {
	Ref         string `json:"$ref,omitempty"`
	Title       string `json:"title,omitempty"`
	Description string `json:"description,omitempty"`
	// Type is one name, or several where null is allowed too.
	Type                 Types      `json:"type,omitempty"`
	Format               string     `json:"format,omitempty"`
	ContentEncoding      string     `json:"contentEncoding,omitempty"`
	Enum                 []Constant `json:"enum,omitempty"`
	Pattern              string     `json:"pattern,omitempty"`
	Minimum              *int       `json:"minimum,omitempty"`
	Items                *Schema    `json:"items,omitempty"`
	MinItems             *int64     `json:"minItems,omitempty"`
	MaxItems             *int64     `json:"maxItems,omitempty"`
	Properties           Properties `json:"properties,omitempty"`
	Required             []string   `json:"required,omitempty"`
	PropertyNames        *Schema    `json:"propertyNames,omitempty"`
	AdditionalProperties *Schema    `json:"additionalProperties,omitempty"`
	AllOf                []*Schema  `json:"allOf,omitempty"`
	AnyOf                []*Schema  `json:"anyOf,omitempty"`
	// Map tells an object of a map from one of a struct.
	Map bool `json:"-"`
}

// Types are names of JSON types.
type Types []string

func (t Types) MarshalJSON() ([]byte, error) {
	if len(t) == 1 {
		return json.Marshal(t[0])
	}
	return json.Marshal([]string(t))
}

// Property is one member of an object.
type Property struct {
	Name   string
	Schema *Schema
}

// Properties are the members of an object, in the order of the Go fields.
type Properties []Property

func (p Properties) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, property := range p {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(property.Name)
		if err != nil {
			return nil, err
		}
		schema, err := json.Marshal(property.Schema)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(schema)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// nullable allows null beside what the schema allows.
func nullable(s *Schema) *Schema {
	switch {
	case s.any():
		return s
	case len(s.Type) > 0:
		for _, name := range s.Type {
			if name == "null" {
				return s
			}
		}
		with := *s
		with.Type = append(append(Types(nil), s.Type...), "null")
		return &with
	default:
		return &Schema{AnyOf: []*Schema{s, {Type: Types{"null"}}}}
	}
}

// parts are the schemas within a schema.
func (s *Schema) parts() iter.Seq[*Schema] {
	return func(yield func(*Schema) bool) {
		parts := append(append([]*Schema{s.Items, s.PropertyNames, s.AdditionalProperties}, s.AllOf...), s.AnyOf...)
		for _, p := range s.Properties {
			parts = append(parts, p.Schema)
		}
		for _, part := range parts {
			if part != nil && !yield(part) {
				return
			}
		}
	}
}

// any reports whether everything is allowed.
func (s *Schema) any() bool {
	return s.Ref == "" && len(s.Type) == 0 && len(s.AnyOf) == 0 && len(s.AllOf) == 0
}

// described returns the schema with a description, which draft 7 has no place for beside a reference.
func described(s *Schema, text string) *Schema {
	if text == "" {
		return s
	}
	with := *s
	if s.Ref != "" {
		with = Schema{AllOf: []*Schema{s}}
	}
	with.Description = text
	return &with
}
