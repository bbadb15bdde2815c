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

// keep publishes an object of JavaScript's and returns the event that a handler of Go got, after it returned.
func keep(p *pair, handler func(e *bus.Event)) *bus.Event {
	p.t.Helper()
	var kept *bus.Event
	sub := p.onGo("a", func(_ context.Context, e *bus.Event) error {
		handler(e)
		kept = e
		return nil
	})
	defer sub.Unsubscribe()
	require.NoError(p.t, p.fromPage("a", evaluate("({ n: 1 })")))
	return kept
}

func decodeN(t *testing.T, e *bus.Event) {
	t.Helper()
	v, err := bus.As[map[string]int](e)
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"n": 1}, v)
}

func refusedN(t *testing.T, e *bus.Event) {
	t.Helper()
	_, err := bus.As[map[string]int](e)
	require.ErrorIs(t, err, ErrReleased)
	assert.Equal(t, "TB_PAYLOAD", bus.Code(err))
	assert.ErrorContains(t, err, "Retain")
}

// onPageSide reports whether JavaScript still keeps the data that p stands for.
func onPageSide(p *payload) bool { return served.page.encode.Invoke(p.ref, 0).Int() >= 0 }

func TestPayloadIsReleasedWhenTheHandlerReturns(t *testing.T) {
	p := newPair(t, withCodec)
	e := keep(p, func(e *bus.Event) {
		decodeN(t, e)
		decodeN(t, e) // as often as it likes
	})
	refusedN(t, e)
	err := p.inGo.Publish(context.Background(), "page", e.Data)
	require.NoError(t, err, "nobody wants it")
	_, err = encoded(p, e.Data)
	require.ErrorIs(t, err, bus.ErrPayload)
	assert.ErrorContains(t, err, ErrReleased.Error())
}

func TestPayloadRetained(t *testing.T) {
	p := newPair(t, withCodec)
	e := keep(p, func(e *bus.Event) { e.Data.(bus.Retainer).Retain() })
	data := e.Data.(*payload)
	require.NoError(t, p.fromPage("a", "the next event does not touch it"))
	decodeN(t, e)
	data.Retain() // twice, so that it takes two releases
	data.Release()
	decodeN(t, e)
	got, err := encoded(p, data)
	require.NoError(t, err)
	assert.Equal(t, 1, got.Get("n").Int())
	require.True(t, onPageSide(data))
	data.Release()
	assert.False(t, onPageSide(data), "the page's slot is free")
	refusedN(t, e)
}

func TestPayloadRetainedTooLate(t *testing.T) {
	p := newPair(t, withCodec)
	e := keep(p, func(*bus.Event) {})
	data := e.Data.(*payload)
	data.Retain()
	refusedN(t, e)
	data.Release()
	refusedN(t, e)
}

func TestPayloadRetainedByOneOfSeveralSubscribers(t *testing.T) {
	p := newPair(t, withCodec)
	var events []*bus.Event
	for i := range 4 {
		p.onGo("a", func(_ context.Context, e *bus.Event) error {
			data := e.Data.(*payload)
			if i%2 == 0 {
				data.Retain()
			}
			decodeN(t, e)
			if i == 2 {
				data.Release()
			}
			events = append(events, e)
			return nil
		})
	}
	require.NoError(t, p.fromPage("a", evaluate("({ n: 1 })")))
	require.Len(t, events, 4)
	data := events[0].Data.(*payload)
	for _, e := range events {
		assert.Same(t, events[0], e, "one view of one event")
		decodeN(t, e)
	}
	data.Release()
	assert.False(t, onPageSide(data))
	refusedN(t, events[3])
}

func TestPayloadReleasedBetweenSubscribers(t *testing.T) {
	p := newPair(t, withCodec)
	var last *bus.Event
	for range 3 {
		p.onGo("a", func(_ context.Context, e *bus.Event) error {
			data := e.Data.(*payload)
			data.Retain()
			decodeN(t, e)
			data.Release()
			last = e
			return nil
		})
	}
	require.NoError(t, p.fromPage("a", evaluate("({ n: 1 })")))
	assert.Empty(t, p.takeFailures())
	refusedN(t, last)
	assert.False(t, onPageSide(last.Data.(*payload)))
}

func TestPayloadPassedOnIsLetGoAfterItsDelivery(t *testing.T) {
	p := newPair(t, withCodec)
	var second *bus.Event
	p.onGo("second", func(_ context.Context, e *bus.Event) error {
		decodeN(t, e)
		second = e
		return nil
	})
	p.onGo("first", func(ctx context.Context, e *bus.Event) error { return p.inGo.Publish(ctx, "second", e.Data) })
	require.NoError(t, p.fromPage("first", evaluate("({ n: 1 })")))
	require.NotNil(t, second)
	refusedN(t, second)
	assert.False(t, onPageSide(second.Data.(*payload)))
	for i, e := range served.events {
		assert.Nil(t, e, "event %d of Go's is still held for JavaScript", i)
	}
}

func TestPayloadOfAnEventThatIsNotDeliveredIsLetGo(t *testing.T) {
	p := newPair(t, withCodec)
	p.onPage("full", func(js.Value, js.Value) error { return nil })
	require.Error(t, p.inGo.Publish(context.Background(), "full", make(chan int)))
	require.NoError(t, p.inGo.Publish(context.Background(), "nobody", "data"))
	require.Error(t, p.inGo.Publish(context.Background(), "no topic", "data"))
	for i, e := range served.events {
		assert.Nil(t, e, "event %d of Go's is still held for JavaScript", i)
	}
}
