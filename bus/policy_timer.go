package bus

import (
	"sync"
	"time"
)

// alarm is a timer that is known, and may be stopped, before it is set. The clock may be the user's and call the bus,
// so that nobody calls it under a lock: what a lock guards holds the alarm, which is set and stopped without it.
type alarm struct {
	mu      sync.Mutex
	timer   Timer
	stopped bool
}

// set has f called after d, unless the alarm has been stopped.
func (a *alarm) set(c Clock, d time.Duration, f func()) {
	timer := c.AfterFunc(d, f)
	a.mu.Lock()
	stopped := a.stopped
	if !stopped {
		a.timer = timer
	}
	a.mu.Unlock()
	if stopped {
		timer.Stop()
	}
}

// stop prevents the call, or one that is still to be set. Of nil it does nothing.
func (a *alarm) stop() {
	if a == nil {
		return
	}
	a.mu.Lock()
	timer := a.timer
	a.timer, a.stopped = nil, true
	a.mu.Unlock()
	if timer != nil {
		timer.Stop()
	}
}
