//go:build js && wasm

package jsbridge

import (
	"errors"
	"strings"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

// Where the data of an event is; must match www/src/core/crossing/exports.ts.
const (
	fromScript = iota
	fromScriptDescribed
	fromGo
	fromGoCaused
)

// ErrReleased is the reason why data of JavaScript's can't be had after the handler has returned.
var ErrReleased = errors.New("the data was released when the handler returned: decode it there, or call Retain there")

type state uint8

const (
	lent state = iota // valid while JavaScript waits
	kept              // valid until released
	released
)

// payload is data that JavaScript holds. It implements bus.Payload and bus.Retainer.
type payload struct {
	ref      int32
	state    state
	holds    int
	original *bus.Event // that Go published, if JavaScript only handed it on
}

// Original is what Go's own subscribers get (bus.Original).
func (p *payload) Original() *bus.Event { return p.original }

// Decode asks JavaScript for the data and stores it in dst, a pointer.
func (p *payload) Decode(dst any) error { return p.decode(dst, 0) }

// decode is Decode, and with failed 1 that of the event which the data, a failure, is about.
func (p *payload) decode(dst any, failed int) error {
	if p.state == released {
		return wrong(ErrReleased)
	}
	n := served.page.encode.Invoke(p.ref, failed).Int()
	if n < 0 {
		return pageError(n)
	}
	if n%16 == kindFailure {
		return p.decodeFailure(inputStrings(n/16), dst)
	}
	return decodeValue(int32(n%16), input[:n/16], dst, served.port.Codec())
}

// Retain keeps the data beyond the handler's return; each call needs a Release.
func (p *payload) Retain() {
	if p.state == lent {
		if ref := int32(served.page.keep.Invoke(p.ref).Int()); ref != 0 {
			p.ref, p.state = ref, kept
		}
	}
	p.holds++
}

// Release lets JavaScript forget the data once all who retained it have released it.
func (p *payload) Release() {
	p.holds--
	if p.holds == 0 && p.state == kept {
		served.page.drop.Invoke(p.ref)
		p.state = released
	}
}

// is reports whether data is p itself. Data may be of a type that cannot be compared.
func (p *payload) is(data any) bool {
	other, ok := data.(*payload)
	return ok && other == p
}

// lend makes the data available again, unless it is kept.
func (p *payload) lend(ref int32) {
	if p.state != kept {
		p.ref, p.state = ref, lent
	}
}

// leave ends the loan.
func (p *payload) leave() {
	if p.state == lent {
		p.state = released
	}
}

// scriptEvent is an event of JavaScript's with its data, in one piece: there is one for each event that
// reaches Go.
type scriptEvent struct {
	event bus.Event
	data  payload
}

// event makes Go's view of an event of JavaScript's; all of its Go subscribers share it.
func (s *server) event(sub *bus.Subscription, topicLength, ref, kind int32, seq uint64) (*bus.Event, *payload) {
	topic := sub.Pattern()
	if topicLength > 0 {
		topic = s.topic(topicLength)
	}
	return s.scriptEvent(topic, ref, kind, seq)
}

func (s *server) scriptEvent(topic string, ref, kind int32, seq uint64) (*bus.Event, *payload) {
	if s.last != nil && s.last.Seq == seq {
		s.lastData.lend(ref)
		return s.last, s.lastData
	}
	if kind == fromScriptDescribed {
		s.last, s.lastData = s.described(topic, ref, seq)
	} else {
		e := &scriptEvent{data: payload{ref: ref}}
		s.port.InitEvent(&e.event, topic, &e.data, seq)
		s.last, s.lastData = &e.event, &e.data
	}
	return s.last, s.lastData
}

// topic reads the topic in the input, without a copy when it is the last event's.
func (s *server) topic(length int32) string {
	if s.last != nil && s.last.Topic == string(input[:length]) {
		return s.last.Topic
	}
	return string(input[:length])
}

// described makes an event of which JavaScript knows more than topic and data.
func (s *server) described(topic string, ref int32, seq uint64) (*bus.Event, *payload) {
	p := &payload{ref: ref}
	init := bus.EventInit{Topic: topic, Data: p, Seq: seq}
	s.describe(&init, ref)
	return s.bus.NewEvent(init), p
}

func (s *server) describe(init *bus.EventInit, ref int32) {
	n := s.page.describe.Invoke(ref).Int()
	if n <= 0 {
		return
	}
	setAll(init, inputStrings(n))
}

// setAll sets what names and values say of an event.
func setAll(init *bus.EventInit, fields []string) {
	for i := 0; i+1 < len(fields); i += 2 {
		set(init, fields[i], fields[i+1])
	}
}

// own returns an event of Go's, once it has its place in the order. ref is where JavaScript describes it if
// another event caused it: that is known in the queue only.
func (s *server) own(held, kind, ref int32, seq uint64) *bus.Event {
	e := s.events[held]
	first := e.Seq == 0
	e.Seq = seq
	if first && kind == fromGoCaused {
		var init bus.EventInit
		s.describe(&init, ref)
		served.port.SetCause(e, init.CausationID, init.CorrelationID, init.TraceParent)
	}
	return e
}

func set(init *bus.EventInit, name, value string) {
	if name, ok := strings.CutPrefix(name, extension); ok {
		if init.Extensions == nil {
			init.Extensions = make(map[string]any)
		}
		init.Extensions[name] = extensionValue(value)
		return
	}
	switch name {
	case "id":
		init.ID = value
	case "subject":
		init.Subject = value
	case "key":
		init.Key = value
	case "version":
		init.Version = value
	case "traceparent":
		init.TraceParent = value
	case "causationid":
		init.CausationID = value
	case "correlationid":
		init.CorrelationID = value
	case "source":
		init.Source = value
	case "dataschema":
		init.DataSchema = value
	case "datacontenttype":
		init.DataContentType = value
	case "time":
		if ms, ok := parseMillis(value); ok {
			init.Time = time.UnixMilli(ms)
		}
	}
}
