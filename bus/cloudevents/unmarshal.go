package cloudevents

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/internal/formats"
	"github.com/trolleybus/trolleybus/bus/subject"
)

// maxLength is what the npm package takes too: more than 16 MiB does not reach a page's program.
const maxLength = 16 << 20

// maxDepth is how many objects and arrays may be within each other, as in the npm package: decoding them nests calls,
// for which the stack of a page has room for about twice as many.
const maxDepth = 1000

// Unmarshal reads the JSON text of a CloudEvent into what Bus.PublishEvent takes. Data is nil, a []byte or
// JSON. The error is an *Error.
func Unmarshal(text []byte) (bus.EventInit, error) {
	if err := checkText(text); err != nil {
		return bus.EventInit{}, err
	}
	return read(text)
}

// UnmarshalBatch reads a JSON batch. The error is an *Error, which says which event of the batch is wrong.
func UnmarshalBatch(text []byte) ([]bus.EventInit, error) {
	if err := checkText(text); err != nil {
		return nil, err
	}
	var batch []json.RawMessage
	if err := json.Unmarshal(text, &batch); err != nil || batch == nil {
		return nil, &Error{Reason: "is not a batch, which must be an array", Index: -1, Err: err}
	}
	events := make([]bus.EventInit, len(batch))
	for i, event := range batch {
		var err error
		if events[i], err = read(event); err != nil {
			return nil, within(i, err)
		}
	}
	return events, nil
}

func checkText(text []byte) error {
	switch {
	case len(text) > maxLength:
		return wrong("", "is longer than 16777216 bytes")
	case !utf8.Valid(text) || !json.Valid(text):
		return wrong("", "is not JSON")
	case deeper(text, maxDepth):
		return wrong("", "is nested more than 1000 levels deep")
	case !wellFormed(text):
		return wrong("data", "has a lone surrogate, which has no UTF-8 form")
	}
	return nil
}

func read(text []byte) (in bus.EventInit, err error) {
	var given map[string]json.RawMessage
	if err := json.Unmarshal(text, &given); err != nil || given == nil {
		return in, &Error{Reason: "is not a CloudEvent, which must be an object", Index: -1, Err: err}
	}
	for _, name := range slices.Sorted(maps.Keys(given)) {
		if !formats.IsName(name) && name != "data_base64" {
			return in, wrong(name, "is not a valid attribute name; use only a to z and 0 to 9")
		}
		if string(given[name]) == "null" && name != "data" {
			delete(given, name) // the same as none
		}
	}
	if err := checkVersion(given); err != nil {
		return in, err
	}
	if err := readAttributes(&in, given); err != nil {
		return in, err
	}
	if err := readData(&in, given); err != nil {
		return in, err
	}
	in.Extensions, err = readExtensions(given)
	return in, err
}

func checkVersion(given map[string]json.RawMessage) error {
	raw, ok := given["specversion"]
	if !ok {
		return wrong("specversion", "is missing")
	}
	var version string
	if json.Unmarshal(raw, &version) != nil || version != "1.0" {
		return wrong("specversion", `is not "1.0"`)
	}
	delete(given, "specversion")
	return nil
}

// readAttributes takes what has a place in an event out of given.
func readAttributes(in *bus.EventInit, given map[string]json.RawMessage) error {
	for i := range attributes {
		a := &attributes[i]
		raw, ok := given[a.name]
		if !ok {
			if required(a.name) {
				return wrong(a.name, "is missing")
			}
			continue
		}
		delete(given, a.name)
		var s string
		if n, ok := integer(raw); ok && a.name == "version" {
			s = strconv.Itoa(int(n))
		} else if json.Unmarshal(raw, &s) != nil {
			return wrong(a.name, "is not a string")
		}
		if reason := a.check(s); reason != "" {
			return wrong(a.name, reason)
		}
		a.set(in, s)
	}
	return checkTopic(in.Topic)
}

// checkTopic returns an error for a type that cannot be published.
func checkTopic(topic string) error {
	err := bus.ValidateTopic(topic)
	switch {
	case err != nil:
		return &Error{Attribute: "type", Reason: "is not a topic: " + strings.TrimPrefix(err.Error(), "bus: "), Index: -1, Err: err}
	case subject.IsReserved(topic):
		return wrong("type", "is not a topic: '$' is reserved for the bus itself")
	}
	return nil
}

func readData(in *bus.EventInit, given map[string]json.RawMessage) error {
	value, isJSON := given["data"]
	encoded, isBytes := given["data_base64"]
	delete(given, "data")
	delete(given, "data_base64")
	usual := ""
	switch {
	case isJSON && isBytes:
		return wrong("data_base64", "cannot be given together with data")
	case isJSON:
		var compact bytes.Buffer
		if err := json.Compact(&compact, value); err != nil {
			return &Error{Attribute: "data", Reason: "is not JSON", Index: -1, Err: err}
		}
		in.Data, usual = JSON(compact.Bytes()), jsonType
	case isBytes:
		var s string
		raw, ok := []byte(nil), false
		// Line breaks are what StdEncoding would skip.
		if json.Unmarshal(encoded, &s) == nil && !strings.ContainsAny(s, "\r\n") {
			var err error
			raw, err = base64.StdEncoding.DecodeString(s)
			ok = err == nil
		}
		if !ok {
			return wrong("data_base64", "is not base64")
		}
		in.Data, usual = raw, bytesType
	}
	// What it would be anyway is not said, so that an event is the same when it comes back.
	if in.DataContentType == usual {
		in.DataContentType = ""
	}
	return nil
}

// integer reads CloudEvents' type Integer.
func integer(raw json.RawMessage) (int32, bool) {
	n, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || n != math.Trunc(n) || n < math.MinInt32 || n > math.MaxInt32 {
		return 0, false
	}
	return int32(n), true
}
