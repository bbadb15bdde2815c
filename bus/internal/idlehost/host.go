// Package idlehost has a bus.Host that delivers nothing, for tests of what a bus does for a host.
package idlehost

import (
	"context"
	"math/rand/v2"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

// Host delivers nothing: it is to be embedded in one that does some of it. Its clock is the system's, unless it is given
// another.
type Host struct {
	Clock bus.WallClock
	Base  uint64 // Joining
	order uint64
}

// Now is the clock's.
func (h *Host) Now() time.Time {
	if h.Clock == nil {
		return time.Now()
	}
	return h.Clock.Now()
}

// Wall is the clock's.
func (h *Host) Wall() time.Time {
	if h.Clock == nil {
		return time.Now()
	}
	return h.Clock.Wall()
}

// AfterFunc is the clock's.
func (h *Host) AfterFunc(d time.Duration, f func()) bus.Timer {
	if h.Clock == nil {
		return time.AfterFunc(d, f)
	}
	return h.Clock.AfterFunc(d, f)
}

// Random is any number.
func (h *Host) Random() float64 { return rand.Float64() }

// Joining puts what exists behind Base.
func (h *Host) Joining(subscriptions int) (base uint64, instance string, err error) {
	h.order = max(h.order, h.Base+uint64(subscriptions))
	return h.Base, "", nil
}

// Lacks nothing.
func (h *Host) Lacks(string) bool { return false }

// NextOrder counts on from there.
func (h *Host) NextOrder() uint64 {
	h.order++
	return h.order
}

// Publish drops the event.
func (h *Host) Publish(context.Context, *bus.Event) error { return nil }

// Request drops the event; nobody answers.
func (h *Host) Request(context.Context, *bus.Event, *bus.Exchange) error { return bus.ErrHost }

// Changed does nothing.
func (h *Host) Changed(string) {}

// Report does nothing.
func (h *Host) Report(*bus.Failure) {}

// Sync does nothing.
func (h *Host) Sync() {}

// Call does nothing.
func (h *Host) Call(*bus.Subscription, *bus.Event, uint32, int) {}

// Held does nothing.
func (h *Host) Held(*bus.Subscription, *bus.Event, bool) {}

// Ended does nothing.
func (h *Host) Ended(*bus.Subscription) {}

// Keep does nothing.
func (h *Host) Keep(string, bus.Keep) {}

// Kept has nothing.
func (h *Host) Kept(string, int, uint64) []*bus.Event { return nil }

// KeptCounts has nothing.
func (h *Host) KeptCounts() map[string]int { return nil }

// ClearKept has nothing to clear.
func (h *Host) ClearKept(string) (topics []string, n int) { return nil, 0 }

// ForgetKept has nothing to forget.
func (h *Host) ForgetKept([]string) {}

// InTurn does the work at once.
func (h *Host) InTurn(work func()) { work() }

// Within calls at once.
func (h *Host) Within(_ *bus.Subscription, _ *bus.Event, call func() error) { _ = call() }
