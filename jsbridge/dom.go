//go:build js && wasm

package jsbridge

import (
	"errors"
	"syscall/js"

	"github.com/trolleybus/trolleybus/bus"
)

// DOM says how the events of a DOM event target become topics and topics become its events.
type DOM struct {
	// From maps the types of DOM events to what is published.
	From map[string]FromDOM
	// To maps patterns to the types of the CustomEvents that are dispatched, which bubble and are
	// composed, with the data as detail. "" names them after the topic, with ':' for '.'.
	To map[string]string
}

// FromDOM is what a DOM event becomes. Nothing of the event itself reaches Go: its fields are picked in
// JavaScript and published as plain data, so that Go handlers can decode them.
type FromDOM struct {
	// Topic is what is published.
	Topic string
	// Fields are paths within the event, such as "detail.id", "target.value" or "clientX"; the data is
	// an object with the last name of each path. None: the detail of a CustomEvent, else the DOM event.
	Fields []string
	// Capture and Passive are the options of addEventListener.
	Capture, Passive bool
	// PerFrame publishes only the last event of each animation frame.
	PerFrame bool
	// PreventDefault cancels the event's default action, such as the sending of a form.
	PreventDefault bool
}

// bridge is one call of Bridge. It waits for Serve, and ends with the instance.
type bridge struct {
	target js.Value
	spec   string
	id     int
	ended  bool
}

// waiting are the bridges made before Serve.
var waiting []*bridge

// Bridge joins a DOM event target, for example js.Global().Get("document"), to topics of the served bus, as
// bus.bridge does in JavaScript. No event comes back to where it came from. The bridge ends by end, with the
// removal of its element, or with the bus. Called before Serve, it begins when the bus is served.
//
// The error is a *bus.TopicError for a wrong topic or pattern, or an *Error if target is no EventTarget.
func Bridge(target js.Value, dom DOM) (end func(), err error) {
	spec, err := dom.spec()
	if err != nil {
		return nil, err
	}
	br := &bridge{target: target, spec: spec}
	if served == nil {
		waiting = append(waiting, br)
	} else if err := served.begin(br); err != nil {
		return nil, err
	}
	return br.end, nil
}

func (s *server) begin(br *bridge) error {
	if br.ended {
		return nil
	}
	setOutputStrings(br.spec)
	n := s.page.bridge.Invoke(br.target).Int()
	if n < 0 {
		return pageError(n)
	}
	br.id = n
	return nil
}

// beginWaiting begins the bridges that were made before Serve.
func (s *server) beginWaiting() (err error) {
	for _, br := range waiting {
		err = errors.Join(err, s.begin(br))
	}
	waiting = nil
	return err
}

func (br *bridge) end() {
	if br.id != 0 && !br.ended {
		served.page.unbridge.Invoke(br.id)
	}
	br.ended = true
}

// spec writes the description as JSON.
func (d DOM) spec() (string, error) {
	out := []byte(`{"from":{`)
	for kind, from := range d.From {
		if err := bus.ValidateTopic(from.Topic); err != nil {
			return "", err
		}
		out = appendName(out, kind)
		out = append(append(out, `{"topic":`...), quote([]byte(from.Topic))...)
		if len(from.Fields) > 0 {
			out = append(out, `,"fields":[`...)
			for i, field := range from.Fields {
				if i > 0 {
					out = append(out, ',')
				}
				out = append(out, quote([]byte(field))...)
			}
			out = append(out, ']')
		}
		out = appendFlag(out, "capture", from.Capture)
		out = appendFlag(out, "passive", from.Passive)
		out = appendFlag(out, "frame", from.PerFrame)
		out = append(appendFlag(out, "prevent", from.PreventDefault), '}')
	}
	out = append(out, `},"to":{`...)
	for pattern, kind := range d.To {
		if err := bus.ValidatePattern(pattern); err != nil {
			return "", err
		}
		out = append(appendName(out, pattern), quote([]byte(kind))...)
	}
	return string(append(out, `}}`...)), nil
}

func appendName(out []byte, name string) []byte {
	if out[len(out)-1] != '{' {
		out = append(out, ',')
	}
	return append(append(out, quote([]byte(name))...), ':')
}

func appendFlag(out []byte, name string, on bool) []byte {
	if !on {
		return out
	}
	return append(append(append(out, `,"`...), name...), `":true`...)
}
