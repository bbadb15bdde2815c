//go:build js && wasm

package jsbridge

import (
	"context"
	"math"
	"runtime"
	"strconv"
	"syscall/js"
	"unicode/utf8"

	"github.com/trolleybus/trolleybus/bus"
)

// page has the functions of JavaScript that Go calls. They take and return integers, and never throw: an
// answer below zero is the length of an error in the input buffer.
type page struct {
	request, answered, abandon                                                                                                   js.Value
	publish, changed, intercepts, order, sync, report, encode, describe, keep, drop, bridge, unbridge, attempt, ask, ended, held js.Value
	observed, observedLetter, observedInterest                                                                                   js.Value
	keeps, kept, recall, counts, clear, unkeep, inTurn, within, load, store                                                      js.Value
	now, date, wake, frame, random                                                                                               js.Value // milliseconds; from 0 to below 1
}

func newPage(port js.Value) page {
	return page{
		publish: port.Get("publish"), changed: port.Get("changed"), intercepts: port.Get("intercepts"),
		order: port.Get("order"), sync: port.Get("sync"), report: port.Get("report"),
		encode: port.Get("encode"), describe: port.Get("describe"), keep: port.Get("keep"), drop: port.Get("drop"), bridge: port.Get("bridge"), unbridge: port.Get("unbridge"),
		request: port.Get("request"), answered: port.Get("answered"), abandon: port.Get("abandon"),
		attempt: port.Get("attempt"), ask: port.Get("ask"), ended: port.Get("ended"), held: port.Get("held"),
		keeps: port.Get("keeps"), kept: port.Get("kept"), recall: port.Get("recall"), counts: port.Get("counts"), clear: port.Get("clear"), unkeep: port.Get("unkeep"),
		inTurn: port.Get("inTurn"), within: port.Get("within"),
		load: port.Get("load"), store: port.Get("store"),
		observed: port.Get("observed"), observedLetter: port.Get("observedLetter"), observedInterest: port.Get("observedInterest"),
		now: port.Get("now"), date: port.Get("date"), wake: port.Get("wake"), frame: port.Get("frame"), random: port.Get("random"),
	}
}

// The server is the host of its bus (bus.Host): JavaScript has the queue.

// Publish hands an event to JavaScript's queue. It returns when the event has been delivered, or, from
// within a delivery, when it is queued.
func (s *server) Publish(ctx context.Context, e *bus.Event) error {
	return s.hand(ctx, e, func(at, length int, ref int32, described int) int {
		return s.page.publish.Invoke(at, length, ref, described).Int()
	})
}

// hand holds an event for JavaScript as long as call says by an answer above zero.
func (s *server) hand(ctx context.Context, e *bus.Event, call func(at, length int, ref int32, described int) int) error {
	described := 0
	fields := givenFields(e)
	if via := s.port.Via(e); via != "" {
		fields = append(fields, "via", via, "correlationId", e.CorrelationID())
	} else {
		fields = append(fields, s.causeFields(ctx)...)
	}
	if len(fields) > 0 {
		if err := checkFields(fields); err != nil {
			return err
		}
		setOutputStrings(fields...)
		described = 1
	}
	ref := s.hold(e)
	at, length := stringAddress(e.Topic)
	n := call(int(at), length, ref, described)
	if n <= 0 {
		s.forget(ref)
	}
	if n < 0 {
		return pageError(n)
	}
	return nil
}

// Changed makes JavaScript forget the routes that a pattern of Go's concerns; "" stands for the interceptors.
func (s *server) Changed(pattern string) {
	if pattern == "" {
		on := 0
		if s.port.Intercepted() {
			on = 1
		}
		s.page.intercepts.Invoke(on)
		return
	}
	at, length := stringAddress(pattern)
	s.page.changed.Invoke(at, length)
	runtime.KeepAlive(&pattern)
}

// NextOrder numbers subscribers across both sides (D3).
func (s *server) NextOrder() uint64 { return uint64(s.page.order.Invoke().Int()) }

// Sync brings the table up to date before Go reads it: JavaScript tells of its changes when it must.
func (s *server) Sync() { s.page.sync.Invoke() }

// noEvent is no number of an event that JavaScript has.
const noEvent = math.MinInt32

// Report passes on a failure that happened outside of any call from JavaScript, with its event.
func (s *server) Report(f *bus.Failure) {
	code, message := told(f.Err)
	fields := []string{code, message, f.Pattern, f.Subscription, ""}
	switch err := f.Err.(type) {
	case *bus.OverflowError:
		fields[4] = strconv.Itoa(err.Limit)
	case *bus.PanicError:
		fields[4] = string(err.Stack)
	}
	if f.Event == nil {
		setOutputStrings(append(fields, f.Pattern, "0")...)
		s.page.report.Invoke(noEvent, 0)
		return
	}
	ref, own, fields := s.point(f.Event, fields)
	setOutputStrings(fields...)
	s.page.report.Invoke(ref, own)
}

// point tells JavaScript which event is meant, as it may have had it or not: a number of its own, or noEvent where it has
// forgotten it, or with own 1 one of Go's, which JavaScript releases. What is known of it is appended to the fields.
func (s *server) point(e *bus.Event, fields []string) (ref int32, own int, with []string) {
	ref = noEvent
	if p, ok := e.Data.(*payload); !ok {
		ref, own = s.hold(e), 1
		if given := givenFields(e); checkFields(given) == nil {
			fields = append(fields, given...)
		}
	} else if p.state != released {
		ref = p.ref
	}
	return ref, own, append(fields, e.Topic, strconv.FormatUint(e.Seq, 10))
}

func givenFields(e *bus.Event) []string {
	in := e.Init()
	var fields []string
	if in.CorrelationID == in.ID {
		in.CorrelationID = "" // the first of its chain, as far as is known
	}
	var millis string
	if !in.Time.IsZero() {
		millis = strconv.FormatInt(in.Time.UnixMilli(), 10)
	}
	for _, f := range [...][2]string{
		{"id", in.ID}, {"time", millis}, {"source", in.Source}, {"subject", in.Subject}, {"key", in.Key}, {"version", in.Version},
		{"traceparent", in.TraceParent}, {"correlationId", in.CorrelationID}, {"causationId", in.CausationID},
		{"dataschema", in.DataSchema}, {"datacontenttype", in.DataContentType},
	} {
		if f[1] != "" {
			fields = append(fields, f[0], f[1])
		}
	}
	for name, value := range in.Extensions {
		fields = append(fields, extension+name, extensionText(value))
	}
	return fields
}

// causeFields tells the cause of what a handler outside of JavaScript's queue publishes.
func (s *server) causeFields(ctx context.Context) []string {
	cause := s.port.Cause(ctx)
	if cause == nil {
		return nil
	}
	fields := []string{"causeTopic", cause.Topic, "causeId", cause.ID(), "causeRoot", cause.CorrelationID()}
	if t := cause.TraceParent(); t != "" {
		fields = append(fields, "causeTraceparent", t)
	}
	return fields
}

// checkFields finds what JavaScript could not read without changing it.
func checkFields(fields []string) error {
	for _, field := range fields {
		if !utf8.ValidString(field) {
			return wrong(errUTF8Field)
		}
	}
	return nil
}
