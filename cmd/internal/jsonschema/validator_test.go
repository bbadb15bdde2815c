package jsonschema

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// validator says whether values are of schemas, as far as this package writes them. It is stricter than a validator of
// JSON Schema: a struct has the members of its schema only.
type validator struct {
	definitions map[string]*Schema
	seen        sightings
}

// validate returns what is wrong, or "". At depth 0 it is noted what the members are.
func (v *validator) validate(s *Schema, value any, path string, depth int) string {
	if s.Ref != "" {
		return v.validate(v.definitions[strings.TrimPrefix(s.Ref, "#/")], value, path, depth)
	}
	for _, part := range s.AllOf {
		if wrong := v.validate(part, value, path, depth+1); wrong != "" {
			return wrong
		}
	}
	if len(s.AnyOf) > 0 && !slices.ContainsFunc(s.AnyOf, func(part *Schema) bool { return v.validate(part, value, path, depth+1) == "" }) {
		return fmt.Sprintf("%s: %v is none of several", path, value)
	}
	kind := kindOf(value)
	if len(s.Type) > 0 && !slices.Contains(s.Type, kind) && (kind != "integer" || !slices.Contains(s.Type, "number")) {
		return fmt.Sprintf("%s: %s instead of %v", path, kind, s.Type)
	}
	if len(s.Enum) > 0 && !slices.ContainsFunc(s.Enum, func(c Constant) bool { return fmt.Sprint(c.Value) == fmt.Sprint(value) }) {
		return fmt.Sprintf("%s: %v is no declared value", path, value)
	}
	switch value := value.(type) {
	case string:
		return v.text(s, value, path)
	case []any:
		return v.array(s, value, path, depth)
	case map[string]any:
		return v.object(s, value, path, depth)
	}
	return ""
}

func (v *validator) text(s *Schema, value, path string) string {
	var err error
	switch {
	case s.Format == "date-time":
		_, err = time.Parse(time.RFC3339Nano, value)
	case s.ContentEncoding == "base64":
		_, err = base64.StdEncoding.DecodeString(value)
	case s.Pattern != "" && !regexp.MustCompile(s.Pattern).MatchString(value):
		err = fmt.Errorf("%q is not %s", value, s.Pattern)
	}
	if err != nil {
		return path + ": " + err.Error()
	}
	return ""
}

func (v *validator) array(s *Schema, list []any, path string, depth int) string {
	if n := int64(len(list)); s.MinItems != nil && n < *s.MinItems || s.MaxItems != nil && n > *s.MaxItems {
		return fmt.Sprintf("%s: %d items", path, n)
	}
	for i, item := range list {
		if s.Items != nil {
			if wrong := v.validate(s.Items, item, fmt.Sprintf("%s[%d]", path, i), depth+1); wrong != "" {
				return wrong
			}
		}
	}
	return ""
}

func (v *validator) object(s *Schema, members map[string]any, path string, depth int) string {
	for _, name := range s.Required {
		if _, there := members[name]; !there {
			return path + ": no " + name
		}
	}
	declared := map[string]*Schema{}
	for _, p := range s.Properties {
		declared[p.Name] = p.Schema
		if value, there := members[p.Name]; depth == 0 {
			v.note(s, p, value, there)
		}
	}
	for name, value := range members {
		at := path + "." + name
		schema := s.AdditionalProperties
		switch {
		case declared[name] != nil:
			schema = declared[name]
		case s.Type != nil && !s.Map:
			return at + ": no such member"
		}
		if s.PropertyNames != nil {
			if wrong := v.validate(s.PropertyNames, name, at, depth+1); wrong != "" {
				return wrong
			}
		}
		if schema != nil {
			if wrong := v.validate(schema, value, at, depth+1); wrong != "" {
				return wrong
			}
		}
	}
	return ""
}

func (v *validator) note(s *Schema, p Property, value any, there bool) {
	seen := v.seen[p.Name]
	if seen == nil {
		seen = &sighting{schema: p.Schema, required: slices.Contains(s.Required, p.Name), types: map[string]bool{}, alternates: v.kinds(p.Schema)}
		v.seen[p.Name] = seen
	}
	if !there {
		seen.missing = true
		return
	}
	seen.there = true
	kind := kindOf(value)
	if kind == "integer" && seen.alternates["number"] {
		kind = "number"
	}
	seen.types[kind] = true
}

// kinds are the types that a schema allows; none where it allows all.
func (v *validator) kinds(s *Schema) map[string]bool {
	if s.Ref != "" {
		return v.kinds(v.definitions[strings.TrimPrefix(s.Ref, "#/")])
	}
	kinds := map[string]bool{}
	for _, name := range s.Type {
		kinds[name] = true
	}
	for _, part := range s.AnyOf {
		maps.Copy(kinds, v.kinds(part))
	}
	return kinds
}

func kindOf(value any) string {
	switch value := value.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case json.Number:
		if strings.ContainsAny(value.String(), ".eE") {
			return "number"
		}
		return "integer"
	case []any:
		return "array"
	}
	return "object"
}
