//go:build js && wasm

package jsbridge

import (
	"context"
	"strconv"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/subject"
)

// Subscribers of JavaScript's with policies: Go keeps their queues and decides on their attempts, JavaScript
// makes the calls. Their ids count up and are never used again, so that an attempt cannot reach another one.

// groupSubscriber marks the id of a queue group in a route.
const groupSubscriber = 1 << 30

// goGroup marks one with members of Go's alone, mixedGroup one with members of both sides.
const (
	goGroup    = 1 << 29
	mixedGroup = 1 << 28
)

// withKeys says that the keys of an event for the policies are in the input, behind its topic.
const withKeys = 1 << 8

// What JavaScript says of a call that is over.
const (
	callSucceeded = iota
	callFailed
	callFailedForGood
	callCanceled
)

// keys are those of the event that is being offered: for dedupe, for the order of attempts, for coalescing.
type keys struct{ dedupe, order, coalesce string }

//go:wasmexport trolleybus_manage
func manage(id int32, order float64, length, nonce int32) int32 {
	s := served
	fields := inputStrings(int(length))
	opts, err := s.policies(uint32(id), fields[1:])
	if err == nil {
		s.managed[uint32(id)], err = s.port.AddManaged(uint32(id), uint64(order), fields[0], opts...)
	}
	if err != nil {
		delete(s.managed, uint32(id))
		setError(err)
		return answer(nonce, statusFailed)
	}
	group, _ := s.port.Membership(s.managed[uint32(id)])
	output.number = float64(group)
	return answer(nonce, statusOK)
}

//go:wasmexport trolleybus_offer
func offer(id, length, ref, kind, held int32, seq, order float64, nonce int32) int32 {
	s := served
	sub := s.managed[uint32(id)]
	if sub != nil && kind == fromScript && length == 0 {
		if call, enough := s.port.OfferNumber(sub, uint64(seq)); enough {
			output.at, output.length = 0, uint32(id)
			return answer(nonce, verdict(call))
		}
	}
	if sub != nil && length == 0 && !subject.IsLiteral(sub.Pattern()) {
		return answer(nonce, statusReplaced) // its topic is needed
	}
	e, p := s.offered(sub, length, ref, kind, held, uint64(seq))
	var who *bus.Subscription
	var call uint32
	if kind&withKeys != 0 {
		s.keysOf = e
	}
	switch {
	case id&groupSubscriber != 0:
		who, call = s.port.OfferGroup(uint32(id&^groupSubscriber), uint64(order), e)
	case sub != nil:
		who, call = s.port.Offer(sub, e)
	}
	s.keysOf = nil
	if p != nil {
		p.leave()
	}
	output.at, output.length = call, 0
	if who != nil {
		output.length, _ = served.port.HostID(who)
	}
	return answer(nonce, verdict(who != nil))
}

// offered makes the event of an offer. One that Go published is itself where all members of the group are Go's;
// where some are not, they have JavaScript's view of it, and Go's have its original.
func (s *server) offered(sub *bus.Subscription, length, ref, kind, held int32, seq uint64) (*bus.Event, *payload) {
	if kind == fromGo || kind == fromGoCaused {
		return s.own(held, kind, ref, seq), nil
	}
	topic, kind := s.topicAndKeys(sub, length, kind)
	e, p := s.scriptEvent(topic, ref, kind, seq)
	if held != 0 && p.original == nil {
		p.original = s.own(held, fromGoCaused, ref, seq)
	}
	return e, p
}

// verdict tells JavaScript whether to call: which subscriber and under which number is in the output.
func verdict(call bool) int32 {
	if call {
		return statusOK
	}
	return statusDropped
}

// topicAndKeys reads what precedes an offer in the input: nothing, the topic, or the topic and the keys.
func (s *server) topicAndKeys(sub *bus.Subscription, length, kind int32) (string, int32) {
	switch {
	case kind&withKeys != 0:
		fields := inputStrings(int(length))
		s.keys = keys{fields[1], fields[2], fields[3]}
		return fields[0], kind &^ withKeys
	case length > 0:
		return s.topic(length), kind
	}
	return sub.Pattern(), kind
}

//go:wasmexport trolleybus_settle
func settle(id, call, ref, kind int32, seq float64, outcome, length, nonce int32) int32 {
	s := served
	var err error
	var fields []string
	if length > 0 {
		fields = inputStrings(int(length))
	}
	if outcome != callSucceeded {
		err = &Error{code: fields[0], message: fields[1]}
		switch outcome {
		case callFailedForGood:
			err = bus.Permanent(err)
		case callCanceled:
			err = context.Canceled
		}
	}
	seenTo := true
	if call != 0 {
		if e := s.port.Called(uint32(call)); e != nil && err != nil {
			if p, ok := e.Data.(*payload); ok {
				p.lend(ref)
				defer p.leave()
			}
		}
		seenTo = s.port.Settle(uint32(call), err)
	} else if sub := s.managed[uint32(id)]; sub != nil {
		e, p := s.scriptEvent(fields[2], ref, kind, uint64(seq))
		if err == nil {
			if s.wants(uint32(id), e) { // for its keys
				s.port.Handled(sub, e)
			}
		} else {
			seenTo = s.port.Fail(sub, e, err)
		}
		p.leave()
	} else {
		seenTo = false
	}
	return answer(nonce, verdict(seenTo))
}

// Call asks JavaScript for an attempt (bus.Host). JavaScript makes an event of one that only Go knows: one that
// members in Go had to themselves until they left it to another.
func (s *server) Call(sub *bus.Subscription, e *bus.Event, call uint32, attempt int) {
	id, _ := served.port.HostID(sub)
	ref, own := s.show(e)
	s.page.attempt.Invoke(id, ref, call, own, attempt)
}

// show returns the number of an event for JavaScript: one of JavaScript's own, or else, with what is said of the
// event in the output, one of Go's, which JavaScript releases.
func (s *server) show(e *bus.Event) (ref int32, own int) {
	if p, ok := e.Data.(*payload); ok {
		return p.ref, 0
	}
	fields := givenFields(e)
	if checkFields(fields) != nil {
		fields = nil
	}
	setOutputStrings(append(fields, e.Topic, strconv.FormatUint(e.Seq, 10))...)
	return s.hold(e), 1
}

// wants has JavaScript say whether a subscriber wants an event, and what its keys are, unless it came with them.
func (s *server) wants(id uint32, e *bus.Event) bool {
	if s.keysOf == e {
		return true
	}
	ref, own := s.show(e)
	n := s.page.ask.Invoke(id, ref, own).Int()
	if n < 0 {
		return false
	}
	s.keys = keys{}
	if fields := inputStrings(n); len(fields) == 3 {
		s.keys = keys{fields[0], fields[1], fields[2]}
	}
	return true
}

// Held tells JavaScript which events a new instance has to be offered when this one has died (bus.Host).
func (s *server) Held(sub *bus.Subscription, e *bus.Event, held bool) {
	id, _ := served.port.HostID(sub)
	if p, ok := e.Data.(*payload); ok {
		s.page.held.Invoke(id, p.ref, held)
	}
}

// Ended tells JavaScript to forget a subscriber (bus.Host).
func (s *server) Ended(sub *bus.Subscription) {
	id, _ := served.port.HostID(sub)
	delete(s.managed, id)
	s.page.ended.Invoke(id)
}
