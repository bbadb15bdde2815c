package bus

import (
	"context"
	"sync/atomic"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// Handler is called with each event that matches. Its error is a failure of this subscription (D4), and
// nobody else's business. Publish with ctx, so that the event waits for its turn (D1) and knows its cause.
type Handler func(ctx context.Context, e *Event) error

// Subscription is one subscriber's interest in a pattern, until Unsubscribe. It is kept at 80 bytes, what
// options need being elsewhere, since there may be a million.
type Subscription struct {
	entry  // in the table; guarded by bus.mu
	bits   atomic.Uint32
	id     atomic.Uint32 // see ID
	order  uint64        // guarded by bus.mu; changes only when a host is set
	target target        // nil for a host's subscriber
	bus    *Bus
	extras *extras // nil without options
}

type entry = subject.Entry

const (
	bitRemoved = 1 << iota // ended: not called any more
	bitListed              // in the table; changed under bus.mu only
	bitHosted
	bitResponder // a host's that answers requests
	bitQuiet     // is no interest for observers
)

// extras is what a subscription with options has beyond one without.
type extras struct {
	name   string
	filter func(*Event) bool
	once   bool
	// dropped is how many events a full queue let go or refused.
	dropped atomic.Uint64
	// consumer is nil where events go straight to the handler.
	consumer *consumer
	group    *group      // of the stand-in for a queue group, which is in routes only
	history  *history    // of the recorder of a topic, which is in routes only too
	live     *liveBuffer // nil without Replay
	stop     func() bool // takes the subscription off the context of Until; guarded by bus.mu
	// responder is the target if that answers requests.
	responder *responder
}

// Subscribe calls h with each event whose topic matches pattern, beginning with those whose delivery
// begins after Subscribe returned (D2), or with kept ones (Replay), in the order of subscription (D3). The error
// is a *TopicError, an *OptionError, ErrClosed, or a *RecursionError of handlers that replay within a replay.
func (b *Bus) Subscribe(pattern string, h Handler, opts ...SubscribeOption) (*Subscription, error) {
	if h == nil {
		return nil, &opError{"subscribe", pattern, &OptionError{"handler", "must not be nil"}}
	}
	return b.subscribe(pattern, h, opts)
}

func (b *Bus) subscribe(pattern string, t target, opts []SubscribeOption) (*Subscription, error) {
	if err := ValidatePattern(pattern); err != nil {
		return nil, err
	}
	s := &Subscription{entry: subject.NewEntry(pattern), target: t, bus: b}
	var set settings
	if len(opts) > 0 {
		if err := set.apply(opts); err != nil {
			return nil, &opError{"subscribe", pattern, err}
		}
		needs := set.needs()
		if err := b.lacking(needs[:]...); err != nil {
			return nil, &opError{"subscribe", pattern, err}
		}
		over := set.until != nil && set.until.Err() != nil
		if over {
			set.group = "" // which would take over its window
		}
		set.equip(s)
		if over {
			// As with an aborted signal: nothing to add, and nothing wrong.
			s.bits.Store(bitRemoved)
			s.ended()
			return s, nil
		}
	}
	if set.replay.asked() && tooDeep(min(b.maxDepth, maxNested)) {
		s.closeConsumer()
		return nil, &RecursionError{Topics: []string{pattern}, Limit: min(b.maxDepth, maxNested)}
	}
	if err := b.list(s); err != nil {
		s.closeConsumer()
		return nil, &opError{"subscribe", pattern, err}
	}
	if set.until != nil {
		s.until(set.until)
	}
	if set.replay.asked() {
		s.replay(&set)
	}
	return s, nil
}

// list puts a subscription into the table.
func (b *Bus) list(s *Subscription) error {
	b.mu.Lock()
	if b.closed.Load() {
		b.mu.Unlock()
		return ErrClosed
	}
	h := b.host.Load()
	if h != nil {
		s.order = (*h).NextOrder()
	} else {
		b.order++
		s.order = b.order
	}
	b.insert(s)
	b.mu.Unlock()
	if h != nil {
		(*h).Changed(s.Pattern())
	}
	b.tellInterest()
	return nil
}

func (b *Bus) insert(s *Subscription) {
	s.bits.Or(bitListed)
	b.table.Insert(s)
	b.interest.add(b, s, 1)
	b.cache.changed(s.Pattern())
}

// until ends the subscription with ctx. It holds no goroutine meanwhile.
func (s *Subscription) until(ctx context.Context) {
	stop := context.AfterFunc(ctx, s.Unsubscribe)
	s.bus.mu.Lock()
	s.extras.stop = stop
	s.bus.mu.Unlock()
	if !s.Active() && !s.lasts() {
		stop()
	}
}

// lasts reports whether this is the subscription of a consumer that may still see to its one event (Once).
// Until ends that too.
func (s *Subscription) lasts() bool {
	x := s.extras
	return x != nil && x.once && x.consumer != nil && !x.consumer.over()
}

// Unsubscribe ends the subscription at once (D12): its handler is not called any more, not even for the
// event that is being delivered, and what waits in its queue is dropped. A call that has begun goes on.
// It may be called often, and from the handler.
func (s *Subscription) Unsubscribe() {
	s.end()
	s.closeConsumer()
}

func (s *Subscription) closeConsumer() {
	if s.extras == nil {
		return
	}
	if s.extras.live != nil {
		s.extras.live.close()
	}
	if s.extras.consumer != nil {
		s.extras.consumer.close()
	}
}

// end takes the subscription out of the table and reports whether it was this call that did.
func (s *Subscription) end() bool {
	if s.bits.Or(bitRemoved)&bitRemoved != 0 {
		return false
	}
	b := s.bus
	b.mu.Lock()
	listed := s.bits.Load()&bitListed != 0
	if listed {
		b.unlist(s)
	}
	b.mu.Unlock()
	if !s.lasts() {
		s.detach()
	}
	if h := b.host.Load(); h != nil && listed && s.bits.Load()&bitHosted == 0 {
		(*h).Changed(s.Pattern())
	}
	b.tellInterest()
	return true
}

func (b *Bus) unlist(s *Subscription) {
	s.bits.And(^uint32(bitListed))
	b.table.Remove(s)
	b.interest.add(b, s, -1)
	b.cache.changed(s.Pattern())
}

// detach lets go of the context of Until.
func (s *Subscription) detach() {
	if s.extras == nil {
		return
	}
	s.bus.mu.RLock()
	stop := s.extras.stop
	s.bus.mu.RUnlock()
	if stop != nil {
		stop()
	}
}

// ended is for a subscription that was removed by other means than end.
func (s *Subscription) ended() {
	s.detach()
	s.closeConsumer()
}

// Pattern returns the pattern that was subscribed.
func (s *Subscription) Pattern() string { return s.entry.Pattern() }

func (s *Subscription) place() uint64 {
	s.bus.mu.RLock()
	defer s.bus.mu.RUnlock()
	return s.order
}

// Name returns the name given by the option Name, or "".
func (s *Subscription) Name() string {
	if s.extras == nil {
		return ""
	}
	return s.extras.name
}

// Active reports whether the subscription has not ended.
func (s *Subscription) Active() bool { return s.bits.Load()&bitRemoved == 0 }

// Dropped returns how many events its full queue let go or refused.
func (s *Subscription) Dropped() uint64 {
	if s.extras == nil {
		return 0
	}
	return s.extras.dropped.Load()
}

// countDropped counts an event that a full queue has no room for.
func (s *Subscription) countDropped(at *handlerContext, e *Event) {
	s.extras.dropped.Add(1)
	s.bus.counts.dropped.Add(1)
	s.bus.tellDropped(at, e, s, DroppedOverflow)
}
