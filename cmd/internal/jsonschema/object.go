package jsonschema

import (
	"go/types"
	"reflect"
	"slices"
	"strings"
)

// field is a member of the JSON object of a struct, possibly of one that is embedded in it.
type field struct {
	name     string
	at       *types.Var
	depth    int
	tagged   bool // its name is from a tag
	optional bool // left out where it is empty, or its embedded struct is nil
	quoted   bool // the option string
	omits    bool // left out where it is empty
}

// object is the schema of a struct, whose members encoding/json finds by the rules of embedding.
func (g *Generator) object(t *types.Struct, path string) (*Schema, error) {
	s := &Schema{Type: Types{"object"}}
	for _, f := range visible(fieldsOf(t, 0, false, nil)) {
		member, err := g.of(f.at.Type(), path+"."+f.at.Name())
		if err != nil {
			return nil, err
		}
		if f.omits {
			member = g.present(f.at.Type(), member)
		}
		if f.quoted {
			member = quoted(f.at.Type(), member)
		}
		if g.Docs != nil {
			member = described(member, g.Docs.Of(f.at))
		}
		s.Properties = append(s.Properties, Property{f.name, member})
		if !f.optional {
			s.Required = append(s.Required, f.name)
		}
	}
	return s, nil
}

// present is the schema of a member that is left out where it is empty, so that it is never null.
func (g *Generator) present(t types.Type, s *Schema) *Schema {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map:
	default:
		return s
	}
	if len(s.AnyOf) == 2 && slices.Equal(s.AnyOf[1].Type, Types{"null"}) {
		return s.AnyOf[0]
	}
	with := *s
	with.Type = slices.DeleteFunc(slices.Clone(s.Type), func(name string) bool { return name == "null" })
	return &with
}

// quoted is what the option string makes of a number, text or boolean, or a pointer to one.
func quoted(t types.Type, s *Schema) *Schema {
	text := &Schema{Type: Types{"string"}}
	if pointer, ok := t.Underlying().(*types.Pointer); ok {
		t = pointer.Elem()
		if len(s.AnyOf) > 0 || slices.Contains(s.Type, "null") {
			text = nullable(text)
		}
	}
	if _, ok := t.Underlying().(*types.Basic); !ok {
		return s
	}
	return text
}

func fieldsOf(t *types.Struct, depth int, optional bool, within []*types.Struct) (fields []field) {
	if slices.Contains(within, t) {
		return nil // a struct that embeds a pointer to itself
	}
	within = append(within, t)
	for i := range t.NumFields() {
		at := t.Field(i)
		tag := reflect.StructTag(t.Tag(i)).Get("json")
		if tag == "-" {
			continue
		}
		name, options, _ := strings.Cut(tag, ",")
		has := func(option string) bool { return slices.Contains(strings.Split(options, ","), option) }
		if at.Embedded() {
			inner, isPointer := at.Type(), false
			if p, ok := types.Unalias(inner).(*types.Pointer); ok {
				inner, isPointer = p.Elem(), true
			}
			embedded, isStruct := inner.Underlying().(*types.Struct)
			if isStruct && name == "" && wellKnown(inner) == nil && marshaled(inner) == nil {
				fields = append(fields, fieldsOf(embedded, depth+1, optional || isPointer, within)...)
				continue
			}
			if !at.Exported() && !isStruct {
				continue
			}
		} else if !at.Exported() {
			continue
		}
		f := field{name: name, at: at, depth: depth, tagged: name != "", quoted: has("string"), omits: has("omitempty") || has("omitzero")}
		if name == "" {
			f.name = at.Name()
		}
		f.optional = optional || f.omits
		fields = append(fields, f)
	}
	return fields
}

// visible leaves the fields that win their name: the one nearest to the top, then the one with a tag, and
// none where that does not decide.
func visible(fields []field) []field {
	return slices.DeleteFunc(slices.Clone(fields), func(f field) bool {
		for _, other := range fields {
			if other.name != f.name || other.at == f.at {
				continue
			}
			if other.depth < f.depth || other.depth == f.depth && (other.tagged || !f.tagged) {
				return true
			}
		}
		return false
	})
}
