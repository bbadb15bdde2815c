package jsoncodec_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus/jsoncodec"
)

type node struct {
	Name   string         `json:"name"`
	Next   *node          `json:"next,omitempty"`
	Parent *node          `json:"-"`
	Any    any            `json:"any,omitempty"`
	ByName map[string]any `json:"byName,omitempty"`
	hidden *node
}

// said refers back, and writes something else.
type said struct{ self *said }

func (s *said) MarshalJSON() ([]byte, error) { return []byte(`"said"`), nil }

func TestMarshalIsThatOfEncodingJSON(t *testing.T) {
	parent := &node{Name: "parent", Any: []node{{Name: "a"}}, ByName: map[string]any{"x": map[string]int{"y": 1}}}
	parent.Next = &node{Name: "child", Parent: parent, hidden: parent}
	text := &said{}
	text.self = text
	var none *node
	for _, v := range []any{
		nil, 1, "a", []byte("x"), time.Unix(0, 0).UTC(), none, parent, *parent, []*node{parent, nil}, map[int]node{1: {}}, text, []any{text, *parent, time.Second},
		json.RawMessage(`{"a":1}`), [2]any{1, "b"}, &[]any{1}, list(999), nested(999),
	} {
		want, err := json.Marshal(v)
		require.NoError(t, err)
		got, err := jsoncodec.Codec{}.Marshal(v)
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got))
	}
	_, err := jsoncodec.Codec{}.Marshal(make(chan int))
	require.Error(t, err)
}

func TestMarshalOfWhatIsTooDeepOrRefersBack(t *testing.T) {
	cycle := map[string]any{}
	cycle["a"], cycle["b"] = cycle, cycle
	ring := make([]any, 2)
	ring[0], ring[1] = ring, ring
	self := &node{}
	self.Next = self
	pointer := new(any)
	*pointer = pointer
	shared := any("x")
	for range 64 {
		shared = []any{shared, shared}
	}
	typed := any(node{})
	for range 64 {
		typed = []any{&node{Any: typed}, &node{Any: typed}}
	}
	for name, v := range map[string]any{
		"a list": list(100_000), "slices": nested(100_000), "a map in itself": cycle, "a slice in itself": ring, "a node that is its next": self,
		"a pointer to itself": pointer, "shared 64 levels deep": shared, "shared nodes": typed,
	} {
		_, err := jsoncodec.Codec{}.Marshal(v)
		assert.ErrorContains(t, err, "within each other", name)
	}
}

// list has n pointers.
func list(n int) *node {
	var first *node
	for range n / 2 {
		first = &node{Next: first}
	}
	return first
}

func nested(n int) any {
	var v any
	for range n {
		v = []any{v}
	}
	return v
}
