package jsonschema

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
)

// Generator makes schemas of types. Structs and other types with a name are described once, in
// Definitions, and referred to.
type Generator struct {
	// Prefix begins every reference, for example "#/components/schemas/".
	Prefix string
	// Docs may be nil: then nothing has a description.
	Docs *Docs

	definitions map[string]*Schema
	names       map[string]string // by the full name of the type
}

// Definitions returns the schemas that others refer to, by name.
func (g *Generator) Definitions() map[string]*Schema { return g.definitions }

// TypeError tells that a type, or a part of it, has no JSON form.
type TypeError struct {
	Path string // from the type, for example "Order.Items[].Done"
	Type string
}

func (e *TypeError) Error() string { return e.Path + ": " + e.Type + " has no JSON form" }

// Of returns the schema of the JSON that encoding/json makes of a value of type t. The error is a
// *TypeError.
func (g *Generator) Of(t types.Type) (*Schema, error) {
	return g.of(t, types.TypeString(t, (*types.Package).Name))
}

func (g *Generator) of(t types.Type, path string) (*Schema, error) {
	if s := wellKnown(t); s != nil {
		return s, nil
	}
	if pointer, ok := types.Unalias(t).(*types.Pointer); ok {
		s, err := g.of(pointer.Elem(), path)
		if err != nil {
			return nil, err
		}
		return nullable(s), nil
	}
	if s := marshaled(t); s != nil {
		return s, nil
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		return g.named(named, path)
	}
	return g.underlying(t.Underlying(), path)
}

// named refers to the definition of a type with a name, which it makes when it is first asked for. Of a
// type that contains itself the definition is not complete yet.
func (g *Generator) named(t *types.Named, path string) (*Schema, error) {
	switch t.Underlying().(type) {
	case *types.Interface:
		return &Schema{}, nil
	case *types.Chan, *types.Signature:
		return nil, &TypeError{path, t.String()}
	}
	full := types.TypeString(t, nil)
	if name, ok := g.names[full]; ok {
		return &Schema{Ref: g.Prefix + name}, nil
	}
	name := g.nameOf(t)
	if g.names == nil {
		g.names, g.definitions = map[string]string{}, map[string]*Schema{}
	}
	g.names[full] = name
	definition := new(Schema)
	g.definitions[name] = definition
	s, err := g.underlying(t.Underlying(), path)
	if err != nil {
		return nil, err
	}
	*definition = *s
	if g.Docs != nil {
		definition.Description = g.Docs.Of(t.Obj())
	}
	return &Schema{Ref: g.Prefix + name}, nil
}

// nameOf makes a name that no other type has: Order, Page_Order for Page[Order], or with the package in
// front where two packages have an Order, and a number where that is not enough.
func (g *Generator) nameOf(t *types.Named) string {
	short := nameIn(t, func(*types.Package) string { return "" })
	long := nameIn(t, (*types.Package).Name)
	name := short
	for i := 1; g.definitions[name] != nil; i++ {
		name = long
		if i > 1 {
			name = fmt.Sprintf("%s_%d", long, i)
		}
	}
	return name
}

func nameIn(t types.Type, qualifier types.Qualifier) string {
	name := types.TypeString(t, qualifier)
	return strings.Trim(strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r == '.', r == '_':
			return r
		case r == '*':
			return -1
		}
		return '_'
	}, name), "_")
}

func (g *Generator) underlying(t types.Type, path string) (*Schema, error) {
	switch t := t.(type) {
	case *types.Basic:
		if s := basic(t); s != nil {
			return s, nil
		}
	case *types.Interface:
		return &Schema{}, nil
	case *types.Struct:
		return g.object(t, path)
	case *types.Slice:
		if isByte(t.Elem()) {
			return &Schema{Type: Types{"string", "null"}, ContentEncoding: "base64"}, nil
		}
		items, err := g.of(t.Elem(), path+"[]")
		return &Schema{Type: Types{"array", "null"}, Items: items}, err
	case *types.Array:
		items, err := g.of(t.Elem(), path+"[]")
		n := t.Len()
		return &Schema{Type: Types{"array"}, Items: items, MinItems: &n, MaxItems: &n}, err
	case *types.Map:
		return g.mapping(t, path)
	}
	return nil, &TypeError{path, t.String()}
}

func (g *Generator) mapping(t *types.Map, path string) (*Schema, error) {
	s := &Schema{Type: Types{"object", "null"}}
	key, _ := t.Key().Underlying().(*types.Basic)
	switch {
	case key != nil && key.Info()&types.IsString != 0:
	case marshals(t.Key(), "MarshalText"):
	case key != nil && key.Info()&types.IsUnsigned != 0:
		s.PropertyNames = &Schema{Pattern: "^[0-9]+$"}
	case key != nil && key.Info()&types.IsInteger != 0:
		s.PropertyNames = &Schema{Pattern: "^-?[0-9]+$"}
	default:
		return nil, &TypeError{path, t.String()}
	}
	values, err := g.of(t.Elem(), path+"[]")
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

func isByte(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Byte && !marshals(t, "MarshalJSON") && !marshals(t, "MarshalText")
}

// wellKnown has the types of the standard library whose JSON is known, though a method makes it.
func wellKnown(t types.Type) *Schema {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return nil
	}
	switch named.Obj().Pkg().Path() + "." + named.Obj().Name() {
	case "time.Time":
		return &Schema{Type: Types{"string"}, Format: "date-time"}
	case "encoding/json.Number":
		return &Schema{Type: Types{"number"}}
	case "encoding/json.RawMessage":
		return &Schema{}
	case "math/big.Int":
		return &Schema{Type: Types{"integer"}}
	}
	return nil
}

// marshaled is the schema of a type that makes its own JSON or text, or nil if it does not.
func marshaled(t types.Type) *Schema {
	switch {
	case types.IsInterface(t):
		return nil
	case marshals(t, "MarshalJSON"):
		return &Schema{}
	case marshals(t, "MarshalText"):
		return &Schema{Type: Types{"string"}}
	}
	return nil
}

// marshals reports whether values of type t, or pointers to them, have a method name() ([]byte, error).
func marshals(t types.Type, name string) bool {
	object, _, _ := types.LookupFieldOrMethod(t, true, nil, name)
	f, ok := object.(*types.Func)
	if !ok {
		return false
	}
	sig := f.Signature()
	return sig.Params().Len() == 0 && sig.Results().Len() == 2 && isByteSlice(sig.Results().At(0).Type())
}

func isByteSlice(t types.Type) bool {
	s, ok := t.Underlying().(*types.Slice)
	if !ok {
		return false
	}
	b, ok := s.Elem().Underlying().(*types.Basic)
	return ok && b.Kind() == types.Byte
}

// Names returns the names of the definitions, sorted.
func (g *Generator) Names() []string {
	names := make([]string, 0, len(g.definitions))
	for name := range g.definitions {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
