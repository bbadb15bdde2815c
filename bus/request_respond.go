package bus

import (
	"context"
	"sync"
)

// Responder answers a request with a reply or an error. Its context ends when nobody waits for the answer
// any more.
type Responder func(ctx context.Context, e *Event) (reply any, err error)

// Respond calls h with each request whose topic matches pattern, and with no other event, at its place among
// the subscribers (D3), unless one before has answered already. Its error, or panic, is the requester's, as
// a *RemoteError with its code, and a failure of the subscription only where the requester is not told.
// With Concurrency the answer may take its time without holding up other subscribers.
func (b *Bus) Respond(pattern string, h Responder, opts ...SubscribeOption) (*Subscription, error) {
	if h == nil {
		return nil, &opError{"respond", pattern, &OptionError{"handler", "must not be nil"}}
	}
	r := &responder{call: h}
	return b.subscribe(pattern, r, append([]SubscribeOption{r.answers}, opts...))
}

// Respond is Bus.Respond for requests whose data is always a Q. Other data is a *PayloadError for the
// requester.
func Respond[Q, R any](b *Bus, pattern string, h func(ctx context.Context, q Q) (R, error), opts ...SubscribeOption) (*Subscription, error) {
	if h == nil {
		return b.Respond(pattern, nil)
	}
	return b.Respond(pattern, func(ctx context.Context, e *Event) (any, error) {
		q, err := As[Q](e)
		if err != nil {
			return nil, err
		}
		return h(ctx, q)
	}, opts...)
}

// responder is the target of a subscription that answers requests.
type responder struct {
	call Responder
	sub  *Subscription
}

// errLater is what call returns where the answer comes later, by the asker.
var errLater error = &sentinel{"", "bus: answered later"}

// answered stands for a failure that the requester is told, or with nil for an answer that nobody wanted any more.
type answered struct{ err error }

func (*answered) Error() string { return "bus: the requester is told" }

func isAnswered(err error) bool {
	_, is := err.(*answered)
	return is
}

// answers is the option that makes a subscription a responder's.
func (r *responder) answers(s *settings) error {
	s.responder = r
	return nil
}

// asker returns who asks by e, or nil if it is no request.
func (r *responder) asker(ctx context.Context, e *Event) asker {
	if r.sub.bus.host.Load() != nil {
		a, _ := ctx.Value(askerKey{r.sub.bus}).(asker)
		return a
	}
	if e.attrs == nil || e.attrs.exchange == nil {
		return nil
	}
	return e.attrs.exchange
}

// handOver is Subscription.handOver for a responder.
func (r *responder) handOver(ctx context.Context, e *Event) (called bool, err error) {
	a := r.asker(ctx, e)
	if a == nil || !a.open() {
		return false, nil
	}
	if c := r.sub.extras.consumer; c != nil {
		t := task{event: e}
		if c.judge(ctx, &t, false) != wanted {
			return false, nil
		}
		a.ask()
		return c.begin(ctx, t), nil
	}
	if !r.sub.admit(e) {
		return false, nil
	}
	a.ask()
	return r.sub.call(ctx, e) == nil, nil
}

func (r *responder) deliver(ctx context.Context, e *Event) (err error) {
	a := r.asker(ctx, e)
	if a == nil || !a.open() {
		return &answered{} // given up while it waited in the queue
	}
	b := r.sub.bus
	returned := false
	defer func() {
		if returned {
			return
		}
		v := recover()
		if v == nil {
			// The goroutine ends, which is reported where it was called.
			a.lost(newPanicError(nil))
			return
		}
		failure := newPanicError(v)
		a.answer(ctx, b.newFailure(r.sub, e, failure), nil)
		err = &answered{failure}
	}()
	asked := &askedContext{Context: ctx, asker: a}
	reply, err := r.call(asked, e)
	returned = true
	if err == errLater {
		return nil
	}
	if err != nil && (!a.open() || r.over()) && isCanceled(err, asked.cause()) {
		a.lost(&NoRespondersError{Topic: e.Topic}) // it gave up, as it was asked to: nobody failed
		return &answered{}
	}
	if err != nil {
		a.answer(ctx, b.newFailure(r.sub, e, err), nil)
		return &answered{err}
	}
	a.answer(ctx, nil, reply)
	return nil
}

// over reports whether the subscription has ended, and its handler's context with it.
func (r *responder) over() bool {
	c := r.sub.extras.consumer
	return c != nil && c.over()
}

// lost tells the requester that the queue let go of its event.
func (r *responder) lost(t *task, reason error) {
	values := t.values
	if values == nil {
		values = context.Background()
	}
	if a := r.asker(values, t.event); a != nil {
		a.lost(reason)
	}
}

// askedContext ends when the delivery's context does or when nobody waits for the answer any more. What that
// takes is made when somebody looks.
type askedContext struct {
	context.Context
	asker asker
	once  sync.Once
	made  context.Context
}

func (c *askedContext) make() context.Context {
	c.once.Do(func() {
		made, cancel := context.WithCancelCause(c.Context)
		c.made = made
		c.asker.onEnd(cancel)
	})
	return c.made
}

// cause is why it ended, if somebody has looked at it.
func (c *askedContext) cause() error {
	c.once.Do(func() {})
	if c.made == nil {
		return nil
	}
	return context.Cause(c.made)
}

func (c *askedContext) Done() <-chan struct{} { return c.make().Done() }
func (c *askedContext) Err() error            { return c.make().Err() }

func (s *Subscription) isResponder() bool {
	return s.bits.Load()&bitResponder != 0 || s.extras != nil && s.extras.responder != nil
}
