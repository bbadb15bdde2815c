//go:build js && wasm

package jsbridge

import (
	"context"
	"strconv"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

// What JavaScript's observers are told of Go's subscribers, and of what Go decides for JavaScript's.
const (
	observedDelivering = iota
	observedDelivered
	observedDropped
	observedReplayed
)

// observing ends the observer that JavaScript has here.
var observing func()

// observe begins or ends to tell JavaScript's observers: nothing (0), of interest (1), of all (2).
//
//go:wasmexport trolleybus_observe
func observe(seen, nonce int32) int32 {
	if observing != nil {
		observing()
		observing = nil
	}
	if seen != 0 {
		o := served.observer()
		if seen == 1 {
			o = bus.Observer{Interest: o.Interest}
		}
		observing = served.bus.Observe(o)
	}
	return answer(nonce, statusOK)
}

func (s *server) observer() bus.Observer {
	letter := func(kind int, l *bus.DeadLetter, evicted bool) {
		if _, err := encodeLetter(l); err == nil {
			s.page.observedLetter.Invoke(kind, evicted)
		}
	}
	return bus.Observer{
		Interest: func(_ context.Context, pattern string, i bus.Interest) {
			if i.Side == bus.SideGo {
				setOutputStrings(pattern)
				s.page.observedInterest.Invoke(i.On, i.Responder)
			}
		},
		Delivering: func(_ context.Context, e *bus.Event, o bus.ObservedSubscription, attempt int) {
			s.observed(observedDelivering, e, o, attempt, 0, "", nil)
		},
		Delivered: func(_ context.Context, e *bus.Event, o bus.ObservedSubscription, d bus.Delivery) {
			s.observed(observedDelivered, e, o, d.Attempt, d.Duration, string(d.Outcome), d.Err)
		},
		Dropped: func(_ context.Context, e *bus.Event, o bus.ObservedSubscription, reason bus.DropReason) {
			if reason != bus.DroppedIntercepted { // JavaScript sees that itself
				s.observed(observedDropped, e, o, 0, 0, string(reason), nil)
			}
		},
		Replayed: func(_ context.Context, e *bus.Event, o bus.ObservedSubscription) {
			s.observed(observedReplayed, e, o, 0, 0, "", nil)
		},
		Dead:      func(_ context.Context, l bus.DeadLetter) { letter(0, &l, false) },
		Redriven:  func(_ context.Context, l bus.DeadLetter) { letter(1, &l, false) },
		Discarded: func(_ context.Context, l bus.DeadLetter, evicted bool) { letter(2, &l, evicted) },
	}
}

// observed tells of an event and a subscription. The output has its pattern, name and side, what came of it with code and
// message, and what is known of the event.
func (s *server) observed(what int, e *bus.Event, o bus.ObservedSubscription, attempt int, d time.Duration, outcome string, err error) {
	code, message := "", ""
	if err != nil {
		code, message = told(err)
	}
	fields := []string{o.Pattern, o.Name, string(o.Side), strconv.FormatUint(o.ID, 10), outcome, code, message}
	ref, own, fields := s.point(e, fields)
	setOutputStrings(fields...)
	s.page.observed.Invoke(what, ref, own, attempt, milliseconds(d))
}
