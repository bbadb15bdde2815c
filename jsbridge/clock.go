//go:build js && wasm

package jsbridge

import (
	"math"
	"math/rand/v2"
	"time"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/internal/timers"
)

// pageClock is the page's clock (the option clock of createBus) as a bus.WallClock: both sides have one time, and
// a virtual clock drives both. JavaScript wakes Go up for the first timer, and Go has the others.
type pageClock struct {
	calls *page
	epoch time.Time
	start float64 // milliseconds of the page's clock
	last  float64
	queue timers.Queue
	armed time.Duration // when JavaScript wakes Go up; never later than the first timer is due
}

const never = time.Duration(math.MaxInt64)

// tooLate is where the page's milliseconds would leave what a time.Duration has.
const tooLate = 1e12

func (c *pageClock) init(p *page) {
	c.calls, c.armed = p, never
	c.start = p.now.Invoke().Float()
	c.last = c.start
	c.epoch = c.Wall()
}

// elapsed is the time since the clock was made. It does not go back even if the page's clock does.
func (c *pageClock) elapsed() time.Duration {
	if now := c.calls.now.Invoke().Float(); now > c.last && now-c.start < tooLate {
		c.last = now
	}
	return time.Duration(math.Round((c.last - c.start) * 1e6))
}

func (c *pageClock) Now() time.Time { return c.epoch.Add(c.elapsed()) }

func (c *pageClock) Wall() time.Time {
	return time.UnixMicro(int64(c.calls.date.Invoke().Float() * 1e3))
}

// Random is for jitter: the page's, unless what it says is not from 0 to below 1.
func (s *server) Random() float64 {
	if r := s.page.random.Invoke().Float(); r >= 0 && r < 1 {
		return r
	}
	return rand.Float64()
}

// AfterFunc calls f from JavaScript's event loop, on no goroutine of its own: f must not block.
func (c *pageClock) AfterFunc(d time.Duration, f func()) bus.Timer {
	t := &pageTimer{timers.Timer{Due: c.elapsed() + max(d, 0), Call: f}, c}
	if t.Due < 0 { // the sum went over
		t.Due = never
	}
	c.queue.Add(&t.Timer)
	c.arm()
	return t
}

type pageTimer struct {
	timers.Timer
	clock *pageClock
}

// Stop leaves JavaScript's timer alone: most timers are stopped, and setting one costs more than being woken up
// in vain.
func (t *pageTimer) Stop() bool { return t.clock.queue.Remove(&t.Timer) }

// arm makes JavaScript wake Go up in time for the first timer.
func (c *pageClock) arm() {
	if next := c.queue.Next(); next == nil || next.Due >= c.armed {
		return
	}
	now := c.elapsed() // which is the page's function, and may use the bus
	if next := c.queue.Next(); next != nil && next.Due < c.armed {
		c.armed = next.Due
		c.calls.wake.Invoke(float64(next.Due-now) / 1e6)
	}
}

// resting tells JavaScript that nothing waits for its timer (1), or for its frame (2): stopping one leaves them alone,
// which would keep a program of Node alive.
//
//go:wasmexport trolleybus_rest
func resting() (idle int32) {
	s := served
	if s.queue.Next() == nil {
		s.armed = never
		idle |= 1
	}
	if s.pageFrames.idle() {
		idle |= 2
	}
	return idle
}

// run calls what is due. Before each call JavaScript has been told of the next one, because the call may advance
// the page's clock.
func (c *pageClock) run() {
	c.armed = never
	now := c.elapsed()
	for t := c.queue.Take(now); t != nil; t = c.queue.Take(now) {
		c.arm()
		t.Call()
	}
	c.arm()
}

//go:wasmexport trolleybus_tick
func tick(nonce int32) int32 {
	served.run()
	return answer(nonce, statusOK)
}
