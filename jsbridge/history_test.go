//go:build js && wasm

package jsbridge

import (
	"context"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func (p *pair) replayed(t *testing.T, pattern string, opts ...bus.SubscribeOption) *[]string {
	t.Helper()
	var got []string
	_, err := p.inGo.Subscribe(pattern, func(_ context.Context, e *bus.Event) error {
		v, err := bus.As[string](e)
		got = append(got, e.Topic+" "+v)
		return err
	}, opts...)
	require.NoError(t, err)
	return &got
}

// What either side declares, both sides find kept in one order, whoever published.
func TestHistoryOfBothSides(t *testing.T) {
	p := newPair(t, bus.Options{})
	require.NoError(t, p.inGo.Declare("x.go", bus.History(bus.Keep{Count: 3})))
	p.inPage.Call("topic", "x.js", map[string]any{"history": 3})
	for _, text := range []string{"1", "2", "3", "4"} {
		for _, topic := range []string{"x.go", "x.js"} {
			p.inPage.Call("publish", topic, "script "+text)
			require.NoError(t, p.inGo.Publish(t.Context(), topic, "go "+text))
		}
	}
	want := []string{"x.go go 3", "x.js go 3", "x.go script 4", "x.go go 4", "x.js script 4", "x.js go 4"}
	assert.ElementsMatch(t, want, *p.replayed(t, "x.*", bus.ReplayAll()))
	assert.Equal(t, want, *p.replayed(t, "x.*", bus.ReplayAll()))
	assert.Equal(t, want, p.scriptReplay("x.*", "all"))
	assert.Equal(t, []string{"x.go go 4", "x.js go 4"}, p.scriptReplay("x.*", 1))
	assert.Equal(t, 6, p.inGo.Stats().Retained)
	assert.Equal(t, 6, p.inPage.Call("stats").Get("retained").Int())
	assert.Equal(t, "go 4", p.inPage.Call("topic", "x.js").Get("value").String())
	e, ok := p.inGo.Last("x.js")
	require.True(t, ok)
	assert.Equal(t, "go 4", e.Data)
	n, err := p.inGo.Clear("x.go")
	require.NoError(t, err)
	assert.Equal(t, 3, n)
	assert.Equal(t, want[1:2], p.scriptReplay("x.*", "all")[:1])
	p.inPage.Call("topic", "x.js").Call("clear")
	assert.Zero(t, p.inGo.Stats().Retained)
	assert.Empty(t, failuresIn(p.failures))
}

// What Go kept before it was served is there for the page, in its place.
func TestHistoryFromBeforeGoWasServed(t *testing.T) {
	b := bus.New(bus.Options{})
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Count: 3})))
	for _, text := range []string{"1", "2", "3", "4"} {
		require.NoError(t, b.Publish(t.Context(), "a", text))
	}
	p := pairOf(t, b)
	p.inPage.Call("publish", "a", "5")
	assert.Equal(t, []string{"a 3", "a 4", "a 5"}, p.scriptReplay("a", "all"))
	assert.Equal(t, []string{"a 3", "a 4", "a 5"}, *p.replayed(t, "a", bus.ReplayAll()))
}

// A component of the page that asked for the past before Go was up gets what Go had kept by then, once, and whoever
// comes later too, whether anything is published or not.
func TestWhatGoKeptReachesThePage(t *testing.T) {
	b := bus.New(bus.Options{})
	for _, topic := range []string{"x.a", "x.b", "x.c"} {
		require.NoError(t, b.Declare(topic, bus.History(bus.Keep{Count: 2})))
	}
	for _, text := range []string{"1", "2", "3"} {
		require.NoError(t, b.Publish(t.Context(), "x.b", text))
		require.NoError(t, b.Publish(t.Context(), "x.a", text))
	}
	var early, last, plain []string
	to := func(got *[]string) func(data, event js.Value) error {
		return func(data, event js.Value) error {
			*got = append(*got, event.Get("topic").String()+" "+data.String())
			return nil
		}
	}
	p := pairWith(t, b, map[string]any{}, func(p *pair) {
		p.onPage("x.*", to(&early), map[string]any{"replay": "all"})
		p.onPage("x.b", to(&last), map[string]any{"replay": 1})
		p.onPage("x.>", to(&plain))
	})
	want := []string{"x.b 2", "x.a 2", "x.b 3", "x.a 3"}
	assert.Equal(t, want, early)
	assert.Equal(t, []string{"x.b 3"}, last)
	assert.Equal(t, "3", p.inPage.Call("topic", "x.a").Get("value").String())
	assert.Equal(t, 4, p.inPage.Call("stats").Get("retained").Int())
	assert.Equal(t, want, p.scriptReplay("x.>", "all"))
	assert.Equal(t, []string{"x.b 3", "x.a 3"}, p.scriptReplay("x.>", 1))

	p.inPage.Call("publish", "x.b", "4")
	assert.Equal(t, append(want, "x.b 4"), early)
	assert.Equal(t, []string{"x.b 3", "x.b 4"}, last)
	assert.Equal(t, []string{"x.b 4"}, plain, "who did not ask gets what is live")
	assert.Equal(t, []string{"x.a 2", "x.b 3", "x.a 3", "x.b 4"}, p.scriptReplay("x.*", "all"))
	assert.Empty(t, failuresIn(p.failures))
}

// Data of JavaScript's that a topic keeps is JavaScript's: Go has it for the call.
func TestReplayOfObjectsToGo(t *testing.T) {
	p := newPair(t, withCodec)
	p.inPage.Call("topic", "a", map[string]any{"retain": true})
	p.inPage.Call("publish", "a", map[string]any{"n": 7}, map[string]any{"id": "mine", "subject": "s"})
	var got []map[string]any
	_, err := p.inGo.Subscribe("a", func(_ context.Context, e *bus.Event) error {
		assert.Equal(t, "mine", e.ID())
		assert.Equal(t, "s", e.Subject())
		v, err := bus.As[map[string]any](e)
		got = append(got, v)
		return err
	}, bus.Replay(1))
	require.NoError(t, err)
	assert.Equal(t, []map[string]any{{"n": float64(7)}}, got)
	assert.Empty(t, failuresIn(p.failures))
}

func (p *pair) scriptReplay(pattern string, replay any) []string {
	var got []string
	f := p.function(func(args []js.Value) any {
		got = append(got, args[1].Get("topic").String()+" "+args[0].String())
		return nil
	})
	off := p.inPage.Call("subscribe", pattern, f, map[string]any{"replay": replay})
	off.Invoke()
	return got
}
