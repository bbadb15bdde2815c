//go:build js && wasm

package jsbridge

import (
	"context"
	"math"
	"strconv"
	"unsafe"

	"github.com/trolleybus/trolleybus/bus"
)

// What a call answers, beside the caller's nonce. A Go function that blocks returns to JavaScript early,
// with whatever lies in the place of its result; the nonce tells a real result from that.
const (
	statusOK = iota
	statusFailed
	statusDropped
	statusReplaced
)

func answer(nonce, status int32) int32 { return nonce<<3 | status }

const (
	// goSubscriber and goResponder mark the ids of Go's own subscriptions in a route, and of those that answer requests.
	goSubscriber = 1 << 31
	goResponder  = 1 << 30
	// declaredTopic marks the count of a route whose topic Go declared a schema or version of.
	declaredTopic = 1 << 31
	// responderOfThePage marks the length of a pattern that JavaScript answers requests of.
	responderOfThePage = 1 << 15
	// quietOfThePage marks the length of the pattern of a subscriber that is no interest for observers.
	quietOfThePage = 1 << 14
)

// route is the last compiled one: count, then ids.
var route []uint32

//go:wasmexport trolleybus_apply
func apply(length, nonce int32) int32 {
	// id uint32, order float64, length uint16, pattern; no pattern: remove.
	// A copy: work of a member that leaves a group may run handlers, and what they do is in the input as well.
	changes := append(served.changes[:0], input[:length]...)
	served.changes = nil
	defer func() { served.changes = changes }()
	var refused []string // id, code and message of each; the others are not concerned
	for p := changes; len(p) >= 14; {
		id := uint32(littleEndian(p[:4]))
		order := uint64(math.Float64frombits(littleEndian(p[4:12])))
		marked := int(littleEndian(p[12:14]))
		n := marked &^ (responderOfThePage | quietOfThePage)
		add := served.port.Add
		switch {
		case marked&responderOfThePage != 0:
			add = served.port.AddResponder
		case marked&quietOfThePage != 0:
			add = served.port.AddQuiet
		}
		if n == 0 {
			if sub := served.managed[id]; !served.port.Remove(id) && sub != nil {
				sub.Unsubscribe() // one with Once, that ended by itself and has its one event still to see to
			}
		} else if err := add(id, order, string(p[14:14+n])); err != nil {
			refused = append(append(refused, itoa(id)), errorFields(err)[:2]...)
		}
		p = p[14+n:]
	}
	if refused != nil {
		setOutputStrings(refused...)
		return answer(nonce, statusFailed)
	}
	return answer(nonce, statusOK)
}

//go:wasmexport trolleybus_route
func compile(length int32) int32 {
	s := served
	topic := string(input[:length])
	var err error
	s.resolved, err = s.port.Resolve(topic, s.resolved[:0])
	route = append(route[:0], 0)
	if err == nil {
		for _, sub := range s.resolved {
			id, hosted := served.port.HostID(sub)
			if group, ok := s.port.Group(sub); ok {
				id = group | groupSubscriber
				switch own, hosted := s.port.Sides(sub); {
				case !hosted:
					id |= goGroup
				case own:
					id |= mixedGroup
				}
			} else if !hosted {
				id = s.handle(sub) | goSubscriber
				if served.port.Responder(sub) {
					id |= goResponder
				}
			}
			route = append(route, id)
		}
	}
	clear(s.resolved) // must not keep ended subscriptions alive
	route[0] = uint32(len(route) - 1)
	if s.port.Declares(topic) {
		route[0] |= declaredTopic
	}
	return address(unsafe.Pointer(&route[0]))
}

//go:wasmexport trolleybus_call
func call(handle, topicLength, ref, kind int32, seq float64, nonce int32) int32 {
	s := served
	sub := s.lastCalled
	if uint32(handle) != s.lastHandle {
		if sub = s.handles[uint32(handle)]; sub == nil {
			return answer(nonce, statusOK)
		}
		s.lastHandle, s.lastCalled = uint32(handle), sub
	}
	var err error
	if kind == fromGo || kind == fromGoCaused {
		err = served.port.Deliver(context.Background(), sub, s.own(ref, kind, topicLength, uint64(seq)))
	} else {
		e, p := s.event(sub, topicLength, ref, kind, uint64(seq))
		err = served.port.Deliver(context.Background(), sub, e)
		p.leave()
	}
	if err != nil {
		setError(err)
		return answer(nonce, statusFailed)
	}
	return answer(nonce, statusOK)
}

//go:wasmexport trolleybus_intercept
func intercept(topicLength, ref, nonce int32) int32 {
	return pass(topicLength, ref, nonce, func(e *bus.Event) (passed *bus.Event, err error) {
		err = served.port.Intercept(context.Background(), e, func(_ context.Context, e *bus.Event) error {
			passed = e
			return nil
		})
		return passed, err
	})
}

//go:wasmexport trolleybus_check
func checkDeclared(topicLength, ref, nonce int32) int32 {
	return pass(topicLength, ref, nonce, func(e *bus.Event) (*bus.Event, error) { return e, served.port.Check(e) })
}

// pass takes an event that JavaScript is about to accept through what Go has to say of it.
func pass(topicLength, ref, nonce int32, through func(*bus.Event) (passed *bus.Event, err error)) int32 {
	s := served
	topic := string(input[:topicLength])
	e, p := s.described(topic, ref, 0)
	version := e.Version()
	passed, err := through(e)
	defer p.leave()
	switch {
	case err == nil && passed == nil:
		return answer(nonce, statusDropped)
	case err == nil && (passed != e || passed.Topic != topic || !p.is(passed.Data) || passed.Version() != version):
		// JavaScript makes it its own event's: the topic, what is said of it, and the data if it is another.
		fields := givenFields(passed)
		if err = bus.ValidateTopic(passed.Topic); err == nil {
			err = checkFields(fields)
		}
		if err == nil {
			output.number = 0
			if !p.is(passed.Data) {
				output.number = float64(s.hold(passed))
			}
			setOutputStrings(append(fields, passed.Topic)...)
			return answer(nonce, statusReplaced)
		}
	}
	if err != nil {
		setError(err)
		return answer(nonce, statusFailed)
	}
	return answer(nonce, statusOK)
}

//go:wasmexport trolleybus_encode
func encode(ref int32) int32 {
	kind, err := encodeValue(served.events[ref].Data, served.port.Codec())
	if err != nil {
		setError(err)
		return kindError
	}
	return kind
}

//go:wasmexport trolleybus_release
func release(ref int32) { served.forget(ref) }

//go:wasmexport trolleybus_subscriptions
func subscriptions() int32 {
	var parts []string
	for _, sub := range served.port.Own() {
		responder := ""
		if served.port.Responder(sub) {
			responder = "1"
		}
		parts = append(parts, itoa(served.handle(sub)), sub.Pattern(), sub.Name(), strconv.FormatUint(served.port.Order(sub), 10), responder)
	}
	setOutputStrings(parts...)
	return int32(len(parts) / 5)
}

//go:wasmexport trolleybus_close
func closeServed() {
	if served == nil {
		return // Serve gave up, and the page has not been told
	}
	served.closeOnce.Do(func() { close(served.closed) })
}
