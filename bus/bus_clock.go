package bus

import (
	"sync/atomic"
	"time"
)

// Clock is where a bus takes the time from, for back-off, time-outs, windows and ages. A Clock is safe for
// concurrent use. It may use the bus, as all may that the bus calls of a user's: nothing is called under a lock.
type Clock interface {
	// Now never goes back, neither as a difference (time.Time.Sub) nor as a date.
	Now() time.Time
	// AfterFunc calls f once d has passed, at once if that is not positive, on a goroutine of the clock's
	// choice. f does not block.
	AfterFunc(d time.Duration, f func()) Timer
}

// WallClock is a Clock that knows the time of day as well, which may jump: when the user sets it, or a laptop
// wakes up. The times of events and failures are by it, and nothing is measured with it. Where a Clock has
// none, Now is both.
type WallClock interface {
	Clock
	Wall() time.Time
}

// Timer is one call of AfterFunc that is to come.
type Timer interface {
	// Stop prevents the call and reports whether it did.
	Stop() bool
}

// systemClock is the clock of package time. A time of time.Now has two readings, and one that is stored as a date
// has lost the monotonic one: Now is the start plus what the monotonic clock says, so that even its date cannot jump.
type systemClock struct{ start time.Time }

func (c systemClock) Now() time.Time                          { return c.start.Add(time.Since(c.start)) }
func (systemClock) Wall() time.Time                           { return time.Now() }
func (systemClock) AfterFunc(d time.Duration, f func()) Timer { return time.AfterFunc(d, f) }

// hostClock is the clock of a bus: the host's (Attach), if there is one, else its own.
type hostClock struct {
	own  Clock
	host atomic.Pointer[Clock]
}

func (c *hostClock) clock() Clock {
	if h := c.host.Load(); h != nil {
		return *h
	}
	return c.own
}

func (c *hostClock) Now() time.Time { return c.clock().Now() }

func (c *hostClock) AfterFunc(d time.Duration, f func()) Timer { return c.clock().AfterFunc(d, f) }

// Wall is the time for people and for other machines.
func (c *hostClock) Wall() time.Time {
	clock := c.clock()
	if w, ok := clock.(WallClock); ok {
		return w.Wall()
	}
	return clock.Now()
}
