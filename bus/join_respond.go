package bus

import (
	"context"
	"errors"
	"sync"
)

// LateResponder is called with a request and answers it by answer: once, during the call or later, on any goroutine. A call
// that ends with a panic is answered by that. With an error that is ErrNoResponders it is as if nobody had been asked; any
// other one is the requester's, as a *RemoteError. answer reports whether the requester still waited; the second answer
// counts for nothing. The context ends when nobody waits for the answer any more.
type LateResponder func(ctx context.Context, e *Event, answer func(reply any, err error) (waited bool))

// Respond is Bus.Respond for requests that are answered elsewhere. It is no interest for observers, and is not asked what
// came by this joint. Other responders are asked while the answer is to come, as with Concurrency, whose option
// it takes and need not have.
func (j *Joint) Respond(pattern string, h LateResponder, opts ...SubscribeOption) (*Subscription, error) {
	if err := j.open("respond", pattern); err != nil {
		return nil, err
	}
	if h == nil {
		return nil, &opError{"respond", pattern, &OptionError{"handler", "must not be nil"}}
	}
	r := &responder{}
	r.call = func(ctx context.Context, e *Event) (any, error) {
		q := &question{joint: j, sub: r.sub, event: e, ctx: ctx, asker: ctx.(*askedContext).asker, called: true}
		h(ctx, e, q.answer)
		return q.returned()
	}
	return j.list(j.bus.subscribe(pattern, r, append([]SubscribeOption{j.quietly, r.answers}, opts...)))
}

// Subscribe is Bus.Subscribe for what leaves: it is no interest for observers, and does not get what came by this joint.
func (j *Joint) Subscribe(pattern string, h Handler, opts ...SubscribeOption) (*Subscription, error) {
	if err := j.open("subscribe", pattern); err != nil {
		return nil, err
	}
	if h == nil {
		return nil, &opError{"subscribe", pattern, &OptionError{"handler", "must not be nil"}}
	}
	return j.list(j.bus.subscribe(pattern, h, append([]SubscribeOption{j.quietly}, opts...)))
}

// Request is Bus.Request by an event that the joint has admitted, in place of Deliver: it keeps what it was given, and the
// joint's own responders are not asked. The error is also one of Deliver.
func (j *Joint) Request(ctx context.Context, e *Event, opts ...RequestOption) (reply any, err error) {
	if _, err := j.arrivalOf(e); err != nil {
		return nil, err
	}
	b := j.bus
	x, err := b.newExchange(ctx, e.Topic, false, opts)
	if err != nil {
		return nil, &opError{"request", e.Topic, err}
	}
	err = j.deliver(ctx, e, func(*arrival) error {
		x.event = e
		if b.host.Load() != nil {
			return b.ask(ctx, x, nil)
		}
		r, err := b.lookup(e.Topic)
		if err != nil {
			return err
		}
		return b.ask(ctx, x, r)
	})
	if err != nil {
		return nil, err
	}
	if _, err := x.result(ctx, nil); err != nil {
		return nil, &opError{"request", e.Topic, err}
	}
	return x.replies[0], nil
}

// Asks reports whether an event is that of a request: one of Go's, in a page.
func (j *Joint) Asks(e *Event) bool { return e != nil && e.given().exchange != nil }

// quietly is the option of a joint's subscriptions.
func (j *Joint) quietly(s *settings) error {
	s.quiet, s.name = true, j.name
	return Filter(func(e *Event) bool {
		a := e.given().arrival
		return a == nil || a.joint != j
	})(s)
}

// list notes a subscription, which ends with the joint.
func (j *Joint) list(s *Subscription, err error) (*Subscription, error) {
	if err != nil {
		return nil, err
	}
	j.mu.Lock()
	if j.subs == nil {
		j.mu.Unlock()
		s.Unsubscribe()
		return nil, &opError{"subscribe", s.Pattern(), ErrClosed}
	}
	j.subs[s] = struct{}{}
	if len(j.subs) > j.sweep {
		for s := range j.subs {
			if !s.Active() && !s.lasts() {
				delete(j.subs, s)
			}
		}
		j.sweep = max(64, 2*len(j.subs))
	}
	j.mu.Unlock()
	return s, nil
}

// question is one request that a joint's responder was asked, until it is answered.
type question struct {
	joint *Joint
	sub   *Subscription
	event *Event
	ctx   context.Context
	asker asker

	mu       sync.Mutex
	called   bool // the handler has not returned
	answered bool
	reply    any // of an answer that was given before that
	err      error
}

func (q *question) answer(reply any, err error) (waited bool) {
	q.mu.Lock()
	if q.answered {
		q.mu.Unlock()
		return false
	}
	q.answered = true
	if waited = q.asker.open(); q.called {
		// The handler may still fail. Its return says that it did not.
		q.reply, q.err = reply, err
		q.mu.Unlock()
		return waited
	}
	q.mu.Unlock()
	q.forget()
	switch {
	case err == nil:
		q.asker.answer(q.ctx, nil, reply)
	case errors.Is(err, ErrNoResponders):
		q.asker.decline()
	case !waited && isCanceled(err):
		q.asker.lost(&NoRespondersError{Topic: q.event.Topic}) // it gave up, as it was asked to: nobody failed
	default:
		q.asker.answer(q.ctx, q.joint.bus.newFailure(q.sub, q.event, err), nil)
	}
	return waited
}

// returned is the answer that was given while the handler was being called, or says that it comes later.
func (q *question) returned() (any, error) {
	j := q.joint
	j.mu.Lock()
	open := j.asked != nil
	if open {
		j.asked[q] = struct{}{}
	}
	j.mu.Unlock()
	q.mu.Lock()
	q.called = false
	reply, err, answered := q.reply, q.err, q.answered
	q.mu.Unlock()
	switch {
	case !answered && !open:
		q.abandon()
	case !answered:
		q.asker.onEnd(func(error) { q.forget() })
	case errors.Is(err, ErrNoResponders):
		q.forget()
		q.asker.decline()
	default:
		q.forget()
		return reply, err
	}
	return nil, errLater
}

func (q *question) forget() {
	j := q.joint
	j.mu.Lock()
	delete(j.asked, q)
	j.mu.Unlock()
}

// abandon tells the requester that there will be no answer, which may have been under way.
func (q *question) abandon() {
	q.mu.Lock()
	answered := q.answered
	q.answered = true
	q.mu.Unlock()
	if !answered {
		q.asker.lost(&opError{"answer", q.event.Topic, ErrUnavailable})
	}
}
