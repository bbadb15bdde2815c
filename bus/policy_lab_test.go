package bus_test

import (
	"context"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// lab is a bus whose time stands still until the test moves it, in a bubble that knows when all goroutines wait.
type lab struct {
	*testing.T
	*bus.Bus
	failures
	clock *bustest.Clock
	start time.Time
	held  atomic.Int32 // payloads made by data that somebody retained
	mu    sync.Mutex
	log   []string
}

// inLab runs f and then looks for what it left behind: a payload that was not released, a timer that goes on.
func inLab(t *testing.T, o bus.Options, f func(l *lab)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &lab{T: t, clock: &bustest.Clock{}}
		l.start = l.clock.Now()
		if late, ok := o.Clock.(*lateClock); ok {
			late.Clock = l.clock
		} else {
			o.Clock = l.clock
		}
		o.OnError = l.note
		l.Bus = bus.New(o)
		f(l)
		require.NoError(t, l.Close())
		synctest.Wait()
		l.advance(24 * time.Hour)
		assert.Zero(t, l.clock.Pending(), "timers left")
		assert.Zero(t, l.held.Load(), "payloads that were retained and not released")
	})
}

// advance moves the time on, and lets all goroutines come to rest after each timer.
func (l *lab) advance(d time.Duration) {
	synctest.Wait()
	end := l.clock.Now().Add(d)
	for due, ok := l.clock.Next(); ok && !due.After(end); due, ok = l.clock.Next() {
		l.clock.AdvanceTo(due)
		synctest.Wait()
	}
	l.clock.AdvanceTo(end)
	synctest.Wait()
}

// now is the time since the start in milliseconds.
func (l *lab) now() string { return strconv.FormatInt(l.clock.Now().Sub(l.start).Milliseconds(), 10) }

func (l *lab) say(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.log = append(l.log, l.now()+" "+what)
}

// said checks what was said since the last call.
func (l *lab) said(want ...string) {
	l.Helper()
	synctest.Wait()
	l.mu.Lock()
	defer l.mu.Unlock()
	assert.Equal(l.T, want, l.log)
	l.log = nil
}

// data is a payload that counts who holds it.
func (l *lab) data(n int) *tracked { return &tracked{n, &l.held} }

func (l *lab) publish(topic string, n int, opts ...bus.PublishOption) {
	l.Helper()
	require.NoError(l.T, l.Publish(context.Background(), topic, l.data(n), opts...))
}

// on subscribes a handler that says its name and the event's number, and returns what f says of the number.
func (l *lab) on(name, pattern string, f func(n int) error, opts ...bus.SubscribeOption) *bus.Subscription {
	l.Helper()
	s, err := l.Subscribe(pattern, func(_ context.Context, e *bus.Event) error {
		n := e.Data.(*tracked).n
		l.say(name + strconv.Itoa(n))
		if f == nil {
			return nil
		}
		return f(n)
	}, opts...)
	require.NoError(l.T, err)
	return s
}

// letters describes the dead letters.
func (l *lab) letters() []bus.DeadLetter {
	l.Helper()
	all, err := l.DeadLetters("")
	require.NoError(l.T, err)
	return all
}

// number is that of the event published by lab.publish.
func number(e *bus.Event) int { return e.Data.(*tracked).n }

// exact is a back-off of 100, 200, 400 ms and so on.
func exact(attempts int) bus.Backoff { return bus.Backoff{Attempts: attempts, NoJitter: true} }

func always(err error) func(int) error { return func(int) error { return err } }

// failing fails so many times for each number.
func failing(times int, err error) func(int) error {
	var mu sync.Mutex
	seen := map[int]int{}
	return func(n int) error {
		mu.Lock()
		defer mu.Unlock()
		if seen[n]++; seen[n] <= times {
			return err
		}
		return nil
	}
}
