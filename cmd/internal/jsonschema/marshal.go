package jsonschema

import "go/types"

// wellKnown has the types of the standard library whose JSON is known, though a method makes it.
func (g *Generator) wellKnown(t types.Type, addressable bool) *Schema {
	switch fullName(t) {
	case "time.Time":
		return &Schema{Type: Types{"string"}, Format: "date-time"}
	case "encoding/json.Number":
		return &Schema{Type: Types{"number"}}
	case "encoding/json.RawMessage":
		return &Schema{}
	case "math/big.Int":
		// Its method is the pointer's; without it encoding/json finds a struct without members.
		if addressable {
			return &Schema{Type: Types{"integer"}}
		}
		return &Schema{Type: Types{"integer", "object"}}
	}
	return nil
}

func isDuration(t types.Type) bool { return fullName(t) == "time.Duration" }

func fullName(t types.Type) string {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return ""
	}
	return named.Obj().Pkg().Path() + "." + named.Obj().Name()
}

// marshaled is the schema of a type that makes its own JSON or text, or nil if it does not, or not always.
func (g *Generator) marshaled(t types.Type, addressable bool) *Schema {
	if types.IsInterface(t) {
		return nil
	}
	if method := marshals(t, "MarshalJSON", true); method != nil {
		// It may be that of an embedded struct.
		if by := method.Signature().Recv().Type(); !types.Identical(by, t) {
			if s := g.wellKnown(by, addressable); s != nil {
				return s
			}
		}
		return &Schema{}
	}
	if marshals(t, "MarshalText", addressable) != nil {
		return &Schema{Type: Types{"string"}}
	}
	return nil
}

// marshals returns the method name() ([]byte, error) of values of type t, or of addressable ones; nil if
// there is none.
func marshals(t types.Type, name string, addressable bool) *types.Func {
	object, _, _ := types.LookupFieldOrMethod(t, addressable, nil, name)
	f, ok := object.(*types.Func)
	if !ok {
		return nil
	}
	sig := f.Signature()
	if sig.Params().Len() != 0 || sig.Results().Len() != 2 || !types.Identical(sig.Results().At(0).Type(), byteSlice) || !isError(sig.Results().At(1).Type()) {
		return nil
	}
	return f
}

// byteSlice is []byte itself, which is what methods have to return.
var byteSlice = types.NewSlice(types.Typ[types.Byte])

func isError(t types.Type) bool {
	return types.Identical(t, types.Universe.Lookup("error").Type())
}

// isByte reports whether a slice of t is written as base64.
func isByte(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Kind() == types.Byte && marshals(t, "MarshalJSON", true) == nil && marshals(t, "MarshalText", true) == nil
}
