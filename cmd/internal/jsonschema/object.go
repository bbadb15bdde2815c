package jsonschema

import (
	"go/types"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// field is a member of the JSON object of a struct, possibly of one that is embedded in it.
type field struct {
	name     string
	at       *types.Var
	depth    int
	tagged   bool // its name is from a tag
	optional bool // left out where it is empty, or its embedded struct is nil
	quoted   bool // the option string
	omits    bool // left out where it is nil
}

// object is the schema of a struct, whose members encoding/json finds by the rules of embedding.
func (g *Generator) object(t *types.Struct, path string) (*Schema, error) {
	s := &Schema{Type: Types{"object"}}
	for _, f := range visible(fieldsOf(t, 0, false, nil)) {
		member, err := g.of(f.at.Type(), path+"."+f.at.Name(), false)
		if err != nil {
			return nil, err
		}
		if f.omits {
			member = present(f.at.Type(), member)
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
func present(t types.Type, s *Schema) *Schema {
	switch t.Underlying().(type) {
	case *types.Pointer, *types.Slice, *types.Map:
	default:
		return s
	}
	if len(s.AnyOf) == 2 && slices.Equal(s.AnyOf[1].Type, Types{"null"}) {
		return s.AnyOf[0]
	}
	if s.Ref != "" {
		return s
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
	if _, ok := t.Underlying().(*types.Basic); !ok || s.any() {
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
		if !validName(name) {
			name = ""
		}
		has := func(option string) bool { return slices.Contains(strings.Split(options, ","), option) }
		if at.Embedded() {
			inner, isPointer := at.Type(), false
			if p, ok := types.Unalias(inner).(*types.Pointer); ok {
				inner, isPointer = p.Elem(), true
			}
			embedded, isStruct := inner.Underlying().(*types.Struct)
			if isStruct && name == "" {
				fields = append(fields, fieldsOf(embedded, depth+1, optional || isPointer, within)...)
				continue
			}
			if !at.Exported() && !isStruct {
				continue
			}
		} else if !at.Exported() {
			continue
		}
		f := field{name: name, at: at, depth: depth, tagged: name != "", quoted: has("string"), omits: has("omitempty") && canBeEmpty(at.Type()) || has("omitzero") && !judgesZero(at.Type())}
		if name == "" {
			f.name = at.Name()
		}
		f.optional = optional || f.omits || has("omitzero")
		fields = append(fields, f)
	}
	return fields
}

// canBeEmpty reports whether encoding/json ever takes a value of type t for empty.
func canBeEmpty(t types.Type) bool {
	switch t := t.Underlying().(type) {
	case *types.Struct:
		return false
	case *types.Array:
		return t.Len() == 0
	}
	return true
}

// judgesZero reports whether a method says what is left out, which may then be another value than nil.
func judgesZero(t types.Type) bool {
	object, _, _ := types.LookupFieldOrMethod(t, true, nil, "IsZero")
	f, ok := object.(*types.Func)
	return ok && f.Signature().Params().Len() == 0 && f.Signature().Results().Len() == 1 && !types.IsInterface(t)
}

// validName reports whether encoding/json takes the name in a tag; else it takes that of the field.
func validName(name string) bool {
	return !strings.ContainsFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", r)
	})
}

// visible leaves the fields that win their name: the one nearest to the top, then the one with a tag, and
// none where that does not decide.
func visible(fields []field) []field {
	var left []field
	for i, f := range fields {
		if !slices.ContainsFunc(slices.Concat(fields[:i], fields[i+1:]), func(other field) bool {
			return other.name == f.name && (other.depth < f.depth || other.depth == f.depth && (other.tagged || !f.tagged))
		}) {
			left = append(left, f)
		}
	}
	return left
}
