//go:build js && wasm

package jsbridge

import (
	"context"
	"strconv"
	"time"
	"unsafe"

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
		s.managed[uint32(id)], err = s.bus.AddManaged(uint32(id), uint64(order), fields[0], opts...)
	}
	if err != nil {
		delete(s.managed, uint32(id))
		setError(err)
		return answer(nonce, statusFailed)
	}
	group, _ := s.managed[uint32(id)].Membership()
	output.number = float64(group)
	return answer(nonce, statusOK)
}

//go:wasmexport trolleybus_offer
func offer(id, length, ref, kind, held int32, seq, order float64, nonce int32) int32 {
	s := served
	sub := s.managed[uint32(id)]
	if sub != nil && kind == fromScript && length == 0 {
		if call, enough := sub.OfferNumber(uint64(seq)); enough {
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
		who, call = s.bus.OfferGroup(uint32(id&^groupSubscriber), uint64(order), e)
	case sub != nil:
		who, call = sub.Offer(e)
	}
	s.keysOf = nil
	if p != nil {
		p.leave()
	}
	output.at, output.length = call, 0
	if who != nil {
		output.length, _ = who.Foreign()
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
		if e := s.bus.Called(uint32(call)); e != nil && err != nil {
			if p, ok := e.Data.(*payload); ok {
				p.lend(ref)
				defer p.leave()
			}
		}
		seenTo = s.bus.Settle(uint32(call), err)
	} else if sub := s.managed[uint32(id)]; sub != nil {
		e, p := s.scriptEvent(fields[2], ref, kind, uint64(seq))
		if err == nil {
			if s.wants(uint32(id), e) { // for its keys
				sub.Handled(e)
			}
		} else {
			seenTo = sub.Fail(e, err)
		}
		p.leave()
	} else {
		seenTo = false
	}
	return answer(nonce, verdict(seenTo))
}

// Call asks JavaScript for an attempt (bus.Caller). JavaScript makes an event of one that only Go knows: one that
// members in Go had to themselves until they left it to another.
func (s *server) Call(sub *bus.Subscription, e *bus.Event, call uint32, _ int) {
	id, _ := sub.Foreign()
	ref, own := s.show(e)
	s.page.attempt.Invoke(id, ref, call, own)
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

// Held tells JavaScript which events a new instance has to be offered when this one has died (bus.Caller).
func (s *server) Held(sub *bus.Subscription, e *bus.Event, held bool) {
	id, _ := sub.Foreign()
	if p, ok := e.Data.(*payload); ok {
		s.page.held.Invoke(id, p.ref, held)
	}
}

// Ended tells JavaScript to forget a subscriber (bus.Caller).
func (s *server) Ended(sub *bus.Subscription) {
	id, _ := sub.Foreign()
	delete(s.managed, id)
	s.page.ended.Invoke(id)
}

//go:wasmexport trolleybus_letters
func letters(length, nonce int32) int32 {
	s := served
	all, err := s.bus.DeadLetters(string(input[:length]))
	if err != nil {
		setError(err)
		return answer(nonce, statusFailed)
	}
	refs := append(route[:0], uint32(len(all)))
	for i := range all {
		refs = append(refs, uint32(s.hold(s.bus.NewEvent(bus.EventInit{Topic: all[i].Topic, Data: &all[i]}))))
	}
	route = refs
	output.at = uint32(address(unsafe.Pointer(&route[0])))
	return answer(nonce, statusOK)
}

// encodeLetter writes what JavaScript makes a dead letter of; output.number is the event: a number of
// JavaScript's own below 0, else one of Go's, which JavaScript decodes and releases.
func encodeLetter(l *bus.DeadLetter) (kind int32, err error) {
	number := int32(0)
	if p, ok := l.Event.Data.(*payload); ok {
		number = p.ref
	} else {
		number = served.hold(l.Event)
	}
	code, message := told(l.Err)
	setOutputStrings(l.ID, l.Topic, l.Pattern, l.Subscription, strconv.Itoa(l.Attempts), code, message,
		millis(l.First), millis(l.Last), strconv.Itoa(l.Redrives), strconv.FormatUint(l.Event.Seq, 10), l.Event.ID(), itoa(l.Foreign()))
	output.number = float64(number)
	return kindLetter, nil
}

func encodeLetterChange(c *bus.LetterChange) (kind int32, err error) {
	id, e := c.Foreign()
	ref := int32(noEvent)
	if p, ok := e.Data.(*payload); ok && p.state != released {
		ref = p.ref
	}
	setOutputStrings(c.Change, c.ID, c.Topic, c.Subscription, itoa(id), strconv.Itoa(int(ref)))
	return kindLetterChange, nil
}

func encodePressure(p *bus.Pressure) (kind int32, err error) {
	high := ""
	if p.High {
		high = "1"
	}
	setOutputStrings(p.Pattern, p.Subscription, strconv.Itoa(p.Waiting), strconv.Itoa(p.Limit), high, strconv.FormatInt(p.Oldest.Milliseconds(), 10))
	return kindPressure, nil
}

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

//go:wasmexport trolleybus_redrive
func redrive(length int32, rate float64, nonce int32) int32 {
	fields := inputStrings(int(length))
	var opts []bus.RedriveOption
	if fields[1] != "" {
		opts = append(opts, bus.RedriveTo(fields[1]))
	}
	if rate != 0 {
		opts = append(opts, bus.RedriveRate(rate))
	}
	n, err := served.bus.Redrive(fields[0], opts...)
	return counted(n, err, nonce)
}

//go:wasmexport trolleybus_discard
func discard(length, nonce int32) int32 {
	n, err := served.bus.Discard(string(input[:length]))
	return counted(n, err, nonce)
}

func counted(n int, err error, nonce int32) int32 {
	if err != nil {
		setError(err)
		return answer(nonce, statusFailed)
	}
	output.number = float64(n)
	return answer(nonce, statusOK)
}

//go:wasmexport trolleybus_pressure
func pressure(length, nonce int32) int32 {
	full, err := served.bus.Pressure(string(input[:length]))
	if err != nil {
		setError(err)
		return answer(nonce, statusFailed)
	}
	output.number = full
	return answer(nonce, statusOK)
}

//go:wasmexport trolleybus_stats
func stats(nonce int32) int32 {
	st := served.bus.Stats()
	parts := make([]string, 0, 8)
	for _, n := range [...]uint64{st.Dropped, st.Retried, st.Dead, st.Evicted, st.Redriven, st.Deduped, st.Coalesced} {
		parts = append(parts, strconv.FormatUint(n, 10))
	}
	setOutputStrings(parts...)
	return answer(nonce, statusOK)
}

//go:wasmexport trolleybus_states
func states(nonce int32) int32 {
	var parts []string
	for _, info := range served.bus.Subscriptions() {
		if info.Limit == 0 && info.Running == 0 && info.Paused == 0 && info.Group == "" {
			continue
		}
		parts = append(parts,
			strconv.FormatUint(info.Order, 10), info.Group, strconv.Itoa(info.Running), strconv.Itoa(info.Paused), strconv.Itoa(info.Waiting),
			strconv.FormatInt(info.Oldest.Milliseconds(), 10), strconv.Itoa(info.Limit), strconv.FormatUint(info.Dropped, 10))
	}
	setOutputStrings(parts...)
	return answer(nonce, statusOK)
}
