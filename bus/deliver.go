package bus

import (
	"context"
	"runtime"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// target is what a subscription calls.
type target interface {
	deliver(ctx context.Context, e *Event) error
}

func (h Handler) deliver(ctx context.Context, e *Event) error { return h(ctx, e) }

// delivery is the state of the goroutine that delivers a run. It lives on that goroutine's stack.
type delivery struct {
	run                  *run
	at                   *handlerContext // of the event at hand
	subs                 []*Subscription
	next                 int
	over                 bool
	published, delivered int
	shard                *counterShard
	position             uint64 // of the event among all that is recorded; 0 if it is not
	letters              uint8  // see tell
	observed             bool   // the event at hand is
	accepting            bool   // observers are to be told of the first event
}

func (d *delivery) drive() {
	for !d.over {
		d.deliverEach()
	}
}

// deliverEach calls the handlers of the event at hand, then those of the queued ones. It returns when the
// run is over or a handler panicked: one deferred call guards the whole loop, and drive resumes it behind
// the handler that failed (D4).
func (d *delivery) deliverEach() {
	defer d.settle()
	if d.accepting {
		d.run.bus.tellAccepted(d.at)
		d.accepting = false
	}
	for {
		for d.next < len(d.subs) {
			s := d.subs[d.next]
			if s.bits.Load()&bitRemoved == 0 {
				if s.extras != nil || d.observed {
					d.deliverWith(s)
				} else if err := s.target.deliver(d.at, d.at.event); err != nil {
					d.fail(s, err)
				} else {
					d.delivered++
				}
			}
			d.next++
		}
		if !d.advance() {
			d.over = true
			return
		}
	}
}

// advance takes the next event and fixes its subscribers (D2), or reports that the run is over.
func (d *delivery) advance() bool {
	if d.letters != noLetters && d.tell() {
		return true
	}
	s := d.run.take()
	if s == nil {
		return false
	}
	d.at, d.next, d.position, d.observed = s, 0, 0, d.run.bus.isObserved()
	if s.topic == LettersTopic && s.event.Data == nil {
		d.letters, d.subs = lettersDue, nil
		return true
	}
	d.subs = d.run.bus.subscribers(s.topic)
	if !subject.IsReserved(s.topic) {
		d.published++
	}
	return true
}

func (d *delivery) finish() { d.shard.end(d.published, d.delivered) }

// deliverWith is delivery to a subscription that has options, or that observers see.
func (d *delivery) deliverWith(s *Subscription) {
	if x := s.extras; x != nil {
		if x.history != nil {
			superseded := false
			if d.position, superseded = x.history.record(d.at, d.at.event); superseded {
				d.subs = d.subs[:d.next+1] // nobody gets it
				return
			}
			// Who subscribed before the event was recorded does not find it in the history: it gets it now. The
			// recorder itself is the first of these as well.
			d.subs = d.run.bus.subscribers(d.at.topic)
			return
		}
		if x.live != nil && x.live.holds(d.at, d.at.event, d.position) {
			return
		}
	}
	called, err := s.handOver(d.at, d.at.event)
	if err != nil {
		d.fail(s, err)
	} else if called {
		d.delivered++
	}
}

// handOver gives an event to an active subscription: to its consumer or to its handler, and reports whether
// the handler was called and returned no error.
func (s *Subscription) handOver(ctx context.Context, e *Event) (called bool, err error) {
	if x := s.extras; x != nil {
		switch {
		case x.responder != nil:
			return x.responder.handOver(ctx, e)
		case x.group != nil:
			return x.group.offer(ctx, e), nil
		case x.consumer != nil:
			return x.consumer.offer(ctx, e), nil
		case !s.admit(e):
			return false, nil
		}
	}
	err = s.call(ctx, e)
	return err == nil, err
}

// settle runs when deliverEach ends. If the run is not over, the handler at hand panicked or ended the
// goroutine. In the latter case nobody will resume the loop, so the rest is delivered from here.
func (d *delivery) settle() {
	if d.over {
		return
	}
	v := recover()
	if d.accepting {
		d.accepting = false // an observer ended the goroutine
	} else {
		s := d.subs[d.next]
		d.next++
		if !s.hasPolicies() { // a consumer sees to what its handler and functions do
			d.fail(s, newPanicError(v))
		}
	}
	if v == nil {
		d.drive()
		d.finish()
	}
}

func (s *Subscription) hasPolicies() bool {
	return s.extras != nil && (s.extras.consumer != nil || s.extras.group != nil)
}

func (d *delivery) fail(s *Subscription, err error) {
	d.run.bus.report(d.at, d.run.bus.newFailure(s, d.at.event, err))
}

// newPanicError takes what recover returned; nil means runtime.Goexit, since panic(nil) is an error value.
func newPanicError(v any) *PanicError {
	if p, ok := v.(*PanicError); ok {
		return p // recovered before, where observers are told
	}
	buf := make([]byte, 8<<10)
	return &PanicError{Value: v, Stack: buf[:runtime.Stack(buf, false)]}
}

// admit decides whether an active subscription with options but no consumer gets this event: the filter first, which may
// end the subscription, then Once, which is claimed by one publisher only and ends it before its handler is called.
func (s *Subscription) admit(e *Event) bool {
	x := s.extras
	if x.filter != nil && !x.filter(e) {
		return false
	}
	if x.once {
		return s.end()
	}
	return s.Active()
}

// invoke is handOver outside of a run. A panic becomes the error; exited is called when the handler ended
// the goroutine, in which case invoke does not return.
func (s *Subscription) invoke(ctx context.Context, e *Event, exited func(error)) (called bool, err error) {
	returned := false
	defer func() {
		if returned {
			return
		}
		v := recover()
		called, err = false, newPanicError(v)
		if v == nil && !s.hasPolicies() {
			exited(err)
		}
	}()
	called, err = s.handOver(ctx, e)
	returned = true
	return called, err
}
