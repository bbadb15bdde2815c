package bustest

import (
	"math"
	"strconv"
	"sync"
	"time"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/internal/timers"
)

// Clock is a bus.Clock whose time stands still until the test advances it, for bus.Options. The zero value starts
// at midnight UTC of 2000-01-01, as testing/synctest does. It is safe for concurrent use.
//
// What the bus does on goroutines of its own, such as handlers with Concurrency, Advance does not wait for: give
// the handlers something to tell the test by, or run it in a bubble of testing/synctest and call synctest.Wait.
type Clock struct {
	mu      sync.Mutex
	start   time.Time
	elapsed time.Duration
	jumped  time.Duration
	queue   timers.Queue
}

// NewClock makes a clock that starts at a time of the test's choice.
func NewClock(start time.Time) *Clock { return &Clock{start: start.Round(0)} }

// ClockError is what Advance and AdvanceTo panic with when the test asks for what cannot be.
type ClockError struct{ Reason string }

func (e *ClockError) Error() string { return "bustest: " + e.Reason }

// maxAtOnce is how many timers may run at one moment: more start each other without end.
const maxAtOnce = 1_000_000

func (c *Clock) epoch() time.Time {
	if c.start.IsZero() {
		return time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)
	}
	return c.start
}

// Now is the start and all that the clock was advanced by. JumpWall does not change it.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.epoch().Add(c.elapsed)
}

// Wall is Now and all that JumpWall was called with: the times of events and failures.
func (c *Clock) Wall() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.epoch().Add(c.elapsed + c.jumped)
}

// JumpWall changes the time of day, as a user or a time server does, forwards or backwards. No timer is due by it.
func (c *Clock) JumpWall(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.jumped += d
}

// AfterFunc makes Advance call f once the clock has been advanced by d. If d is not positive that is the next
// Advance, be it by 0.
func (c *Clock) AfterFunc(d time.Duration, f func()) bus.Timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	// What is further away than a Duration can say is never due.
	due := c.elapsed + min(max(d, 0), math.MaxInt64-c.elapsed)
	t := &clockTimer{clock: c, Timer: timers.Timer{Due: due, Call: f}}
	c.queue.Add(&t.Timer)
	return t
}

type clockTimer struct {
	timers.Timer
	clock *Clock
}

func (t *clockTimer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	return t.clock.queue.Remove(&t.Timer)
}

// Advance moves the time on by d and calls, on this goroutine, what is due by then: in the order of the times,
// what is due at one time in the order in which it was asked for, those that were made meanwhile included. Now is
// the time of each as it is called. A function that is called may itself Advance the clock: that returns when all
// up to its own end has been called, and the outer one goes on from there. It panics with a *ClockError if d is
// negative, or if functions start each other without time going on.
func (c *Clock) Advance(d time.Duration) {
	if d < 0 {
		panic(&ClockError{"Advance by " + d.String() + ": time does not go back, see JumpWall"})
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.advance(c.elapsed + d)
}

// AdvanceTo is Advance up to a time of Now. It panics with a *ClockError if that is over.
func (c *Clock) AdvanceTo(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	to := t.Sub(c.epoch())
	if to < c.elapsed {
		panic(&ClockError{"AdvanceTo " + t.String() + ", which is over: it is " + c.epoch().Add(c.elapsed).String()})
	}
	c.advance(to)
}

func (c *Clock) advance(to time.Duration) {
	calls := 0
	for t := c.queue.Take(to); t != nil; t = c.queue.Take(to) {
		if t.Due > c.elapsed {
			c.elapsed, calls = t.Due, 0
		}
		if calls++; calls > maxAtOnce {
			panic(&ClockError{"Advance: " + strconv.Itoa(maxAtOnce) + " timers at the same time: they keep starting each other"})
		}
		c.call(t.Call)
	}
	c.elapsed = max(c.elapsed, to)
}

// call leaves the clock unlocked while f runs, and locked again when f panics.
func (c *Clock) call(f func()) {
	c.mu.Unlock()
	defer c.mu.Lock()
	f()
}

// Pending is how many timers wait.
func (c *Clock) Pending() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.queue.Len()
}

// Next is the time of Now at which the first timer is due, if there is one. Advancing to it again and again runs
// all there is:
//
//	for due, ok := clock.Next(); ok; due, ok = clock.Next() {
//		clock.AdvanceTo(due)
//	}
func (c *Clock) Next() (due time.Time, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	t := c.queue.Next()
	if t == nil {
		return time.Time{}, false
	}
	return c.epoch().Add(t.Due), true
}
