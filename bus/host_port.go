package bus

import (
	"context"
	"time"
)

// Port is what a host does with its bus (Bus.Attach). Users of a bus need none of it.
type Port struct{ bus *Bus }

// Add puts a subscriber of the host's into the one table. id is the host's own and must not be in
// use; order comes from the same sequence as Host.NextOrder.
func (p *Port) Add(id uint32, order uint64, pattern string) error {
	return p.bus.addPlain(id, order, pattern, 0)
}

// AddResponder is Add for one that answers requests, and gets nothing else.
func (p *Port) AddResponder(id uint32, order uint64, pattern string) error {
	return p.bus.addPlain(id, order, pattern, bitResponder)
}

// AddQuiet is Add for one that is no interest for observers.
func (p *Port) AddQuiet(id uint32, order uint64, pattern string) error {
	return p.bus.addPlain(id, order, pattern, bitQuiet)
}

// AddManaged is Add for a subscriber with policies. Its options are those of Subscribe but for Until,
// Filter and Timeout, which are the host's own business.
func (p *Port) AddManaged(id uint32, order uint64, pattern string, opts ...SubscribeOption) (*Subscription, error) {
	return p.bus.addManaged(id, order, pattern, opts...)
}

// Remove takes a subscriber of the host's out and reports whether it was there.
func (p *Port) Remove(id uint32) bool { return p.bus.removeHosted(id) }

// Resolve appends the subscriptions to topic in their order, to topics of the bus itself too. The error
// is a *TopicError.
func (p *Port) Resolve(topic string, buf []*Subscription) ([]*Subscription, error) {
	return p.bus.resolveAll(topic, buf)
}

// Own returns the subscriptions of Go code, without the host's, in their order.
func (p *Port) Own() []*Subscription { return p.bus.ownSubscriptions() }

// HostID returns the host's id of a subscriber that it added.
func (p *Port) HostID(s *Subscription) (id uint32, ok bool) { return s.hostID() }

// ID returns a handle: for Go subscriptions a number from 1, given when first asked for and
// never again to another subscription, so that a frozen route cannot mean a later one.
func (p *Port) ID(s *Subscription) uint32 { return s.handle() }

// Order returns a subscription's place in the order of delivery (D3).
func (p *Port) Order(s *Subscription) uint64 { return s.place() }

// Responder reports whether a subscription answers requests, and gets nothing else.
func (p *Port) Responder(s *Subscription) bool { return s.isResponder() }

// Group returns the id of the queue group for which a subscription stands in a route that Resolve made.
func (p *Port) Group(s *Subscription) (id uint32, ok bool) { return s.groupID() }

// Membership returns the id of the queue group that a subscription is a member of.
func (p *Port) Membership(s *Subscription) (id uint32, ok bool) { return s.membership() }

// Sides reports whether a queue group, for which a subscription stands in a route, has members in Go and
// members of the host's.
func (p *Port) Sides(s *Subscription) (own, hosted bool) { return s.sides() }

// Deliver calls the handler of a Go subscription, as the bus's own runs do: not if the subscription has
// ended, with its filter, once at most, a panic being returned as a *PanicError. With Concurrency or
// Events it puts the event into the queue. The error is the host's to report. The host's own subscribers are the
// host's to call; for them the error is ErrHost.
func (p *Port) Deliver(ctx context.Context, s *Subscription, e *Event) error {
	return s.deliverTo(ctx, e)
}

// Cause returns the event whose handler was given ctx, or nil. Hosts know it from their queue, but not for
// handlers with Concurrency.
func (p *Port) Cause(ctx context.Context) *Event { return p.bus.causeOf(ctx) }

// SetCause tells which event caused e, by ids: the one whose handler published it, and the first of the
// chain. Hosts know it from their queue, before they deliver e.
func (p *Port) SetCause(e *Event, cause, root, traceParent string) {
	if e.given().arrival != nil {
		return // what comes from elsewhere has its own
	}
	e.lineage = &lineage{cause: ident{id: cause}, root: ident{id: root}, traceParent: traceParent}
}

// Via returns the name of the joint that e came by, or "". Interceptors are not called for such an event, and what a
// handler delivers of them counts towards its chain without being caused by it.
func (p *Port) Via(e *Event) string { return e.given().arrival.via() }

// InitEvent makes e, which must be new, an event of the bus. It is Bus.NewEvent for hosts that place their
// events and data together, and give nothing but these three.
func (p *Port) InitEvent(e *Event, topic string, data any, seq uint64) {
	p.bus.initEvent(e, topic, data, seq)
}

// Codec returns the codec of Options, or nil.
func (p *Port) Codec() Codec { return p.bus.codec }

// PublishReserved publishes one of the bus's own events. topic must begin with '$'.
func (p *Port) PublishReserved(topic string, data any) error {
	return p.bus.publishReserved(topic, data)
}

// Intercepted reports whether there is an interceptor.
func (p *Port) Intercepted() bool { return p.bus.isIntercepted() }

