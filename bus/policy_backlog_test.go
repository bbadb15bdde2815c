package bus_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// Whatever queue refuses an event: the failure has it, and its data while it is told of.
func TestD10TheFailureOfAFullQueueHasTheEvent(t *testing.T) {
	byNumber := bus.Coalesce(func(e *bus.Event) string { return string(rune('a' + number(e))) })
	full := bus.Overflow(1, bus.Error)
	waits := func(l *lab, opts ...bus.SubscribeOption) {
		_, err := l.Subscribe("a.*", func(ctx context.Context, _ *bus.Event) error {
			<-ctx.Done()
			return nil
		}, opts...)
		require.NoError(l.T, err)
	}
	for name, subscribe := range map[string]func(l *lab){
		"concurrency":  func(l *lab) { waits(l, full, bus.Concurrency(1)) },
		"in a group":   func(l *lab) { waits(l, full, bus.Concurrency(1), bus.Queue("q")) },
		"debounce":     func(l *lab) { l.on("handled ", "a.*", nil, full, bus.Debounce(time.Second), byNumber) },
		"throttle":     func(l *lab) { l.on("handled ", "a.*", nil, full, bus.Throttle(time.Second), byNumber) },
		"per frame":    func(l *lab) { l.on("handled ", "a.*", nil, full, bus.PerFrame(), byNumber) },
		"an iterator":  func(l *lab) { l.Events(context.Background(), "a.*", full) },
		"with a block": func(l *lab) { waits(l, bus.Concurrency(1), bus.Overflow(1, bus.Block)) },
		"behind a key": func(l *lab) {
			l.on("handled ", "a.*", func(int) error { return assert.AnError }, full, bus.Retry(bus.Backoff{Attempts: 2, Key: func(*bus.Event) string { return "k" }}))
		},
		"behind a replay": func(l *lab) {
			require.NoError(l.T, l.Declare("a.x", bus.Retain()))
			l.publish("a.x", 9)
			l.on("replayed ", "a.*", func(n int) error {
				for i := range 4 {
					if n == 9 {
						l.publish("a.x", i)
					}
				}
				return nil
			}, full, bus.Replay(1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				subscribe(l)
				for i := range 4 {
					if name != "behind a replay" {
						// A publisher that has to wait for room gives up.
						ctx, cancel := context.WithTimeout(context.Background(), time.Millisecond)
						require.NoError(t, l.Publish(ctx, "a.x", l.data(i)))
						cancel()
						synctest.Wait() // Until a worker has taken what it takes: what is refused depends on it.
					}
				}
				require.NotEmpty(t, l.failures.all)
				last := 0
				for _, f := range l.failures.all {
					require.ErrorIs(t, f.Err, bus.ErrOverflow)
					require.NotNil(t, f.Event)
					assert.Equal(t, "a.x", f.Event.Topic)
					assert.Greater(t, number(f.Event), last)
					last = number(f.Event)
				}
				assert.Equal(t, 3, last)
			})
		})
	}
}
