package bus

import (
	"context"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// Host delivers in place of the bus's own runs, for a program that has its own event loop (SetHost). In a web page it is
// the JavaScript dispatcher, which has one queue for Go and JavaScript publishers alike, so that D1 holds across both.
// The table of subscriptions, matching, interceptors and the isolation of a single handler stay the bus's; queue, order
// and numbering become the host's, and with them D1.
type Host interface {
	// Publish takes an event that is valid and has passed the interceptors. Its Seq is zero: the host
	// numbers it, queues it, and delivers it to Go subscriptions by Subscription.Deliver.
	Publish(ctx context.Context, e *Event) error
	// Changed tells that Go code added or removed a subscription on pattern, so that compiled routes that
	// it matches are stale. "" means that there are interceptors now, or none any more.
	Changed(pattern string)
	// NextOrder gives the next place in the subscription order across Go and the host's subscribers. It
	// is called under the bus's lock and must not call the bus.
	NextOrder() uint64
	// Report gets the failures outside of any Deliver: of Concurrency and Events.
	Report(f *Failure)
	// Sync is called before the bus reads its own table for inspection: a host may add and remove its
	// subscribers late.
	Sync()
}

// Requester is a Host that can ask: a bus with another host returns ErrHost for requests.
type Requester interface {
	Host
	// Request is Publish for an event that responders are asked to answer, its own subscriptions of Go by
	// Subscription.Answer. It gives x the replies and ends it; x may be over before that.
	Request(ctx context.Context, e *Event, x *Exchange) error
}

// SetHost hands delivery over to h, once. Subscriptions that exist keep their relative order and come
// right after base. The ids of events begin with instance, so that they are the same on both sides; empty
// leaves the bus's own. OnError of Options hears of failures as a subscriber of ErrorTopic, whose events the
// host
// publishes; each one's data must decode to a *Failure. A host that is a Clock is the bus's from then on, in
// place of the one in Options, so that both sides have one time; so is one with a method Random() float64 the
// source of jitter. The error is ErrHost if there is a host already,
// ErrClosed, or an *OptionError.
func (b *Bus) SetHost(h Host, base uint64, instance string) error {
	if h == nil {
		return &OptionError{"SetHost", "must not be nil"}
	}
	if err := b.setHost(h, base, instance); err != nil || b.onError == nil {
		return err
	}
	// Put into the table as it is: Subscribe would bring all that its options can do to programs without them.
	s := &Subscription{entry: subject.NewEntry(ErrorTopic), bus: b, extras: &extras{name: "OnError"}, target: Handler(func(_ context.Context, e *Event) error {
		f, err := As[*Failure](e)
		if err == nil {
			b.tell(f)
		}
		return err
	})}
	return b.list(s)
}

func (b *Bus) setHost(h Host, base uint64, instance string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed.Load() {
		return ErrClosed
	}
	if b.host.Load() != nil {
		return &opError{"set", "host", ErrHost}
	}
	for i, s := range b.own() {
		s.order = base + 1 + uint64(i)
	}
	if instance != "" {
		b.instance = instance
	}
	if c, ok := h.(Clock); ok {
		b.clock.host.Store(&c)
	}
	b.host.Store(&h)
	b.cache.clear()
	return nil
}

// AddForeign puts a subscriber of the host's into the one table. id is the host's own and must not be in
// use; order comes from the same sequence as Host.NextOrder.
func (b *Bus) AddForeign(id uint32, order uint64, pattern string) error {
	return b.addPlain(id, order, pattern, 0)
}

// AddForeignResponder is AddForeign for one that answers requests, and gets nothing else.
func (b *Bus) AddForeignResponder(id uint32, order uint64, pattern string) error {
	return b.addPlain(id, order, pattern, bitResponder)
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

// RemoveForeign takes a subscriber of the host's out and reports whether it was there.
func (b *Bus) RemoveForeign(id uint32) bool {
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
	if !ended {
		s.closeConsumer()
	}
	return true
}

// Resolve appends the subscriptions to topic in their order, to topics of the bus itself too. The error
// is a *TopicError.
func (b *Bus) Resolve(topic string, buf []*Subscription) ([]*Subscription, error) {
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

// Own returns the subscriptions of Go code, without the host's, in their order.
func (b *Bus) Own() []*Subscription {
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

// Foreign returns the host's id of a subscriber added by AddForeign.
func (s *Subscription) Foreign() (id uint32, ok bool) {
	if s.bits.Load()&bitHosted == 0 {
		return 0, false
	}
	return s.id.Load(), true
}

// ID returns a handle for a host: for Go subscriptions a number from 1, given when first asked for and
// never again to another subscription, so that a frozen route cannot mean a later one.
func (s *Subscription) ID() uint32 {
	if id := s.id.Load(); id != 0 || s.bits.Load()&bitHosted != 0 {
		return id
	}
	s.id.CompareAndSwap(0, s.bus.lastID.Add(1))
	return s.id.Load()
}

// Deliver calls the handler of a Go subscription, as the bus's own runs do: not if the subscription has
// ended, with its filter, once at most, a panic being returned as a *PanicError. With Concurrency or
// Events it puts the event into the queue. The error is the host's to report. The host's own subscribers are the
// host's to call; for them the error is ErrHost.
func (s *Subscription) Deliver(ctx context.Context, e *Event) error {
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

// Cause returns the event whose handler was given ctx, or nil. Hosts know it from their queue, but not for
// handlers with Concurrency.
func (b *Bus) Cause(ctx context.Context) *Event {
	if s := b.handlerContextOf(ctx); s != nil {
		return s.event
	}
	return nil
}

// SetCause tells which event caused e, by ids: the one whose handler published it, and the first of the
// chain. It is for hosts, which know it from their queue, before they deliver e.
func (e *Event) SetCause(cause, root, traceParent string) {
	e.lineage = &lineage{cause: ident{id: cause}, root: ident{id: root}, traceParent: traceParent}
}

// PublishReserved publishes one of the bus's own events, for hosts and links. topic must begin with '$'.
func (b *Bus) PublishReserved(topic string, data any) error {
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
