package bus_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// releasing is data that tells when the history lets go of it: the next event has its place in the history by then, and
// its subscribers have not been looked up yet.
type releasing struct{ released func() }

func (r *releasing) Retain()  {}
func (r *releasing) Release() { r.released() }

// meddlingClock calls a function when the time is read, as a replay does between its place in the table and the history.
type meddlingClock struct {
	systemClockOfTests
	read func()
}

func (c *meddlingClock) Now() time.Time {
	if f := c.read; f != nil {
		c.read = nil
		f()
	}
	return c.systemClockOfTests.Now()
}

// The last event of a replay is recorded when its subscribers are looked up, so that it comes to the subscription as a
// live one as well. It is delivered once, whether the subscription is listed, replays or is done by then.
func TestD6TheLastEventOfAReplayIsNotLiveAsWell(t *testing.T) {
	ctx := context.Background()
	for _, pattern := range []string{"x", "*"} {
		for _, row := range []struct {
			name string
			// join subscribes so that event 1 is published at the right moment, and returns when it is over.
			join func(t *testing.T, b *bus.Bus, clock *meddlingClock, subscribe func(meanwhile func()))
		}{
			{"listed", func(t *testing.T, b *bus.Bus, clock *meddlingClock, subscribe func(func())) {
				clock.read = func() { assert.NoError(t, b.Publish(ctx, "x", 1)) }
				subscribe(nil)
			}},
			{"replaying", func(t *testing.T, b *bus.Bus, _ *meddlingClock, subscribe func(func())) {
				replaying, over, done := make(chan struct{}), make(chan struct{}), make(chan struct{})
				require.NoError(t, b.Publish(ctx, "x", &releasing{func() {
					go func() {
						defer close(done)
						subscribe(func() { close(replaying); <-over })
					}()
					<-replaying
				}}))
				require.NoError(t, b.Publish(ctx, "x", 1))
				close(over)
				<-done
			}},
			{"done", func(t *testing.T, b *bus.Bus, _ *meddlingClock, subscribe func(func())) {
				require.NoError(t, b.Publish(ctx, "x", &releasing{func() { subscribe(nil) }}))
				require.NoError(t, b.Publish(ctx, "x", 1))
			}},
		} {
			t.Run(row.name+" "+pattern, func(t *testing.T) {
				clock := &meddlingClock{}
				b := bus.New(bus.Options{Clock: clock})
				require.NoError(t, b.Declare("x", bus.Retain()))
				var got []any
				var s *bus.Subscription
				row.join(t, b, clock, func(meanwhile func()) {
					var err error
					s, err = b.Subscribe(pattern, func(_ context.Context, e *bus.Event) error {
						if got = append(got, e.Data); meanwhile != nil && e.Data == 1 {
							meanwhile()
						}
						return nil
					}, bus.Replay(1))
					assert.NoError(t, err)
				})
				require.NoError(t, b.Publish(ctx, "x", 2))
				assert.Equal(t, []any{1, 2}, got)
				assert.Zero(t, s.Dropped())
				assert.Zero(t, b.Stats().Failed)
				require.NoError(t, b.Close())
			})
		}
	}
}
