package bus_test

import (
	"context"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestEvents(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	seq := b.Events(t.Context(), "a.*")
	for i := range 5 {
		require.NoError(t, b.Publish(t.Context(), "a."+strconv.Itoa(i), nil))
	}
	var got []string
	for e := range seq {
		got = append(got, e.Topic)
		if len(got) == 4 {
			break
		}
	}
	assert.Equal(t, []string{"a.0", "a.1", "a.2", "a.3"}, got)
	assert.Zero(t, b.Stats().Subscriptions, "break ends the subscription")
	for range seq {
		t.Error("a second loop yields nothing")
	}
}

func TestEventsEnd(t *testing.T) {
	for _, how := range []string{"context", "close", "once"} {
		t.Run(how, func(t *testing.T) {
			b := bus.New(bus.Options{})
			defer b.Close()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var opts []bus.SubscribeOption
			if how == "once" {
				opts = append(opts, bus.Once())
			}
			seq := b.Events(ctx, "a", opts...)
			count := make(chan int)
			go func() {
				n := 0
				for range seq {
					if n++; how == "context" {
						cancel()
					} else if how == "close" {
						b.Close()
					}
				}
				count <- n
			}()
			require.NoError(t, b.Publish(t.Context(), "a", nil))
			assert.Equal(t, 1, <-count)
			assert.Zero(t, b.Stats().Subscriptions)
		})
	}
}

func TestEventsNeverRanged(t *testing.T) {
	var f failures
	b := bus.New(bus.Options{OnError: f.note})
	defer b.Close()
	var live atomic.Int32
	ctx, cancel := context.WithCancel(t.Context())
	b.Events(ctx, "a", bus.Overflow(2, bus.DropOldest))
	for i := range 5 {
		require.NoError(t, b.Publish(t.Context(), "a", &tracked{i, &live}))
	}
	assert.EqualValues(t, 2, live.Load())
	assert.EqualValues(t, 3, b.Stats().Dropped)
	cancel()
	eventually(t, func() bool { return live.Load() == 0 && b.Stats().Subscriptions == 0 }, "the iterator outlives its context")
}

func TestEventsWrong(t *testing.T) {
	var f failures
	b := bus.New(bus.Options{OnError: f.note})
	for range b.Events(t.Context(), "a..b") {
		t.Error("yielded")
	}
	for range b.Events(t.Context(), "a", bus.Concurrency(2)) {
		t.Error("yielded")
	}
	b.Close()
	for range b.Events(t.Context(), "a") {
		t.Error("yielded")
	}
	assert.Equal(t, []string{"TB_TOPIC", "TB_OPTION", "TB_CLOSED"}, f.codes())
}

func TestEventsOverflowIsReported(t *testing.T) {
	var f failures
	b := bus.New(bus.Options{OnError: f.note})
	defer b.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	b.Events(ctx, ">")
	for range bus.DefaultQueue + 2 {
		require.NoError(t, b.Publish(t.Context(), "a", nil))
	}
	assert.Equal(t, []string{"TB_OVERFLOW", "TB_OVERFLOW"}, f.codes())
}
