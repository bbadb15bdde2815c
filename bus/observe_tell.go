package bus

import (
	"context"
	"time"
)

func (s *Subscription) side() Side {
	if s.bits.Load()&bitHosted != 0 {
		return SideJS
	}
	return SideGo
}

func (s *Subscription) observed() ObservedSubscription {
	return ObservedSubscription{ID: s.place(), Pattern: s.Pattern(), Name: s.Name(), Side: s.side()}
}

// tellAccepted tells of an event that was numbered. What stands for changes of the dead letters is none.
func (b *Bus) tellAccepted(at *handlerContext) {
	if !b.isObserved() || at.topic == LettersTopic && at.event.Data == nil {
		return
	}
	e := at.event
	b.watch(at, func(ctx context.Context, o *observer) {
		if o.Accepted != nil {
			o.Accepted(ctx, e, e.given().arrival.via())
		}
	})
}

// call calls the handler, and tells observers of it.
func (s *Subscription) call(ctx context.Context, e *Event) error {
	if !s.bus.isObserved() {
		return s.target.deliver(ctx, e)
	}
	w := s.bus.beginWatch(ctx, s, e, 1)
	defer w.panicked()
	err := s.target.deliver(ctx, e)
	w.end(err)
	return err
}

// callWatch is one call of a handler that observers see.
type callWatch struct {
	sub     *Subscription
	event   *Event
	at      *handlerContext
	attempt int
	begun   time.Time
	over    bool
}

// beginWatch tells of a call that is about to be made; nil if nobody observes, on which the methods do nothing.
func (b *Bus) beginWatch(ctx context.Context, s *Subscription, e *Event, attempt int) *callWatch {
	if !b.isObserved() {
		return nil
	}
	w := &callWatch{sub: s, event: e, at: b.handlerContextOf(ctx), attempt: attempt, begun: b.clock.Now()}
	b.watch(w.at, func(ctx context.Context, o *observer) {
		if o.Delivering != nil {
			o.Delivering(ctx, e, s.observed(), attempt)
		}
	})
	return w
}

// end tells what came of the call.
func (w *callWatch) end(err error) {
	if w == nil || w.over {
		return
	}
	w.over = true
	b := w.sub.bus
	d := Delivery{Attempt: w.attempt, Duration: b.clock.Now().Sub(w.begun)}
	d.Outcome, d.Err = w.outcome(err)
	b.watch(w.at, func(ctx context.Context, o *observer) {
		if o.Delivered != nil {
			o.Delivered(ctx, w.event, w.sub.observed(), d)
		}
	})
}

// panicked, which is deferred, tells of a handler that panicked or ended its goroutine, and lets that go on.
func (w *callWatch) panicked() {
	if w == nil || w.over {
		return
	}
	v := recover()
	err := newPanicError(v)
	w.end(err)
	if v != nil {
		panic(err)
	}
}

func (w *callWatch) outcome(err error) (Outcome, error) {
	if a, ok := err.(*answered); ok {
		if a.err == nil {
			return OutcomeCancelled, ErrCanceled
		}
		err = a.err
	}
	c := w.sub.consumer()
	switch {
	case err == nil:
		return OutcomeOK, nil
	case isTimeout(err):
		return OutcomeTimeout, err
	case c != nil && c.over() && isCanceled(err):
		return OutcomeCancelled, err
	}
	return OutcomeFailed, err
}

func (s *Subscription) consumer() *consumer {
	if s.extras == nil {
		return nil
	}
	return s.extras.consumer
}

// isTimeout reports whether it is the bus that gave up.
func isTimeout(err error) bool {
	switch err.(type) {
	case *TimeoutError, *RequestTimeoutError:
		return true
	}
	return false
}

// tellDropped tells of an event that a subscription, or nobody if that is nil, gets.
func (b *Bus) tellDropped(at *handlerContext, e *Event, s *Subscription, reason DropReason) {
	if !b.isObserved() {
		return
	}
	var to ObservedSubscription
	if s != nil {
		to = s.observed()
	}
	b.watch(at, func(ctx context.Context, o *observer) {
		if o.Dropped != nil {
			o.Dropped(ctx, e, to, reason)
		}
	})
}

func (b *Bus) tellDead(at *handlerContext, l *letter) {
	b.watch(at, func(ctx context.Context, o *observer) {
		if o.Dead != nil {
			o.Dead(ctx, l.DeadLetter)
		}
	})
}

func (b *Bus) tellRedriven(l *letter) {
	b.watch(nil, func(ctx context.Context, o *observer) {
		if o.Redriven != nil {
			o.Redriven(ctx, l.DeadLetter)
		}
	})
}

func (b *Bus) tellDiscarded(l *letter, evicted bool) {
	b.watch(nil, func(ctx context.Context, o *observer) {
		if o.Discarded != nil {
			o.Discarded(ctx, l.DeadLetter, evicted)
		}
	})
}

// tellRetained tells of what a topic keeps as its last: e, or nothing any more.
func (b *Bus) tellRetained(at *handlerContext, topic string, e *Event) {
	b.watch(at, func(ctx context.Context, o *observer) {
		if o.Retained != nil {
			o.Retained(ctx, topic, e)
		}
	})
}

func (b *Bus) tellReplayed(at *handlerContext, e *Event, s *Subscription) {
	b.watch(at, func(ctx context.Context, o *observer) {
		if o.Replayed != nil {
			o.Replayed(ctx, e, s.observed())
		}
	})
}

// tellAnswered tells what came of a request; err is the requester's.
func (b *Bus) tellAnswered(ctx context.Context, e *Event, since time.Time, err error) {
	if !b.isObserved() {
		return
	}
	a := Answer{Duration: b.clock.Now().Sub(since), Outcome: OutcomeFailed, Err: err}
	switch {
	case err == nil:
		a.Outcome = OutcomeOK
	case isTimeout(err):
		a.Outcome = OutcomeTimeout
	case isCanceled(err):
		a.Outcome = OutcomeCancelled
	}
	b.watch(b.handlerContextOf(ctx), func(ctx context.Context, o *observer) {
		if o.Answered != nil {
			o.Answered(ctx, e, a)
		}
	})
}
