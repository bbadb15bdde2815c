package jsonschema

import (
	"go/types"
	"slices"

	"golang.org/x/tools/go/types/typeutil"
)

// Generator makes schemas of types. Structs and other types with a name are described once, in
// Definitions, and referred to.
type Generator struct {
	// Prefix begins every reference, for example "#/components/schemas/". It is not empty.
	Prefix string
	// Docs may be nil: then nothing has a description, and every integer type with a name is open.
	Docs *Docs
	// Closed reports whether types of a package have no values but the constants that it declares; nil: of any. A type
	// of a package that it is not true of is open: a later version of its module may add constants.
	Closed func(*types.Package) bool
	// NeverNil says that the program leaves no slice and no map nil, so that none of them is null.
	NeverNil bool
	// Reserved are names that no definition may have.
	Reserved []string

	byType      typeutil.Map // of *definition
	made        []*definition
	definitions map[string]*Schema
}

// definition is the schema of a type with a name, and what refers to it.
type definition struct {
	of     *types.Named
	name   string
	schema *Schema
	refs   []*Schema
}

// Of returns the schema of the JSON that encoding/json makes of a value of type t. Its references are
// complete once Definitions was called. The error is a *TypeError.
func (g *Generator) Of(t types.Type) (*Schema, error) {
	return g.of(t, types.TypeString(t, (*types.Package).Name), false)
}

// of is Of for a part of a value. Whether that is addressable decides if encoding/json finds the methods
// of its pointer: what a pointer or a slice leads to is, and all else may be.
func (g *Generator) of(t types.Type, path string, addressable bool) (*Schema, error) {
	if s := g.wellKnown(t, addressable); s != nil {
		return s, nil
	}
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		s, err := g.of(pointer.Elem(), path, true)
		if err != nil {
			return nil, err
		}
		return nullable(s), nil
	}
	if s := g.marshaled(t, addressable); s != nil {
		return s, nil
	}
	s, err := g.plain(t, path, addressable)
	if err == nil && !types.IsInterface(t) && marshals(t, "MarshalText", true) != nil {
		// Text where it is addressable, and the value itself elsewhere.
		s = &Schema{AnyOf: []*Schema{{Type: Types{"string"}}, s}}
	}
	return s, err
}

// plain is of for a type whose methods do not matter.
func (g *Generator) plain(t types.Type, path string, addressable bool) (*Schema, error) {
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return g.named(named, path)
	}
	return g.underlying(t.Underlying(), path, addressable)
}

// named refers to the definition of a type with a name, which it makes when it is first asked for. Of a
// type that contains itself the definition is not complete yet.
func (g *Generator) named(t *types.Named, path string) (*Schema, error) {
	switch t.Underlying().(type) {
	case *types.Interface:
		return &Schema{}, nil
	case *types.Chan, *types.Signature:
		return nil, &TypeError{path, t.String(), ""}
	case *types.Pointer:
		if leadsNowhere(t) {
			return nil, &TypeError{path, t.String(), "a pointer that leads to pointers only"}
		}
	}
	known, _ := g.byType.At(t).(*definition)
	if known == nil {
		known = &definition{of: t, schema: new(Schema)}
		g.byType.Set(t, known)
		g.made = append(g.made, known)
		g.definitions = nil
		s, err := g.underlying(t.Underlying(), path, false)
		if err != nil {
			return nil, err
		}
		*known.schema = *s
		g.enumerate(t, known.schema)
		if g.Docs != nil {
			known.schema.Description = g.Docs.Of(t.Obj())
		}
		if isDuration(t) {
			known.schema.Description = "A duration in nanoseconds."
		}
	}
	ref := &Schema{Ref: g.Prefix}
	known.refs = append(known.refs, ref)
	return ref, nil
}

