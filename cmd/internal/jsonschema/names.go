package jsonschema

import (
	"go/types"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Definitions returns the schemas that others refer to, by name, and completes the references. A name is
// that of the type: Order, PageOrder for Page[Order], with the package in front of each where two packages
// have an Order, and a number where that is not enough. The first letter is a capital one.
func (g *Generator) Definitions() map[string]*Schema {
	if g.definitions != nil || len(g.made) == 0 {
		return g.definitions
	}
	reserved := map[string]bool{}
	for _, name := range g.Reserved {
		reserved[name] = true
	}
	bare := map[string]int{}
	for _, d := range g.made {
		bare[nameOf(d.of, false)]++
	}
	g.definitions = map[string]*Schema{}
	for _, d := range g.made {
		name := nameOf(d.of, false)
		if bare[name] > 1 || reserved[name] {
			name = nameOf(d.of, true)
		}
		free := func(name string) bool { return g.definitions[name] == nil && !reserved[name] }
		d.name = name
		for i := 2; !free(d.name) || d.name != nameOf(d.of, false) && bare[d.name] > 0; i++ {
			d.name = name + "_" + strconv.Itoa(i)
		}
		g.definitions[d.name] = d.schema
		for _, ref := range d.refs {
			ref.Ref = g.Prefix + d.name
		}
	}
	return g.definitions
}

// Reachable returns the names of the definitions that a schema refers to, and those that these refer to,
// sorted.
func (g *Generator) Reachable(from *Schema) []string {
	definitions := g.Definitions()
	found := map[string]bool{}
	var visit func(s *Schema)
	visit = func(s *Schema) {
		if name, refers := strings.CutPrefix(s.Ref, g.Prefix); refers && s.Ref != "" && !found[name] {
			found[name] = true
			visit(definitions[name])
		}
		for part := range s.parts() {
			visit(part)
		}
	}
	visit(from)
	return slices.Sorted(maps.Keys(found))
}

// nameOf makes one word of a type.
func nameOf(t types.Type, qualified bool) string {
	switch t := types.Unalias(t).(type) {
	case *types.Named:
		name := ""
		if p := t.Obj().Pkg(); p != nil && qualified {
			name = capital(p.Name())
		}
		name += capital(t.Obj().Name())
		for arg := range t.TypeArgs().Types() {
			name += nameOf(arg, qualified)
		}
		return name
	case *types.Pointer:
		return nameOf(t.Elem(), qualified)
	case *types.Slice:
		return nameOf(t.Elem(), qualified) + "Slice"
	case *types.Array:
		return nameOf(t.Elem(), qualified) + "Array" + strconv.FormatInt(t.Len(), 10)
	case *types.Map:
		return nameOf(t.Key(), qualified) + nameOf(t.Elem(), qualified) + "Map"
	case *types.Struct:
		return "Struct"
	case *types.Interface:
		return "Any"
	}
	return capital(t.String())
}

// capital makes a part of a name in which all characters are allowed everywhere.
func capital(name string) string {
	name = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, name)
	return strings.ToUpper(name[:1]) + name[1:]
}
