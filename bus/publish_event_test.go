package bus_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestPublishEvent(t *testing.T) {
	b := bus.New(bus.Options{Name: "here"})
	var got, effect *bus.Event
	_, err := b.Subscribe("a", func(ctx context.Context, e *bus.Event) error {
		got = e
		return b.Publish(ctx, "b", nil)
	})
	require.NoError(t, err)
	_, err = b.Subscribe("b", func(_ context.Context, e *bus.Event) error { effect = e; return nil })
	require.NoError(t, err)
	in := bus.EventInit{Topic: "a", Data: 1, Seq: 99, ID: "i", Time: time.Unix(0, 0), Source: "there", Subject: "su", Key: "k", Version: "v",
		TraceParent: trace, CorrelationID: "co", CausationID: "ca", DataSchema: "urn:ds", DataContentType: "text/plain",
		Extensions: map[string]any{"sequence": "5", "rate": int32(-1), "flag": true}}
	require.NoError(t, b.PublishEvent(t.Context(), in))
	in.Seq = 1
	assert.Equal(t, in, got.Init(), "even a time of zero nanoseconds")
	assert.Equal(t, "text/plain", got.DataContentType())
	assert.Equal(t, []string{"here", "co", "i", trace}, []string{effect.Source(), effect.CorrelationID(), effect.CausationID(), effect.TraceParent()})

	for name, in := range map[string]bus.EventInit{
		"TraceParent":     {Topic: "a", TraceParent: "00-1-2-01"},
		"Time":            {Topic: "a", Time: time.Unix(9223372036, 0)},
		"DataSchema":      {Topic: "a", DataSchema: "order/2"},
		"DataContentType": {Topic: "a", DataContentType: "text"},
		"Extensions":      {Topic: "a", Extensions: map[string]any{"id": "x"}},
	} {
		err := b.PublishEvent(t.Context(), in)
		require.ErrorIs(t, err, bus.ErrOption, name)
		assert.ErrorContains(t, err, "EventInit."+name)
	}
	require.ErrorIs(t, b.PublishEvent(t.Context(), bus.EventInit{Topic: "$a"}), bus.ErrTopic)
	//lint:ignore SA1012 what a caller may do wrong
	require.ErrorIs(t, b.PublishEvent(nil, bus.EventInit{Topic: "a"}), bus.ErrOption)
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	require.ErrorIs(t, b.PublishEvent(ended, bus.EventInit{Topic: "a"}), bus.ErrCanceled)
	require.NoError(t, b.Close())
	require.ErrorIs(t, b.PublishEvent(t.Context(), bus.EventInit{Topic: "a"}), bus.ErrClosed)
}

// A clock that stands at 1970 is a clock.
func TestEventTimeOfTheEpoch(t *testing.T) {
	clock := &clockAt{}
	b := bus.New(bus.Options{Clock: clock})
	defer b.Close()
	e := b.NewEvent(bus.EventInit{Topic: "a"})
	clock.now = time.Unix(0, 0)
	assert.Equal(t, time.Unix(0, 0), e.Time())
	clock.now = time.Unix(1, 0)
	assert.Equal(t, time.Unix(0, 0), e.Time(), "stamped once")
}

type clockAt struct{ now time.Time }

func (c *clockAt) Now() time.Time                            { return c.now }
func (c *clockAt) AfterFunc(time.Duration, func()) bus.Timer { panic("not asked for") }