func (g *Generator) underlying(t types.Type, path string, addressable bool) (*Schema, error) {
	switch t := t.(type) {
	case *types.Basic:
		if s := basic(t); s != nil {
			return s, nil
		}
	case *types.Interface:
		return &Schema{}, nil
	case *types.Pointer:
		s, err := g.of(t.Elem(), path, true)
		if err != nil {
			return nil, err
		}
		return nullable(s), nil
	case *types.Struct:
		return g.object(t, path)
	case *types.Slice:
		if isByte(t.Elem()) {
			return &Schema{Type: g.orNull("string"), ContentEncoding: "base64"}, nil
		}
		items, err := g.of(t.Elem(), path+"[]", true)
		return &Schema{Type: g.orNull("array"), Items: items}, err
	case *types.Array:
		items, err := g.of(t.Elem(), path+"[]", addressable)
		n := t.Len()
		return &Schema{Type: Types{"array"}, Items: items, MinItems: &n, MaxItems: &n}, err
	case *types.Map:
		return g.mapping(t, path)
	}
	return nil, &TypeError{path, t.String(), ""}
}

// leadsNowhere reports whether a pointer type with a name leads back to itself, and to no value on the way.
func leadsNowhere(t *types.Named) bool {
	var passed []types.Type
	for at := types.Type(t); ; {
		if slices.Contains(passed, at) {
			return true
		}
		passed = append(passed, at)
		pointer, ok := at.Underlying().(*types.Pointer)
		if !ok {
			return false
		}
		at = types.Unalias(pointer.Elem())
	}
}

// orNull adds null to what a slice or map is, for one that is nil.
func (g *Generator) orNull(name string) Types {
	if g.NeverNil {
		return Types{name}
	}
	return Types{name, "null"}
}

// mapping is the schema of a map, whose keys encoding/json writes as text.
func (g *Generator) mapping(t *types.Map, path string) (*Schema, error) {
	s := &Schema{Type: g.orNull("object"), Map: true}
	key, _ := t.Key().Underlying().(*types.Basic)
	switch {
	case key != nil && key.Info()&types.IsString != 0:
		// As elsewhere only the declared constants are expected, whatever methods the type has.
		if named, ok := types.Unalias(t.Key()).(*types.Named); ok {
			names := new(Schema)
			if g.enumerate(named, names); len(names.Enum) > 0 {
				s.PropertyNames, _ = g.named(named, path) // text always has a form
			}
		}
	case marshals(t.Key(), "MarshalText", false) != nil:
	case key != nil && key.Info()&types.IsUnsigned != 0:
		s.PropertyNames = &Schema{Pattern: "^[0-9]+$"}
	case key != nil && key.Info()&types.IsInteger != 0:
		s.PropertyNames = &Schema{Pattern: "^-?[0-9]+$"}
	default:
		return nil, &TypeError{path, t.String(), ""}
	}
	values, err := g.of(t.Elem(), path+"[]", false)
	if err == nil && !values.any() {
		s.AdditionalProperties = values
	}
	return s, err
}

func basic(t *types.Basic) *Schema {
	info := t.Info()
	switch {
	case info&types.IsString != 0:
		return &Schema{Type: Types{"string"}}
	case info&types.IsBoolean != 0:
		return &Schema{Type: Types{"boolean"}}
	case info&types.IsUnsigned != 0:
		zero := 0
		return &Schema{Type: Types{"integer"}, Minimum: &zero}
	case info&types.IsInteger != 0:
		return &Schema{Type: Types{"integer"}}
	case info&types.IsFloat != 0:
		return &Schema{Type: Types{"number"}}
	}
	return nil // complex numbers and unsafe pointers
}

// TypeError tells that a type, or a part of it, has no JSON form.
type TypeError struct {
	Path   string // from the type, for example "Order.Items[].Done"
	Type   string
	Reason string // where the type does not say it
}

func (e *TypeError) Error() string {
	if e.Reason != "" {
		return e.Path + ": " + e.Type + ", " + e.Reason + ", has no JSON form"
	}
	return e.Path + ": " + e.Type + " has no JSON form"
}
