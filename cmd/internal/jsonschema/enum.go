package jsonschema

import (
	"cmp"
	"encoding/json"
	"go/constant"
	"go/types"
	"slices"
)

// Constant is one value of a type whose values are all declared. Its JSON is the value.
type Constant struct {
	Name  string
	Value any // string or int64
	Doc   string
}

func (c Constant) MarshalJSON() ([]byte, error) { return json.Marshal(c.Value) }

// enumerate restricts the schema of a type to the constants that its package declares of it, where that is closed:
// at least two texts, or at least two integers without a gap, which flags and units are not.
func (g *Generator) enumerate(t *types.Named, s *Schema) {
	basic, ok := t.Underlying().(*types.Basic)
	if !ok || t.Obj().Pkg() == nil || basic.Info()&(types.IsString|types.IsInteger) == 0 || t.Obj().Parent() != t.Obj().Pkg().Scope() {
		return
	}
	if g.Closed != nil && !g.Closed(t.Obj().Pkg()) {
		return
	}
	if g.Docs == nil && basic.Info()&types.IsInteger != 0 || g.Docs != nil && g.Docs.Open(t.Obj()) {
		return
	}
	var found []*types.Const
	scope := t.Obj().Pkg().Scope()
	for _, name := range scope.Names() {
		c, ok := scope.Lookup(name).(*types.Const)
		if !ok || name == "_" || !types.Identical(c.Type(), t) {
			continue
		}
		if g.Docs != nil && g.Docs.Shifted(c) {
			return
		}
		found = append(found, c)
	}
	slices.SortStableFunc(found, g.inOrder)
	var values []Constant
	for _, c := range found {
		value := constant.Val(c.Val())
		if slices.ContainsFunc(values, func(other Constant) bool { return other.Value == value }) {
			continue
		}
		switch n := value.(type) {
		case string:
		case int64:
			if len(values) > 0 && n != values[len(values)-1].Value.(int64)+1 {
				return
			}
		default: // beyond 64 bits
			return
		}
		doc := ""
		if g.Docs != nil {
			doc = g.Docs.Of(c)
		}
		values = append(values, Constant{c.Name(), value, doc})
	}
	if len(values) > 1 {
		s.Enum = values
	}
}

// inOrder compares numbers by value, and texts by where they are declared.
func (g *Generator) inOrder(a, b *types.Const) int {
	if a.Val().Kind() == constant.Int {
		x, _ := constant.Int64Val(a.Val())
		y, _ := constant.Int64Val(b.Val())
		return cmp.Compare(x, y)
	}
	if g.Docs == nil {
		return 0
	}
	x, y := g.Docs.fset.Position(a.Pos()), g.Docs.fset.Position(b.Pos())
	return cmp.Or(cmp.Compare(x.Filename, y.Filename), cmp.Compare(x.Line, y.Line), cmp.Compare(x.Column, y.Column))
}
