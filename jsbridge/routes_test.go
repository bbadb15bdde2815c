//go:build js && wasm

package jsbridge

import (
	"context"
	"runtime"
	"strconv"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func (p *pair) routes() int { return p.inPage.Call("stats").Get("routes").Int() }

func nothing(context.Context, *bus.Event) error { return nil }

func TestRoutesFollowSubscriptionsOfGoAtOnce(t *testing.T) {
	m := newMixed(t)
	publish := func(want ...string) {
		t.Helper()
		require.NoError(t, m.fromPage("a.b"))
		m.logged(want...)
	}
	m.pageLogs("page", "a.b")
	publish("page a.b")
	wild := m.goLogs("wild", "a.*")
	publish("page a.b", "wild a.b")
	literal := m.goLogs("literal", "a.b")
	publish("page a.b", "wild a.b", "literal a.b")
	all := m.goLogs("all", ">")
	publish("page a.b", "wild a.b", "literal a.b", "all a.b")
	wild.Unsubscribe()
	publish("page a.b", "literal a.b", "all a.b")
	all.Unsubscribe()
	publish("page a.b", "literal a.b")
	literal.Unsubscribe()
	publish("page a.b")
	m.onGo("a.b", func(context.Context, *bus.Event) error {
		m.log = append(m.log, "once")
		return nil
	}, bus.Once())
	publish("page a.b", "once")
	publish("page a.b")
	ctx, cancel := context.WithCancel(context.Background())
	_, err := m.inGo.Subscribe("*.b", func(context.Context, *bus.Event) error {
		m.log = append(m.log, "until")
		return nil
	}, bus.Until(ctx))
	require.NoError(t, err)
	publish("page a.b", "until")
	cancel()
	for m.inGo.Stats().Subscriptions > 1 {
		runtime.Gosched() // Until ends the subscription on a goroutine
	}
	publish("page a.b")
}

func TestRoutesAreInvalidatedExactly(t *testing.T) {
	p := newPair(t, bus.Options{})
	topics := []string{"a.1", "a.2", "a.3", "b.1", "b.2", "c"}
	all := func() {
		for _, topic := range topics {
			require.NoError(t, p.fromPage(topic))
		}
		require.Equal(t, len(topics), p.routes())
	}
	// How many routes a subscription of Go's to the pattern must make stale.
	for pattern, stale := range map[string]int{"a.1": 1, "a.9": 0, "a.*": 3, "*.1": 2, "c": 1, ">": 6, "a.>": 3, "x.>": 0, "*": 1, "$bus.>": 0} {
		all()
		sub := p.onGo(pattern, nothing)
		assert.Equal(t, len(topics)-stale, p.routes(), "after %s came", pattern)
		all()
		sub.Unsubscribe()
		assert.Equal(t, len(topics)-stale, p.routes(), "after %s went", pattern)
	}
	all()
	p.inGo.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		return next(ctx, e)
	})()
	assert.Equal(t, len(topics), p.routes(), "interceptors are not part of routes")
}

func TestRoutesAndHandlesAreBounded(t *testing.T) {
	p := newPair(t, bus.Options{})
	got := 0
	p.onGo("topic.>", func(context.Context, *bus.Event) error {
		got++
		return nil
	})
	const topics = 5000
	for i := range topics {
		require.NoError(t, p.fromPage("topic."+strconv.Itoa(i)))
	}
	assert.Equal(t, topics, got)
	assert.LessOrEqual(t, p.routes(), 2048)
	for range topics {
		sub := p.onGo("other", nothing)
		require.NoError(t, p.fromPage("other"))
		sub.Unsubscribe()
	}
	assert.LessOrEqual(t, len(served.handles), 256)
}

func TestRoutesShowBothSides(t *testing.T) {
	p := newPair(t, bus.Options{})
	p.onGo("a.*", nothing, bus.Name("in Go"))
	p.onGo("b", nothing)
	p.onPage("a.b", func(js.Value, js.Value) error { return nil })
	require.NoError(t, p.fromPage("a.b"))
	list := func(method string) string {
		return js.Global().Get("JSON").Call("stringify", p.inPage.Call(method)).String()
	}
	assert.JSONEq(t, `[{"pattern":"a.b","side":"script","responder":false},{"pattern":"a.*","name":"in Go","side":"go","responder":false},{"pattern":"b","side":"go","responder":false}]`, list("subscriptions"))
	assert.JSONEq(t, `[{"topic":"a.b","subscribers":2},{"topic":"b","subscribers":1}]`, list("topics"))
	assert.Equal(t, 3, p.inGo.Stats().Subscriptions, "Go's table has both")
}
