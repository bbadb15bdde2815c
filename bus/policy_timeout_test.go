package bus_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestD7ATimeoutEndsTheAttempt(t *testing.T) {
	for name, opts := range map[string][]bus.SubscribeOption{
		"on the publisher's goroutine": nil, "with Concurrency": {bus.Concurrency(1)},
	} {
		t.Run(name, func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				var causes []error
				_, err := l.Subscribe("x", func(ctx context.Context, e *bus.Event) error {
					l.say("begun")
					<-ctx.Done()
					l.say("ended")
					causes = append(causes, context.Cause(ctx))
					return ctx.Err()
				}, append(opts, bus.Timeout(time.Second), bus.Retry(exact(2)), bus.Name("slow"))...)
				require.NoError(t, err)
				l.on("after", "x", nil)
				go l.publish("x", 1)
				l.advance(999 * time.Millisecond)
				l.mu.Lock()
				if opts == nil {
					assert.Equal(t, []string{"0 begun"}, l.log)
				} else {
					assert.ElementsMatch(t, []string{"0 begun", "0 after1"}, l.log)
				}
				l.mu.Unlock()
				l.advance(time.Millisecond)
				l.advance(time.Minute)
				l.mu.Lock()
				assert.Subset(t, l.log, []string{"1000 ended", "1100 begun", "2100 ended"})
				l.mu.Unlock()
				require.Len(t, causes, 2)
				var late *bus.TimeoutError
				require.ErrorAs(t, causes[0], &late)
				assert.Equal(t, bus.TimeoutError{Pattern: "x", Subscription: "slow", After: time.Second}, *late)
				assert.ErrorIs(t, causes[0], bus.ErrTimeout)
				d := l.letters()[0]
				assert.Equal(t, "TB_TIMEOUT", bus.Code(d.Err))
				assert.Equal(t, 2, d.Attempts)
			})
		})
	}
}

func TestD7AHandlerThatNeverSettles(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		hold := make(chan struct{})
		l.on("a", "x", func(n int) error {
			if n == 1 {
				<-hold
				return errors.New("too late to be of interest")
			}
			return nil
		}, bus.Timeout(time.Second), bus.Concurrency(1))
		for n := 1; n <= 3; n++ {
			l.publish("x", n)
		}
		l.advance(time.Second)
		l.said("0 a1", "1000 a2", "1000 a3")
		assert.Equal(t, []string{"TB_TIMEOUT"}, l.codes(), "without Retry it is an ordinary failure")
		assert.EqualValues(t, 1, l.held.Load(), "the handler still has its payload")
		close(hold)
		synctest.Wait()
		assert.Zero(t, l.held.Load())
		assert.Equal(t, []string{"TB_TIMEOUT"}, l.codes())
		st := l.Stats()
		assert.EqualValues(t, 2, st.Delivered)
		assert.EqualValues(t, 1, st.Failed)
	})
}

func TestTimeoutOfAHandlerInTime(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		var ctxs []context.Context
		_, err := l.Subscribe("x", func(ctx context.Context, e *bus.Event) error {
			ctxs = append(ctxs, ctx)
			return l.Publish(ctx, "nested", nil)
		}, bus.Timeout(time.Second))
		require.NoError(t, err)
		l.on("after", "x", nil)
		_, err = l.Subscribe("nested", func(_ context.Context, e *bus.Event) error {
			l.say("nested by " + e.CausationID())
			return nil
		})
		require.NoError(t, err)
		l.publish("x", 1, bus.WithID("x1"))
		l.said("0 after1", "0 nested by x1")
		assert.Error(t, ctxs[0].Err(), "nothing is left of the context")
		assert.Zero(t, l.clock.Pending())
		l.advance(time.Minute)
		assert.Empty(t, l.codes())
	})
}
