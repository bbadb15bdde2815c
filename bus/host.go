package bus

import (
	"context"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// Host delivers in place of the bus's own runs, for a program that has its own event loop (Bus.Attach). In a web page it is
// the JavaScript dispatcher, which has one queue for Go and JavaScript publishers alike, so that D1 holds across both.
// The table of subscriptions, matching, interceptors, policies and the isolation of a single handler stay the bus's; queue,
// order, numbering, what topics keep of the host's side and the time become the host's, and with them D1.
type Host interface {
	// WallClock is the bus's from then on, in place of the one in Options, so that both sides have one time.
	WallClock
	// Random is the source of jitter: from 0 to below 1.
	Random() float64
	// Joining is called first, under the bus's lock, with the number of subscriptions that exist. It says behind which place
	// in the order of all those come, which keep their relative order, and what the ids of events begin with, so that they
	// are the same on both sides; empty leaves the bus's own. Its error is that of Attach, which then changes nothing.
	Joining(subscriptions int) (base uint64, instance string, err error)

	// Lacks reports whether the host's side was made without a feature: requests, policies, keeping. What needs it is then
	// refused with ErrFeature, and what is there already ends as a failure.
	Lacks(feature string) bool

	// Publish takes an event that is valid and has passed the interceptors. Its Seq is zero: the host
	// numbers it, queues it, and delivers it to Go subscriptions by Port.Deliver.
	Publish(ctx context.Context, e *Event) error
	// Request is Publish for an event that responders are asked to answer, its own subscriptions of Go by
	// Port.Answer. It gives x the replies and ends it; x may be over before that.
	Request(ctx context.Context, e *Event, x *Exchange) error
	// Changed tells that Go code added or removed a subscription on pattern, so that compiled routes that
	// it matches are stale. "" means that there are interceptors now, or none any more.
	Changed(pattern string)
	// NextOrder gives the next place in the subscription order across Go and the host's subscribers. It
	// is called under the bus's lock and must not call the bus.
	NextOrder() uint64
	// Report gets the failures outside of any Port.Deliver: of Concurrency and Events.
	Report(f *Failure)
	// Sync is called before the bus reads its own table for inspection: a host may add and remove its
	// subscribers late.
	Sync()

	// Call has the host call its subscriber with policies, in its turn of the host's queue, and Settle the call of this
	// number when it is over. attempt counts from 1.
	Call(s *Subscription, e *Event, call uint32, attempt int)
	// Held tells that the bus keeps an event for a subscriber of the host's with policies, beyond its delivery, or does not
	// any more. A host that may lose the bus knows by it what to offer to the next one.
	Held(s *Subscription, e *Event, held bool)
	// Ended tells that there will be no more calls of a subscriber of the host's with policies.
	Ended(s *Subscription)

	// Keeper has what topics keep, whoever published it. What they kept before is handed over (Port.HandOver).
	Keeper
	// InTurn calls work in its turn of the host's queue.
	InTurn(work func())
	// Within has call deliver a kept event to a subscription, within InTurn: what the handler publishes has that event
	// as its cause. The error is the host's to report.
	Within(s *Subscription, e *Event, call func() error)
}

// Attach hands delivery over to h, once; the Port is what h does with the bus. OnError of Options hears of failures as a
// subscriber of ErrorTopic, whose events the host publishes; each one's data must decode to a *Failure. The error is
// ErrHost if there is a host already, ErrClosed, an *OptionError, or that of Joining.
func (b *Bus) Attach(h Host) (*Port, error) {
	if h == nil {
		return nil, &OptionError{"Attach", "must not be nil"}
	}
	if err := b.setHost(h); err != nil {
		return nil, err
	}
	b.withoutFeatures()
	if b.onError == nil {
		return &Port{b}, nil
	}
	// Put into the table as it is: Subscribe would bring all that its options can do to programs without them.
	s := &Subscription{entry: subject.NewEntry(ErrorTopic), bus: b, extras: &extras{name: "OnError"}, target: Handler(func(_ context.Context, e *Event) error {
		f, err := As[*Failure](e)
		if err == nil {
			b.tell(f)
		}
		return err
	})}
	if err := b.list(s); err != nil {
		return nil, err
	}
	return &Port{b}, nil
}

func (b *Bus) setHost(h Host) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed.Load() {
		return ErrClosed
	}
	if b.host.Load() != nil {
		return &opError{"set", "host", ErrHost}
	}
	own := b.own()
	base, instance, err := h.Joining(len(own))
	if err != nil {
		return err
	}
	for i, s := range own {
		s.order = base + 1 + uint64(i)
	}
	if instance != "" {
		b.instance = instance
	}
	clock := Clock(h)
	b.clock.host.Store(&clock)
	b.host.Store(&h)
	b.cache.clear()
	return nil
}