// Intercept runs the interceptors on an event and last behind them, as Publish does. A panic of an
// interceptor is returned as a *PanicError.
func (p *Port) Intercept(ctx context.Context, e *Event, last func(context.Context, *Event) error) error {
	return p.bus.intercept(ctx, e, last)
}

// Declares reports whether a schema or version was declared of a topic: the host calls Check for the events
// that it was not given by Host.Publish.
func (p *Port) Declares(topic string) bool { return p.bus.declares(topic) }

// Check brings an event that is about to be accepted to the version and schema of its topic. The error is
// the publisher's, a *VersionError or a *SchemaError.
func (p *Port) Check(e *Event) error { return p.bus.check(e) }

// Offer takes an event through the policies of a host's subscriber, or of a queue group. It returns the
// subscriber that the host has to call now, if any. A call whose number is not 0 has to be settled; of one
// with the number 0 only a failure is of interest (Fail).
func (p *Port) Offer(s *Subscription, e *Event) (who *Subscription, number uint32) { return s.offer(e) }

// OfferNumber is Offer for an event that has no id but its number, where that is all the policies ask for. It
// reports whether the host has to call the subscriber (as with the call number 0), and whether they do.
func (p *Port) OfferNumber(s *Subscription, seq uint64) (call, enough bool) {
	return s.offerNumber(seq)
}

// OfferGroup is Offer for the queue group with this id: to one of its members that subscribed to
// the event's topic no later than the one with this place in the order (D2).
func (p *Port) OfferGroup(id uint32, order uint64, e *Event) (who *Subscription, number uint32) {
	return p.bus.offerGroup(id, order, e)
}

// Called returns the event of a call that is not settled, or nil. A host whose payloads last only as long as
// their delivery gives it its payload back before it settles the call.
func (p *Port) Called(number uint32) *Event { return p.bus.calledEvent(number) }

// Settle ends a call of the host's; err is what it failed with. It reports whether the subscriber's policies
// see to the failure: if not, the host reports it.
func (p *Port) Settle(number uint32, err error) (seenTo bool) { return p.bus.settleCall(number, err) }

// Fail tells of the failure of a call with the number 0, and reports what Settle does.
func (p *Port) Fail(s *Subscription, e *Event, err error) (seenTo bool) { return s.failCall(e, err) }

// Handled tells of an event that a subscriber handled without having been offered it by this bus, so that its dedupe
// window knows it.
func (p *Port) Handled(s *Subscription, e *Event) { s.wasHandled(e) }

// Failed returns the host's id of the subscriber that a dead letter is of, 0 if that is none of the host's.
func (p *Port) Failed(l *DeadLetter) uint32 { return l.hostID() }

// Changed is Failed for a change of the dead letters, with its event.
func (p *Port) Changed(c *LetterChange) (id uint32, e *Event) { return c.hosted() }

// Ask prepares a question to a responder of Go code. answered is called once with the reply or the error, in Answer
// or later on any goroutine, and returns whether somebody still waited; a failure that nobody waits for is
// reported as the subscription's.
func (p *Port) Ask(answered func(reply any, err error) bool) *Question {
	return p.bus.newQuestion(answered)
}

// Answer is Deliver for a request, to a responder. It reports false if the responder has not been called and
// will not be, because it has ended or its filter does not want the event.
func (p *Port) Answer(s *Subscription, q *Question, e *Event) (asked bool, err error) {
	return s.answer(q, e)
}

// Abandon tells the responder that nobody waits any more.
func (p *Port) Abandon(q *Question, reason error) { q.end(reason) }

// Reply adds a reply to a request of Go code (Host.Request).
func (p *Port) Reply(x *Exchange, reply any) { x.reply(reply) }

// End decides a request: by its replies if err is nil.
func (p *Port) End(x *Exchange, err error) { x.end(err) }

// OnEnd calls f when a request has been decided.
func (p *Port) OnEnd(x *Exchange, f func(err error)) { x.onEnd(f) }

// Limits tell how long the requester waits and, for one that gathers replies, for how many of them
// (0: any number) and how long (0: as for an answer).
func (p *Port) Limits(x *Exchange) (timeout time.Duration, gather bool, most int, within time.Duration) {
	return x.times()
}

// HandOver gives the host what topics are to keep, as Keeper.Keep has it, and what they have kept so far, in its order and
// retained. From then on that is the host's.
func (p *Port) HandOver() (topics map[string]Keep, events []*Event) { return p.bus.handOver() }

// Size estimates how many bytes an event takes, as Keep says.
func (p *Port) Size(e *Event) int { return sizeOfEvent + sizeOf(e.Data) }

// Retained tells observers of an event that the host keeps as the last of its topic.
func (p *Port) Retained(e *Event) { p.bus.tellRetained(nil, e.Topic, e) }

// Observed reports whether there is an observer.
func (p *Port) Observed() bool { return p.bus.isObserved() }
