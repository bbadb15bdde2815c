package cloudevents

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"unicode/utf8"

	"github.com/trolleybus/trolleybus/bus"
)

var errUTF8 = errors.New("a string is not valid UTF-8; send a []byte")

const (
	jsonType  = "application/json"
	bytesType = "application/octet-stream"
)

// Marshal returns the event as the JSON text of a CloudEvent. The error is an *Error for an attribute that
// CloudEvents cannot have, and a *bus.PayloadError for data that JSON cannot have.
func Marshal(e *bus.Event) ([]byte, error) { return appendEvent(nil, e) }

// MarshalBatch returns the events as a JSON batch: an array of what Marshal returns.
func MarshalBatch(events []*bus.Event) ([]byte, error) {
	out := []byte{'['}
	for i, e := range events {
		if i > 0 {
			out = append(out, ',')
		}
		var err error
		if out, err = appendEvent(out, e); err != nil {
			return nil, within(i, err)
		}
	}
	return append(out, ']'), nil
}

func appendEvent(out []byte, e *bus.Event) ([]byte, error) {
	if e == nil {
		return nil, wrong("", "nil is not an event")
	}
	in := e.Init()
	in.ID, in.Source, in.Time, in.CorrelationID = e.ID(), e.Source(), e.Time(), e.CorrelationID()
	member, value, err := data(e)
	if err != nil {
		return nil, err
	}
	if in.DataContentType == "" {
		switch member {
		case "data":
			in.DataContentType = jsonType
		case "data_base64":
			in.DataContentType = bytesType
		}
	}
	first, others, err := appendExtensions(in.Extensions)
	if err != nil {
		return nil, err
	}
	out = append(append(append(out, '{'), first...), `"specversion":"1.0"`...)
	for i := range attributes {
		a := &attributes[i]
		s := a.get(&in)
		if s == "" && !required(a.name) {
			continue
		}
		if reason := a.check(s); reason != "" {
			return nil, wrong(a.name, reason)
		}
		out = appendText(appendName(out, a.name), s)
	}
	out = append(out, others...)
	if member != "" {
		out = append(appendName(out, member), value...)
	}
	return append(out, '}'), nil
}

// appendText writes a text that CloudEvents allows: of what JSON escapes it has nothing else.
func appendText(out []byte, s string) []byte {
	out = append(out, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			out = append(out, '\\')
		}
		out = append(out, s[i])
	}
	return append(out, '"')
}

func appendName(out []byte, name string) []byte {
	return append(append(append(out, `,"`...), name...), `":`...)
}

// data returns the member that the event's data goes into, and its JSON. The member is "" for no data.
func data(e *bus.Event) (member string, value []byte, err error) {
	v := e.Data
	if p, ok := v.(bus.Payload); ok {
		if v, err = decoded(p); err != nil {
			return "", nil, payloadError(e, err)
		}
	}
	switch v := v.(type) {
	case nil:
		return "", nil, nil
	case []byte:
		out := append(base64.StdEncoding.AppendEncode([]byte{'"'}, v), '"')
		return "data_base64", out, nil
	case json.RawMessage:
		value, err = compact(v)
		return "data", value, payloadError(e, err)
	case string:
		if !utf8.ValidString(v) {
			err = errUTF8
		}
	}
	if err == nil {
		value, err = encode(v)
	}
	return "data", value, payloadError(e, err)
}

func payloadError(e *bus.Event, err error) error {
	if err == nil {
		return nil
	}
	return &bus.PayloadError{Topic: e.Topic, Detail: err.Error(), Err: err}
}

// decoded asks a payload for JSON, and only then for bytes: as a []byte it might take a text for base64.
func decoded(p bus.Payload) (any, error) {
	if j, ok := p.(JSON); ok {
		return json.RawMessage(j), nil
	}
	var text json.RawMessage
	err := p.Decode(&text)
	if err == nil {
		return text, nil
	}
	var raw []byte
	if p.Decode(&raw) == nil {
		return raw, nil
	}
	return nil, err
}