func (b *Bus) addPlain(id uint32, order uint64, pattern string, bits uint32) error {
	if err := ValidatePattern(pattern); err != nil {
		return err
	}
	s := &Subscription{entry: subject.NewEntry(pattern), bus: b, order: order}
	s.bits.Store(bits)
	return b.addHosted(id, s)
}

func (b *Bus) addHosted(id uint32, s *Subscription) error {
	defer b.tellInterest()
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed.Load() {
		return &opError{"subscribe", s.Pattern(), ErrClosed}
	}
	if _, taken := b.hosted[id]; taken {
		return &opError{"add a second subscriber of the host with one id", s.Pattern(), ErrHost}
	}
	if b.hosted == nil {
		b.hosted = make(map[uint32]*Subscription)
	}
	s.bits.Or(bitHosted)
	s.id.Store(id)
	b.hosted[id] = s
	b.insert(s)
	return nil
}

func (b *Bus) removeHosted(id uint32) bool {
	b.mu.Lock()
	s, ok := b.hosted[id]
	if !ok {
		b.mu.Unlock()
		return false
	}
	delete(b.hosted, id)
	// One that ended by Once has still its one event to see to.
	ended := s.bits.Or(bitRemoved)&bitRemoved != 0
	if !ended {
		b.unlist(s)
	}
	b.mu.Unlock()
	b.tellInterest()
	if !ended {
		s.closeConsumer()
	}
	return true
}

func (b *Bus) resolveAll(topic string, buf []*Subscription) ([]*Subscription, error) {
	if err := ValidateTopic(topic); err != nil {
		return buf, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	buf, _ = b.resolve(topic, subject.Hash(topic), buf)
	return buf, nil
}

func (b *Bus) sync() {
	if h := b.host.Load(); h != nil {
		(*h).Sync()
	}
}

func (b *Bus) ownSubscriptions() []*Subscription {
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.own()
}

func (b *Bus) own() []*Subscription {
	var own []*Subscription
	b.table.Each(func(s *Subscription) bool {
		if s.target != nil {
			own = append(own, s)
		}
		return true
	})
	sortByOrder(own)
	return own
}

func (s *Subscription) hostID() (id uint32, ok bool) {
	if s.bits.Load()&bitHosted == 0 {
		return 0, false
	}
	return s.id.Load(), true
}

func (s *Subscription) handle() uint32 {
	if id := s.id.Load(); id != 0 || s.bits.Load()&bitHosted != 0 {
		return id
	}
	s.id.CompareAndSwap(0, s.bus.lastID.Add(1))
	return s.id.Load()
}

func (s *Subscription) deliverTo(ctx context.Context, e *Event) error {
	if s.target == nil {
		return &opError{"deliver to the host's own subscriber of", s.Pattern(), ErrHost}
	}
	if !s.Active() {
		return nil
	}
	if s.extras != nil && s.extras.live != nil && s.extras.live.holds(ctx, e, 0) {
		return nil
	}
	exited := func(err error) { s.bus.report(nil, s.bus.newFailure(s, e, err)) }
	called, err := s.invoke(ctx, e, exited)
	switch {
	case err != nil:
		s.bus.counts.failed.Add(1)
	case called:
		s.bus.counts.shard().delivered.Add(1)
	}
	return err
}

func (b *Bus) causeOf(ctx context.Context) *Event {
	if s := b.handlerContextOf(ctx); s != nil {
		return s.event
	}
	return nil
}

func (b *Bus) publishReserved(topic string, data any) error {
	if b.closed.Load() {
		return &opError{"publish", topic, ErrClosed}
	}
	if err := ValidateTopic(topic); err != nil {
		return err
	}
	if !subject.IsReserved(topic) {
		return &TopicError{Input: topic, Reason: "not a topic of the bus itself: no '$'"}
	}
	e := &Event{Topic: topic, Data: data, bus: b}
	if h := b.host.Load(); h != nil {
		return (*h).Publish(context.Background(), e)
	}
	return b.start(context.Background(), b.subscribers(topic), e, nil)
}
