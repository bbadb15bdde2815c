package bus_test

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// lateClock is the lab's clock, but whoever stops a timer comes too late: it calls all the same, as one does that has
// fired and waits for a lock.
type lateClock struct{ *bustest.Clock }

func (c *lateClock) AfterFunc(d time.Duration, f func()) bus.Timer {
	c.Clock.AfterFunc(d, f)
	return tooLate{}
}

type tooLate struct{}

func (tooLate) Stop() bool { return false }

// everyTimer uses each of the bus's timers so that some are stopped, and goes on until they would have called.
var everyTimer = map[string]func(l *lab){
	"Debounce": func(l *lab) {
		l.on("a", "x", nil, bus.Debounce(tenth))
		for n := range 4 {
			l.publish("x", n)
			l.advance(60 * time.Millisecond)
		}
	},
	"Debounce, ended": func(l *lab) {
		s := l.on("a", "x", nil, bus.Debounce(tenth))
		l.publish("x", 1)
		s.Unsubscribe()
	},
	"Debounce, evicted": func(l *lab) { evict(l, bus.Debounce(tenth)) },
	"Throttle, evicted": func(l *lab) { evict(l, bus.Throttle(tenth)) },
	"PerFrame, evicted": func(l *lab) { evict(l, bus.PerFrame()) },
	"Throttle": func(l *lab) {
		l.on("a", "x", nil, bus.Throttle(tenth))
		for n := range 10 {
			l.publish("x", n)
			l.advance(time.Duration(n) * 20 * time.Millisecond)
		}
	},
	"Timeout": func(l *lab) {
		_, err := l.Subscribe("x", func(ctx context.Context, e *bus.Event) error {
			if number(e)%2 > 0 {
				<-ctx.Done()
			}
			l.say("a" + strconv.Itoa(number(e)))
			return ctx.Err()
		}, bus.Timeout(tenth), bus.Concurrency(2))
		require.NoError(l, err)
		for n := range 4 {
			l.publish("x", n)
			l.advance(70 * time.Millisecond)
		}
	},
	"Retry, ended": func(l *lab) {
		s := l.on("a", "x", always(errNo), bus.Retry(exact(3)))
		l.publish("x", 1)
		l.advance(150 * time.Millisecond)
		s.Unsubscribe()
	},
	"Retry in a group, ended": func(l *lab) {
		s := l.on("a", "x", always(errNo), bus.Retry(exact(4)), bus.Queue("q"))
		l.publish("x", 1)
		l.advance(150 * time.Millisecond)
		l.on("b", "x", always(errNo), bus.Retry(exact(4)), bus.Queue("q"))
		s.Unsubscribe()
	},
	"Request": func(l *lab) {
		_, err := l.Respond("x", func(_ context.Context, e *bus.Event) (any, error) { return number(e), nil })
		require.NoError(l, err)
		for n := range 3 {
			reply, err := bus.Request[int](context.Background(), l.Bus, "x", l.data(n), bus.RequestTimeout(tenth))
			assert.NoError(l, err)
			l.say("reply " + strconv.Itoa(reply))
			l.advance(60 * time.Millisecond)
		}
	},
	"Redrive, discarded": func(l *lab) {
		l.on("a", "x", always(errNo), bus.Retry(exact(1)))
		for n := range 4 {
			l.publish("x", n)
		}
		count, err := l.Redrive("", bus.RedriveRate(10))
		require.NoError(l, err)
		assert.Equal(l, 4, count)
		l.advance(150 * time.Millisecond)
		_, err = l.Discard("")
		require.NoError(l, err)
	},
	"SlowTopic": func(l *lab) {
		_, err := l.Subscribe(bus.SlowTopic, func(context.Context, *bus.Event) error { l.say("slow"); return nil })
		require.NoError(l, err)
		hold := make(chan struct{})
		s := l.on("a", "x", func(int) error { <-hold; return nil }, bus.Concurrency(1))
		l.publish("x", 1)
		l.publish("x", 2)
		l.advance(10 * time.Millisecond)
		s.Unsubscribe()
		close(hold)
		synctest.Wait()
	},
}

// evict makes a pacer let go of a key, which comes again before the timer of the first time would have called.
func evict(l *lab, pace bus.SubscribeOption) {
	l.on("a", "x", nil, pace, bus.Coalesce(byKey), bus.Overflow(1, bus.DropOldest))
	for n, key := range []string{"k", "k", "l", "k", "k", "k", "l"} {
		l.publish("x", n, bus.WithKey(key))
		l.advance(5 * time.Millisecond)
	}
}

// A timer may have fired when it is stopped: that it calls then changes nothing.
func TestATimerThatIsStoppedTooLateChangesNothing(t *testing.T) {
	for name, use := range everyTimer {
		t.Run(name, func(t *testing.T) {
			var logs [2][]string
			var stats [2]bus.Stats
			for i, clock := range []bus.Clock{nil, &lateClock{}} {
				inLab(t, bus.Options{Clock: clock}, func(l *lab) {
					use(l)
					l.advance(time.Minute)
					l.mu.Lock()
					defer l.mu.Unlock()
					logs[i], stats[i] = append(l.log, l.codes()...), l.Stats()
				})
			}
			assert.Equal(t, logs[0], logs[1])
			assert.Equal(t, stats[0], stats[1])
		})
	}
}
