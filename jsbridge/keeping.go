//go:build js && wasm

package jsbridge

import (
	"runtime"
	"strconv"

	"github.com/trolleybus/trolleybus/bus"
)

// What topics keep is JavaScript's: Go tells it what its topics are to keep, and asks when it wants to read what they do.
// Of Go's own events JavaScript has what they decode to, and holds them here for Go.

// handOver gives JavaScript what topics kept before Go met the page. The output has what each is to keep: topic, count,
// age in milliseconds and bytes. How many events there are.
//
//go:wasmexport trolleybus_handover
func handOver() int32 {
	topics, events := served.port.HandOver()
	var fields []string
	for topic, k := range topics {
		fields = append(fields, topic, strconv.Itoa(k.Count), strconv.FormatFloat(milliseconds(k.Age), 'f', -1, 64), strconv.Itoa(k.Bytes))
	}
	setOutputStrings(fields...)
	served.past = events
	return int32(len(events))
}

// past gives JavaScript one of them: attributes, topic, number and size are in the output. Its number, until it is released.
//
//go:wasmexport trolleybus_past
func past(i int32) int32 {
	s := served
	e := s.past[i]
	ref := s.hold(e)
	s.past[i] = nil
	if r, ok := e.Data.(bus.Retainer); ok {
		r.Release() // it is held instead
	}
	setOutputStrings(append(givenFields(e), e.Topic, strconv.FormatUint(e.Seq, 10), strconv.Itoa(s.port.Size(e)))...)
	return ref
}

// keepEvent holds an event of Go's that a topic keeps, whose number for the delivery is held, until it is released: twice
// its number then, and 1 more if trolleybus_retained is to be called. Its size is the output's number, if that is asked for.
//
//go:wasmexport trolleybus_keep
func keepEvent(held, kind, ref int32, seq float64, sized int32) int32 {
	s := served
	e := s.own(held, kind, ref, uint64(seq))
	e.Time() // it must not be younger when it is replayed
	if sized != 0 {
		output.number = float64(s.port.Size(e))
	}
	answer := 2 * s.hold(e)
	if s.port.Observed() {
		answer++
	}
	return answer
}

//go:wasmexport trolleybus_retained
func retained(held int32) { served.port.Retained(served.events[held]) }

//go:wasmexport trolleybus_clear
func clearKept(length, nonce int32) int32 {
	n, err := served.bus.Clear(string(input[:length]))
	return counted(n, err, nonce)
}

// Keep tells JavaScript what a topic is to keep (bus.Keeper).
func (s *server) Keep(topic string, k bus.Keep) {
	at, length := stringAddress(topic)
	s.page.keeps.Invoke(at, length, k.Count, milliseconds(k.Age), k.Bytes)
	runtime.KeepAlive(&topic)
}

// Kept reads what JavaScript keeps (bus.Keeper): Go's events are those that it was given.
func (s *server) Kept(pattern string, last int, after uint64) []*bus.Event {
	at, length := stringAddress(pattern)
	n := s.page.kept.Invoke(at, length, last, float64(after)).Int()
	runtime.KeepAlive(&pattern)
	events := make([]*bus.Event, 0, n)
	for i := range n {
		length := s.page.recall.Invoke(i).Int()
		if length <= 0 {
			continue // JavaScript has said why
		}
		fields := inputStrings(length)
		ref, _ := strconv.Atoi(fields[0])
		if ref > 0 {
			e := s.events[ref]
			if r, ok := e.Data.(bus.Retainer); ok {
				r.Retain()
			}
			events = append(events, e)
			continue
		}
		seq, _ := strconv.ParseUint(fields[2], 10, 64)
		init := bus.EventInit{Topic: fields[1], Data: &payload{ref: int32(ref), state: kept, holds: 1}, Seq: seq}
		setAll(&init, fields[3:])
		events = append(events, s.bus.NewEvent(init))
	}
	return events
}

// KeptCounts asks JavaScript (bus.Keeper).
func (s *server) KeptCounts() map[string]int {
	counts := map[string]int{}
	eachCount(func() int { return s.page.counts.Invoke(len(counts)).Int() }, func(topic string, n int) { counts[topic] = n })
	return counts
}

// ClearKept has JavaScript delete (bus.Keeper).
func (s *server) ClearKept(pattern string) (topics []string, n int) {
	at, length := stringAddress(pattern)
	eachCount(func() int { return s.page.clear.Invoke(at, length).Int() }, func(topic string, kept int) {
		topics, n = append(topics, topic), n+kept
	})
	runtime.KeepAlive(&pattern)
	return topics, n
}

// eachCount reads topics and numbers, of which JavaScript writes some at a time into the input, until there are no more.
func eachCount(some func() int, each func(topic string, n int)) {
	for length := some(); length > 0; length = some() {
		fields := inputStrings(length)
		for i := 0; i+1 < len(fields); i += 2 {
			n, _ := strconv.Atoi(fields[i+1])
			each(fields[i], n)
		}
	}
}

// ForgetKept has JavaScript delete (bus.Keeper).
func (s *server) ForgetKept(ids []string) {
	setOutputStrings(ids...)
	s.page.unkeep.Invoke()
}
