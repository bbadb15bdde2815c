//go:build js && wasm

package jsbridge

import (
	"context"
	"fmt"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// In a page an observer in Go sees the interest of both sides, the deliveries to Go, and the dead letters of both.
func TestObserversInGoSeeThePage(t *testing.T) {
	p := newPolicyPair(t, bus.Options{})
	var log []string
	say := func(format string, args ...any) { log = append(log, fmt.Sprintf(format, args...)) }
	said := func(want ...string) {
		t.Helper()
		p.Advance(0)
		p.inGo.Subscriptions() // JavaScript tells of its changes when it must
		assert.Equal(t, want, log)
		log = nil
	}
	p.inPageAs("page ", "early", "undefined")
	stop := p.inGo.Observe(bus.Observer{
		Interest: func(_ context.Context, pattern string, i bus.Interest) {
			say("%s %t %t %s", pattern, i.On, i.Responder, i.Side)
		},
		Delivered: func(_ context.Context, e *bus.Event, s bus.ObservedSubscription, d bus.Delivery) {
			say("delivered %s to %s: %s", e.Topic, s.Side, d.Outcome)
		},
		Dropped: func(_ context.Context, e *bus.Event, s bus.ObservedSubscription, reason bus.DropReason) {
			say("dropped %s of %s: %s", e.Topic, s.Side, reason)
		},
		Dead: func(_ context.Context, l bus.DeadLetter) { say("dead %s", l.Topic) },
	})
	said("early true false js")
	off := p.inPageAs("page ", "x", "undefined")
	listener := p.function(func([]js.Value) any { return nil })
	p.inPage.Get("target").Call("addEventListener", "listened", listener)
	p.inPage.Call("respond", "asked", listener)
	sub := p.inGoAs("go ", "x")
	said("x true false go", "x true false js", "asked true true js")
	p.publish("page", "x", 1)
	p.publish("Go", "x", 2)
	said("delivered x to go: ok", "delivered x to go: ok")
	off()
	sub.Unsubscribe()
	said("x false false go", "x false false js")

	p.fails = map[string]int{"page ": 1}
	off = p.inPageAs("page ", "y", "{ retry: { attempts: 1 }, dedupe: {} }")
	p.publish("page", "y", 1)
	require.NoError(t, p.inGo.Publish(context.Background(), "y", 2.0, bus.WithID("one")))
	require.NoError(t, p.inGo.Publish(context.Background(), "y", 3.0, bus.WithID("one")))
	said("y true false js", "dead y", "dropped y of js: duplicate")
	stop()
	off()
	p.publish("page", "x", 1)
	said()
}
