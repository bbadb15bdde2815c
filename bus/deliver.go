package bus

import (
	"context"
	"runtime"
)

// target is what a subscription calls.
type target interface {
	deliver(ctx context.Context, e *Event) error
}

func (h Handler) deliver(ctx context.Context, e *Event) error { return h(ctx, e) }

// deliverEach calls the handlers of the event at hand, then those of the queued ones. It returns when the
// run is over or a handler panicked: one deferred call guards the whole loop, and drive resumes it behind
// the handler that failed (D4).
func (r *run) deliverEach() {
	defer r.settle()
	for {
		for r.next < len(r.subs) {
			s := r.subs[r.next]
			if s.bits.Load()&bitRemoved == 0 {
				if s.extras != nil {
					r.deliverWith(s)
				} else if err := s.target.deliver(r.at, r.at.event); err != nil {
					r.fail(s, err)
				} else {
					r.delivered++
				}
			}
			r.next++
		}
		if !r.advance() {
			r.over = true
			return
		}
	}
}

// deliverWith is delivery to a subscription that has options.
func (r *run) deliverWith(s *Subscription) {
	e := r.at.event
	called, err := s.handOver(r.at, e)
	if err != nil {
		r.fail(s, err)
	} else if called {
		r.delivered++
	}
}

// handOver gives an event to an active subscription: to its queue or to its handler, and reports whether
// the handler was called and returned no error.
func (s *Subscription) handOver(ctx context.Context, e *Event) (called bool, err error) {
	if s.extras != nil {
		if !s.admit(e) {
			return false, nil
		}
		if q := s.extras.queue; q != nil {
			return false, q.offer(ctx, e)
		}
	}
	err = s.target.deliver(ctx, e)
	return err == nil, err
}

// settle runs when deliverEach ends. If the run is not over, the handler at hand panicked or ended the
// goroutine. In the latter case nobody will resume the loop, so the rest is delivered from here.
func (r *run) settle() {
	if r.over {
		return
	}
	v := recover()
	s := r.subs[r.next]
	r.next++
	r.fail(s, newPanicError(v))
	if v == nil {
		r.drive()
	}
}

func (r *run) fail(s *Subscription, err error) {
	r.bus.report(r.at, newFailure(s, r.at.event, err))
}

// newPanicError takes what recover returned; nil means runtime.Goexit, since panic(nil) is an error value.
func newPanicError(v any) *PanicError {
	buf := make([]byte, 8<<10)
	return &PanicError{Value: v, Stack: buf[:runtime.Stack(buf, false)]}
}

// admit decides whether an active subscription with options gets this event: the filter first, then
// Once, which is claimed by one publisher only and ends the subscription before its handler is called.
func (s *Subscription) admit(e *Event) bool {
	x := s.extras
	if x.filter != nil && !x.filter(e) {
		return false
	}
	if x.once {
		return s.end()
	}
	return true
}

// invoke is handOver outside of a run, or for an event that comes out of the queue the call of the handler
// alone. A panic becomes the error; exited is called when the handler ended the goroutine, in which
// case invoke does not return.
func (s *Subscription) invoke(ctx context.Context, e *Event, fromQueue bool, exited func(error)) (called bool, err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		v := recover()
		called, err = false, newPanicError(v)
		if v == nil {
			exited(err)
		}
	}()
	if fromQueue {
		called, err = true, s.target.deliver(ctx, e)
	} else {
		called, err = s.handOver(ctx, e)
	}
	returned = true
	return called, err
}
