//go:build js && wasm

package jsbridge

import (
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/trolleybus/trolleybus/bus"
)

// Options of JavaScript's calls cross as paths and values. JavaScript has checked them by the same table.

// option is one of them, and what it may be.
type option struct {
	path        string
	kind        uint8
	least, most float64 // bytes of words
}

const (
	flag  = iota // "false", or it is there
	words        // a text that is not empty
	whole        // of decimal digits
	real         // a number
	span         // milliseconds above 0
)

// value is what an option was given as; which of the fields counts is the option's kind.
type value struct {
	on    bool
	text  string
	n     int
	x     float64
	delay time.Duration
}

// readOption reads what JavaScript sent by the table. The error is a *bus.OptionError.
func readOption(path, text string) (v value, err error) {
	var o *option
	for i := range crossing {
		if crossing[i].path == path {
			o = &crossing[i]
		}
	}
	if o == nil {
		return v, &bus.OptionError{Option: path, Reason: "unknown"}
	}
	switch v.text = text; o.kind {
	case flag:
		v.on = text != "false"
		return v, nil
	case words:
		if text == "" || o.most != 0 && float64(len(text)) > o.most || !utf8.ValidString(text) {
			return v, &bus.OptionError{Option: path, Reason: "empty, too long or no UTF-8"}
		}
		return v, nil
	}
	v.x, err = strconv.ParseFloat(text, 64)
	// The other way round, so that what is no number is refused.
	if err != nil || !(v.x >= o.least && v.x <= o.most) || o.kind == span && v.x == 0 || o.kind == whole && v.x != math.Trunc(v.x) {
		return v, &bus.OptionError{Option: path, Reason: "out of its bounds: " + text}
	}
	v.n = int(v.x)
	if o.kind == span {
		v.delay = max(1, time.Duration(v.x*float64(time.Millisecond)))
	}
	return v, nil
}

// policies makes options of paths and values.
func (s *server) policies(id uint32, fields []string) (opts []bus.SubscribeOption, err error) {
	var retry bus.Backoff
	var dedupe bus.Window
	retries, dedupes := false, false
	policy, limit := bus.Error, 0
	for i := 0; i+1 < len(fields); i += 2 {
		path := fields[i]
		v, err := readOption(path, fields[i+1])
		if err != nil {
			return nil, err
		}
		// Members may come before what they are of.
		retries = retries || strings.HasPrefix(path, "retry")
		dedupes = dedupes || strings.HasPrefix(path, "dedupe")
		switch path {
		case "name":
			opts = append(opts, bus.Name(v.text))
		case "queue":
			opts = append(opts, bus.Queue(v.text))
		case "concurrency":
			opts = append(opts, bus.Concurrency(v.n))
		case "debounce":
			opts = append(opts, bus.Debounce(v.delay))
		case "throttle":
			opts = append(opts, bus.Throttle(v.delay))
		case "overflow":
			if limit == 0 {
				limit = bus.DefaultQueue
			}
		case "overflow.limit":
			limit = v.n
		case "overflow.policy":
			policy = overflowPolicy(v.text)
		case "retry.attempts":
			retry.Attempts = v.n
		case "retry.backoff.initial":
			retry.Initial = v.delay
		case "retry.backoff.factor":
			retry.Factor = v.x
		case "retry.backoff.max":
			retry.Max = v.delay
		case "retry.backoff.jitter":
			retry.NoJitter = !v.on
		case "dedupe.window":
			dedupe.For = v.delay
		case "dedupe.max":
			dedupe.Max = v.n
		case "dedupe.key":
			dedupe.Key = func(*bus.Event) string { return s.keys.dedupe }
		case "dedupe.store":
			dedupe.Store = windowStore{&s.page, id}
		}
		if !v.on {
			continue
		}
		switch path {
		case "once":
			opts = append(opts, bus.Once())
		case "frame":
			opts = append(opts, bus.PerFrame())
		case "coalesce":
			opts = append(opts, bus.Coalesce(func(*bus.Event) string { return s.keys.coalesce }))
		case "retry.key":
			retry.Key = func(*bus.Event) string { return s.keys.order }
		case "filter":
			opts = append(opts, bus.Filter(func(e *bus.Event) bool { return s.wants(id, e) }))
		}
	}
	if limit != 0 {
		opts = append(opts, bus.Overflow(limit, policy))
	}
	if retries {
		opts = append(opts, bus.Retry(retry))
	}
	if dedupes {
		opts = append(opts, bus.Dedupe(dedupe))
	}
	return opts, nil
}

// overflowPolicy is the policy of this name, or none, which bus.Overflow refuses.
func overflowPolicy(name string) bus.Policy {
	for p := bus.DropOldest; p <= bus.Error; p++ {
		if p.String() == name {
			return p
		}
	}
	return 0
}
