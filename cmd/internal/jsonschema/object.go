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
		member, err := g.member(f, path+"."+f.at.Name())
		if err != nil {
			return nil, err
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

// member is the schema of what a field has where it is not left out.
func (g *Generator) member(f field, path string) (s *Schema, err error) {
	t, quoted := f.at.Type(), f.quoted && quotable(f.at.Type())
	pointer, isPointer := t.Underlying().(*types.Pointer)
	if isPointer && f.omits {
		// Left out where it is nil itself. What it leads to may be null.
		s, err = g.of(pointer.Elem(), path, true)
	} else if s, err = g.of(t, path, false); f.omits {
		s = g.present(t, s)
	}
	if err != nil || !quoted || s.any() {
		return s, err
	}
	s = &Schema{Type: Types{"string"}}
	if isPointer && !f.omits {
		s = nullable(s)
	}
	return s, nil
}

// present is the schema of a slice or map that is never nil.
func (g *Generator) present(t types.Type, s *Schema) *Schema {
	name := "array"
	switch t := t.Underlying().(type) {
	case *types.Slice:
		if isByte(t.Elem()) {
			name = "string"
		}
	case *types.Map:
		name = "object"
	default:
		return s
	}
	switch {
	case s.Ref != "" && !g.NeverNil:
		return &Schema{AllOf: []*Schema{s}, Type: Types{name}, Map: name == "object"}
	case slices.Equal(s.Type, Types{name, "null"}):
		with := *s
		with.Type = Types{name}
		return &with
	}
	return s
}

// quotable reports whether the option string does anything: to a number, text or boolean, and to a pointer to one that
// has no name of its own.
func quotable(t types.Type) bool {
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		t = pointer.Elem()
	}
	_, ok := t.Underlying().(*types.Basic)
	return ok
}

func fieldsOf(t *types.Struct, depth int, optional bool, within []*types.Struct) (fields []field) {
	if slices.ContainsFunc(within, func(outer *types.Struct) bool { return types.Identical(outer, t) }) {
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
			inner := at.Type()
			if p, ok := types.Unalias(inner).(*types.Pointer); ok {
				inner = p.Elem()
			}
			embedded, isStruct := inner.Underlying().(*types.Struct)
			if isStruct && name == "" {
				fields = append(fields, fieldsOf(embedded, depth+1, optional || isPointer(at.Type()), within)...)
				continue
			}
			if !at.Exported() && !isStruct {
				continue
			}
		} else if !at.Exported() {
			continue
		}
		f := field{name: name, at: at, depth: depth, tagged: name != "", quoted: has("string"), omits: has("omitempty") && canBeEmpty(at.Type()) || has("omitzero") && (isPointer(at.Type()) || !judgesZero(at.Type()))}
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

func isPointer(t types.Type) bool {
	_, ok := t.Underlying().(*types.Pointer)
	return ok
}

// judgesZero reports whether a method says what is left out, which may then be another value than nil. Pointers that are
// nil it is not asked of.
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
