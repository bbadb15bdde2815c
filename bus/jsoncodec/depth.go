package jsoncodec

import (
	"encoding"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"sync"
)

const (
	// maxDepth is how many maps, slices, pointers and structs may be within each other. Encoding nests calls, in a page
	// on the engine's stack, where twice as many would end the program.
	maxDepth = 1000
	// maxValues are more than fit into what may cross to a page.
	maxValues = 16 << 20
)

var errDeep = errors.New("json: more than 1000 maps, slices and pointers within each other, or too many values; does the data refer back?")

// depthCheck goes through data as encoding/json does.
type depthCheck struct{ values int }

// tooDeep reports whether encoding v would nest too many calls, or come to no end.
func (c *depthCheck) tooDeep(v any, left int) bool {
	switch v := v.(type) {
	case nil, string, bool, float64, int, int64, []byte:
		return false
	case map[string]any:
		for _, member := range v {
			if c.enter(left) || c.tooDeep(member, left-1) {
				return true
			}
		}
		return false
	case []any:
		for _, member := range v {
			if c.enter(left) || c.tooDeep(member, left-1) {
				return true
			}
		}
		return false
	}
	return c.value(reflect.ValueOf(v), left)
}

func (c *depthCheck) enter(left int) bool {
	c.values++
	return left <= 0 || c.values > maxValues
}

func (c *depthCheck) value(v reflect.Value, left int) bool {
	return v.IsValid() && endless(v.Type()) && c.inside(v, left)
}

// inside is value for those of an endless type. What a pointer, a slice, an array or a map of one holds is of one too.
func (c *depthCheck) inside(v reflect.Value, left int) bool {
	if c.enter(left) {
		return true
	}
	switch v.Kind() {
	case reflect.Interface:
		return c.value(v.Elem(), left-1)
	case reflect.Pointer:
		return !v.IsNil() && c.inside(v.Elem(), left-1)
	case reflect.Struct:
		for _, i := range endlessFields(v.Type()) {
			if c.inside(v.Field(i), left-1) {
				return true
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			if c.inside(v.Index(i), left-1) {
				return true
			}
		}
	case reflect.Map:
		for entries := v.MapRange(); entries.Next(); {
			if c.inside(entries.Value(), left-1) {
				return true
			}
		}
	}
	return false
}

var (
	known      sync.Map // reflect.Type: bool
	knownInner sync.Map // reflect.Type: []int
)

// endless reports whether values of a type may be within each other without a bound: those of recursive types and of
// interfaces, unless they write their JSON themselves. Of most types nothing has to be walked through.
func endless(t reflect.Type) bool {
	if found, ok := known.Load(t); ok {
		return found.(bool)
	}
	found := recurs(t, nil)
	known.Store(t, found)
	return found
}

var (
	jsonMarshaler = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

func recurs(t reflect.Type, within []reflect.Type) bool {
	if slices.Contains(within, t) {
		return true
	}
	if p := reflect.PointerTo(t); t.Kind() != reflect.Interface && (p.Implements(jsonMarshaler) || p.Implements(textMarshaler)) {
		return false
	}
	within = append(within, t)
	switch t.Kind() {
	case reflect.Interface:
		return true
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return recurs(t.Elem(), within)
	case reflect.Struct:
		for i, encoded := range fields(t) {
			if encoded && recurs(t.Field(i).Type, within) {
				return true
			}
		}
	}
	return false
}

// endlessFields are the indices of the fields of a struct that are encoded and of an endless type.
func endlessFields(t reflect.Type) []int {
	if found, ok := knownInner.Load(t); ok {
		return found.([]int)
	}
	var found []int
	for i, encoded := range fields(t) {
		if encoded && endless(t.Field(i).Type) {
			found = append(found, i)
		}
	}
	knownInner.Store(t, found)
	return found
}

// fields goes through the fields of a struct, each with whether it is encoded.
func fields(t reflect.Type) func(yield func(int, bool) bool) {
	return func(yield func(int, bool) bool) {
		for i := range t.NumField() {
			f := t.Field(i)
			if !yield(i, (f.IsExported() || f.Anonymous) && f.Tag.Get("json") != "-") {
				return
			}
		}
	}
}
