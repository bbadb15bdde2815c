package bus

import (
	"context"
	"sync/atomic"
	"time"
)

// Observer sees what happens on a bus and changes nothing (Bus.Observe). Each function is optional. It is called on the
// goroutine where it happens, which waits for it: one that never returns blocks, so hand over what takes time. What it
// publishes with its context waits its turn (D1) and counts towards the chain of the event at hand (D5). An event that it is
// given is the subscribers' own, which it must not change. One that panics goes on; its first panic is reported (D4).
//
// With a host (a web page) it sees the interest of both sides, the deliveries to Go's subscribers, and the dead letters of
// both; the rest of what JavaScript delivers is seen by bus.observe there.
type Observer struct {
	// Interest tells that a pattern has its first subscriber, or has lost its last.
	Interest func(ctx context.Context, pattern string, i Interest)
	// Accepted has an event that was numbered, before its delivery. via is the joint that it came by, or "".
	Accepted func(ctx context.Context, e *Event, via string)
	// Delivering comes before each call of a handler; attempt counts from 1.
	Delivering func(ctx context.Context, e *Event, s ObservedSubscription, attempt int)
	// Delivered has what came of a call, as soon as it is known.
	Delivered func(ctx context.Context, e *Event, s ObservedSubscription, d Delivery)
	// Dropped has an event that a subscription does not get, or nobody, with DroppedIntercepted and for an older value of a
	// joint's: s is zero then.
	Dropped func(ctx context.Context, e *Event, s ObservedSubscription, reason DropReason)
	// Dead has an event that became a dead letter, Redriven one that was given back, Discarded one that was deleted, or
	// evicted by newer ones.
	Dead      func(ctx context.Context, l DeadLetter)
	Redriven  func(ctx context.Context, l DeadLetter)
	Discarded func(ctx context.Context, l DeadLetter, evicted bool)
	// Retained has the event that a topic keeps as its last from now on; nil says that it keeps none any more (Clear).
	Retained func(ctx context.Context, topic string, e *Event)
	// Replayed has a kept event that a subscription is about to get.
	Replayed func(ctx context.Context, e *Event, s ObservedSubscription)
	// Answered has the event of a request, once the requester knows what came of it.
	Answered func(ctx context.Context, e *Event, a Answer)
}

// ObservedSubscription is what observers are told of a subscription.
type ObservedSubscription struct {
	ID      uint64 // its place in the order of delivery (D3), which no other one of the bus has
	Pattern string
	Name    string // if it has one
	Side    Side
}

// Side is where a handler runs.
type Side string

const (
	SideGo Side = "go"
	SideJS Side = "js" // a host's
)

// Interest is one change of what a pattern is wanted for. Topics of the bus itself, what joints subscribe to, and the
// listeners of a page's bus.target are none.
type Interest struct {
	On        bool // the first came; else the last went
	Responder bool // of those that answer requests; else of the others
	Side      Side
}

// Delivery is what came of one call of a handler.
type Delivery struct {
	Attempt  int           // from 1
	Duration time.Duration // by the bus's clock
	Outcome  Outcome
	Err      error // nil with OutcomeOK
}

// Answer is what came of a request.
type Answer struct {
	Duration time.Duration
	Outcome  Outcome
	Err      error // nil with OutcomeOK
}

// Outcome is how something ended.
type Outcome string

const (
	OutcomeOK        Outcome = "ok"
	OutcomeFailed    Outcome = "failed"
	OutcomeTimeout   Outcome = "timeout"
	OutcomeCancelled Outcome = "cancelled" // nobody wanted it any more
)

// DropReason is why an event was dropped.
type DropReason string

const (
	DroppedOverflow    DropReason = "overflow"    // the queue was full
	DroppedDuplicate   DropReason = "duplicate"   // the dedupe window knew it
	DroppedCoalesced   DropReason = "coalesced"   // a newer one took its place
	DroppedIntercepted DropReason = "intercepted" // an interceptor did not pass it on
)

// observer is one that is registered.
type observer struct {
	Observer
	bus    *Bus
	ended  atomic.Bool
	failed atomic.Bool // its first failure has been reported
}

// Observe registers an observer, of which there may be any number, and returns what ends it, which may be called often, and
// by the observer itself. Its first calls have the interest that there is, before Observe returns. Without an observer
// nothing here costs anything, and one that sees only interest costs events nothing.
func (b *Bus) Observe(o Observer) (stop func()) {
	in := &observer{Observer: o, bus: b}
	b.mu.Lock()
	if b.closed.Load() {
		b.mu.Unlock()
		return func() {}
	}
	var all []*observer
	if old := b.observers.Load(); old != nil {
		all = append(all, *old...)
	}
	b.setObservers(append(all, in))
	b.interest.begin(b, in)
	b.mu.Unlock()
	b.sync()
	b.tellInterest()
	return func() { b.unobserve(in) }
}

func (b *Bus) unobserve(in *observer) {
	if in.ended.Swap(true) {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	var left []*observer
	for _, o := range *b.observers.Load() {
		if o != in {
			left = append(left, o)
		}
	}
	b.setObservers(left)
	if left == nil {
		b.interest.end()
	}
}

// setObservers also finds those that events have to be told to, so that a bus of which only the interest is seen, as by
// links, delivers as one that nobody observes. The caller holds b.mu.
func (b *Bus) setObservers(all []*observer) {
	var watchers []*observer
	for _, o := range all {
		if o.watches() {
			watchers = append(watchers, o)
		}
	}
	observed := b.isObserved()
	store(&b.observers, all)
	store(&b.watchers, watchers)
	if observed != b.isObserved() {
		b.cache.clear() // typed topics compile into their routes that nobody observes
	}
}

func store(to *atomic.Pointer[[]*observer], all []*observer) {
	if len(all) == 0 {
		to.Store(nil)
		return
	}
	to.Store(&all)
}

// watches reports whether it sees more than interest.
func (o *Observer) watches() bool {
	return o.Accepted != nil || o.Delivering != nil || o.Delivered != nil || o.Dropped != nil || o.Dead != nil || o.Redriven != nil ||
		o.Discarded != nil || o.Retained != nil || o.Replayed != nil || o.Answered != nil
}

// isObserved reports whether somebody sees more than interest.
func (b *Bus) isObserved() bool { return b.watchers.Load() != nil }

// watch has each observer see something, within the handler context at, which may be nil.
func (b *Bus) watch(at *handlerContext, see func(ctx context.Context, o *observer)) {
	all := b.watchers.Load()
	if all == nil || b.closed.Load() {
		return
	}
	var ctx context.Context = at
	if at == nil {
		ctx = context.Background()
	}
	for _, o := range *all {
		o.see(ctx, at, see)
	}
}

// see isolates an observer (D4). Only its first failure is reported: the report is an event, which it sees as well.
func (o *observer) see(ctx context.Context, at *handlerContext, see func(ctx context.Context, o *observer)) {
	if o.ended.Load() {
		return
	}
	returned := false
	defer func() {
		if !returned {
			err := newPanicError(recover())
			if !o.failed.Swap(true) {
				o.bus.report(at, &Failure{Err: err, Pattern: "Observe", Time: o.bus.clock.Wall()})
			}
		}
	}()
	see(ctx, o)
	returned = true
}
