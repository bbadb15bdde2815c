package bus_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

type sized func() int

func (s sized) Size() int { return s() }

func TestSizeOfData(t *testing.T) {
	list := []any{1, "ab"}
	self := map[string]any{}
	self["a"], self["b"] = self, self
	ring := make([]any, 2)
	ring[0], ring[1] = ring, []any{ring, "x"}
	tree := map[string]any{}
	var children []any
	for range 8 {
		children = append(children, map[string]any{"parent": tree})
	}
	tree["children"] = children
	deep := any("x")
	for range 200_000 {
		deep = []any{deep}
	}
	shared := any("0123456789")
	for range 64 {
		shared = []any{shared, shared}
	}
	pointer := new(any)
	*pointer = pointer
	for name, c := range map[string]struct {
		data any
		want int
	}{
		"nil":                        {nil, 16},
		"a number":                   {1, 16},
		"text":                       {"abc", 19},
		"bytes":                      {make([]byte, 5), 21},
		"a slice":                    {list, 16 + 16 + 18},
		"a map":                      {map[string]any{"key": "ab"}, 16 + 16 + 3 + 18},
		"a map in itself":            {self, 16 + 2*(16+1+16)},
		"a slice in itself":          {ring, 16 + 16 + 16 + 16 + 17},
		"children with their parent": {tree, 16 + (16 + 8) + 16 + 8*(16+(16+6)+16)},
		"shared 64 levels deep":      {shared, 64*32 - 16 + 16 + 2*26 - 16},
		"the same slice twice":       {[]any{list, list}, 16 + (16 + 16 + 18) + 16},
		"another length of a slice":  {[]any{list, list[:1]}, 16 + (16 + 16 + 18) + (16 + 16)},
		"a pointer to itself":        {pointer, 16},
		"what knows its size":        {[]any{sized(func() int { return 1000 })}, 1016},
		"a size below zero":          {sized(func() int { return -5 }), 16},
		"a size beyond all memory":   {sized(func() int { return 1 << 40 }), 1<<31 - 1},
		"a size that panics":         {[]any{sized(func() int { panic("no") }), "a"}, 16 + 16 + 17},
	} {
		assert.Equal(t, c.want, bus.SizeOf(c.data), name)
	}
	assert.GreaterOrEqual(t, bus.SizeOf(deep), 16*100_000, "far deeper than a page's stack")
	large := make([]any, 1_000_000)
	for i := range large {
		large[i] = []any{strings.Repeat("x", 8)}
	}
	assert.InDelta(t, 16*1_000_000, bus.SizeOf(large), 16*300_000, "of a million values most count as 16")
}

// The bound of a history holds for data that refers back, and each publish returns.
func TestHistoryOfDataThatRefersBack(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Bytes: 10_000})))
	for range 100 {
		data := map[string]any{"text": strings.Repeat("x", 700)}
		for _, name := range []string{"a", "b", "c", "d", "e", "f", "g", "h"} {
			data[name] = map[string]any{"parent": data}
		}
		require.NoError(t, b.Publish(t.Context(), "a", data))
	}
	assert.Greater(t, b.Stats().Retained, 3)
	assert.Less(t, b.Stats().Retained, 15)
}
