package bus_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// inTheFilter is every way for a subscriber to come by events through a filter, and what counts its calls.
var inTheFilter = map[string]func(b *bus.Bus, called func(), opts ...bus.SubscribeOption) (*bus.Subscription, error){
	"plain": func(b *bus.Bus, called func(), opts ...bus.SubscribeOption) (*bus.Subscription, error) {
		return b.Subscribe("x", func(context.Context, *bus.Event) error { called(); return nil }, opts...)
	},
	"wildcard": func(b *bus.Bus, called func(), opts ...bus.SubscribeOption) (*bus.Subscription, error) {
		return b.Subscribe(">", func(context.Context, *bus.Event) error { called(); return nil }, opts...)
	},
	"typed": func(b *bus.Bus, called func(), opts ...bus.SubscribeOption) (*bus.Subscription, error) {
		return bus.NewTopic[int](b, "x").Subscribe(func(context.Context, int) error { called(); return nil }, opts...)
	},
	"typed without a context": func(b *bus.Bus, called func(), opts ...bus.SubscribeOption) (*bus.Subscription, error) {
		return bus.NewTopic[int](b, "x").SubscribeFunc(func(int) { called() }, opts...)
	},
	"responder": func(b *bus.Bus, called func(), opts ...bus.SubscribeOption) (*bus.Subscription, error) {
		return b.Respond("x", func(context.Context, *bus.Event) (any, error) { called(); return nil, nil }, opts...)
	},
}

// policiesOfOne are options that keep the calls on the publisher's goroutine, with and without a consumer.
var policiesOfOne = map[string][]bus.SubscribeOption{
	"":              nil,
	" with Timeout": {bus.Timeout(1 << 40)},
	" with Retry":   {bus.Retry(bus.Backoff{Attempts: 2})},
	" with Dedupe":  {bus.Dedupe(bus.Window{})},
	" with Queue":   {bus.Queue("q")},
}

// eachWay runs f with every way and policy that go together: a responder has no policies on its publisher's goroutine.
func eachWay(t *testing.T, f func(t *testing.T, way string, opts []bus.SubscribeOption)) {
	for way := range inTheFilter {
		for policy, opts := range policiesOfOne {
			if way != "responder" || opts == nil {
				t.Run(way+policy, func(t *testing.T) { f(t, way, opts) })
			}
		}
	}
}

// publishOrAsk sends an event that every subscriber of inTheFilter gets.
func publishOrAsk(t *testing.T, b *bus.Bus, way string, n int) {
	if way != "responder" {
		assert.NoError(t, b.Publish(context.Background(), "x", n))
		return
	}
	_, err := bus.Request[any](context.Background(), b, "x", n)
	if n == 1 { // the one that comes too late
		assert.ErrorIs(t, err, bus.ErrNoResponders)
	} else {
		assert.NoError(t, err)
	}
}

// One publisher has got as far as the filter when another one claims the subscription, and goes on while the other's
// call is still going on.
func TestD2OnceIsClaimedByOneOfTwoPublishers(t *testing.T) {
	eachWay(t, func(t *testing.T, way string, opts []bus.SubscribeOption) {
		b := bus.New(bus.Options{})
		defer b.Close()
		called, tooLate, over := make(chan struct{}), make(chan struct{}), make(chan struct{})
		calls, asked := 0, 0
		_, err := inTheFilter[way](b, func() {
			if calls++; calls == 1 {
				close(called)
				<-tooLate
			}
		}, append([]bus.SubscribeOption{bus.Once(), bus.Filter(func(*bus.Event) bool {
			if asked++; asked == 1 {
				go func() {
					defer close(over)
					publishOrAsk(t, b, way, 2)
				}()
				<-called
			}
			return true
		})}, opts...)...)
		require.NoError(t, err)
		publishOrAsk(t, b, way, 1)
		close(tooLate)
		<-over
		assert.Equal(t, 2, asked)
		assert.Equal(t, 1, calls)
		assert.Zero(t, b.Stats().Failed)
	})
}

// The filter is asked before the handler: what it ends is over.
func TestD12AFilterMayEndItsSubscription(t *testing.T) {
	eachWay(t, func(t *testing.T, way string, opts []bus.SubscribeOption) {
		for _, more := range [][]bus.SubscribeOption{nil, {bus.Once()}} {
			b := bus.New(bus.Options{})
			defer b.Close()
			calls := 0
			var s *bus.Subscription
			s, err := inTheFilter[way](b, func() { calls++ }, append(append(more, bus.Filter(func(*bus.Event) bool { s.Unsubscribe(); return true })), opts...)...)
			require.NoError(t, err)
			publishOrAsk(t, b, way, 1)
			assert.Zero(t, calls)
			assert.Zero(t, b.Stats().Delivered)
		}
	})
}
