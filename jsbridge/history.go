//go:build js && wasm

package jsbridge

import (
	"runtime"
	"strconv"

	"github.com/trolleybus/trolleybus/bus"
)

// Topics that keep events: Go says how many, JavaScript has the list, in which those of Go have a place too.

// recorder marks the id of what records a topic in a route.
const recorder = goSubscriber | goResponder | 1<<29

// turns is work of Go's that waits in JavaScript's queue.
type turns struct {
	work map[int]func() error
	last int
}

// declare declares what a topic keeps: the topic, then paths and values. None is its last event.
//
//go:wasmexport trolleybus_declare
func declare(length, nonce int32) int32 {
	fields := inputStrings(int(length))
	var keep bus.Keep
	var err error
	for i := 1; err == nil && i+1 < len(fields); i += 2 {
		var v value
		v, err = readOption(fields[i], fields[i+1])
		switch fields[i] {
		case "history.count":
			keep.Count = v.n
		case "history.age":
			keep.Age = v.delay
		case "history.bytes":
			keep.Bytes = v.n
		}
	}
	if err == nil && keep == (bus.Keep{}) {
		err = served.bus.Declare(fields[0], bus.Retain())
	} else if err == nil {
		err = served.bus.Declare(fields[0], bus.History(keep))
	}
	if err != nil {
		setError(err)
		return answer(nonce, statusFailed)
	}
	return answer(nonce, statusOK)
}

// history tells how many events a topic keeps, and whether their size counts; the output's number is who records
// them.
//
//go:wasmexport trolleybus_history
func history(length, nonce int32) int32 {
	sub := served.port.RecorderOf(string(input[:length]))
	if sub == nil {
		return answer(nonce, statusDropped)
	}
	kept, sized, ok := served.port.Records(sub)
	if !ok {
		return answer(nonce, statusDropped)
	}
	output.number = float64(served.handle(sub))
	output.at, output.length = uint32(kept), 0
	if sized {
		output.length = 1
	}
	return answer(nonce, statusOK)
}

// histories writes what each topic keeps into the output: topic and positions. How many topics.
//
//go:wasmexport trolleybus_histories
func histories() int32 {
	var parts []string
	all := served.port.Positions()
	for topic, positions := range all {
		text := make([]byte, 0, 8*len(positions))
		for _, p := range positions {
			text = append(strconv.AppendUint(text, p, 10), ' ')
		}
		parts = append(parts, topic, string(text))
	}
	setOutputStrings(parts...)
	return int32(len(all))
}

// record returns how many of the oldest events JavaScript takes out of its list. held is the event's number if it
// is Go's.
//
//go:wasmexport trolleybus_record
func record(handle int32, seq float64, size, held, kind, ref int32) int32 {
	s := served
	sub := s.lastRecorder
	if uint32(handle) != s.lastRecorderHandle {
		if sub = s.handles[uint32(handle)]; sub == nil {
			return 0
		}
		s.lastRecorderHandle, s.lastRecorder = uint32(handle), sub
	}
	var e *bus.Event
	if held != 0 {
		e = s.own(held, kind, ref, uint64(seq))
	}
	return int32(served.port.Record(sub, uint64(seq), int(size), e))
}

// keptEvent lends JavaScript an event of Go's out of what a topic keeps.
//
//go:wasmexport trolleybus_kept
func keptEvent(handle, i, nonce int32) int32 {
	s := served
	sub := s.handles[uint32(handle)]
	if sub == nil {
		return answer(nonce, statusDropped)
	}
	e := served.port.Kept(sub, int(i))
	if e == nil {
		return answer(nonce, statusDropped)
	}
	setOutputStrings(append(givenFields(e), "seq", strconv.FormatUint(e.Seq, 10))...)
	output.number = float64(s.hold(e))
	if r, ok := e.Data.(bus.Retainer); ok {
		r.Release()
	}
	return answer(nonce, statusOK)
}

//go:wasmexport trolleybus_expire
func expire(length, nonce int32) int32 {
	served.port.Expire(string(input[:length]))
	return answer(nonce, statusOK)
}

//go:wasmexport trolleybus_clear
func clearKept(length, nonce int32) int32 {
	n, err := served.bus.Clear(string(input[:length]))
	return counted(n, err, nonce)
}

//go:wasmexport trolleybus_turn
func turn(number, nonce int32) int32 {
	t := &served.turns
	work := t.work[int(number)]
	delete(t.work, int(number))
	if err := work(); err != nil {
		setError(err)
		return answer(nonce, statusFailed)
	}
	return answer(nonce, statusOK)
}

// Recall gives Go an event of JavaScript's that a topic keeps (bus.Host).
func (s *server) Recall(topic string, i int, seq uint64) *bus.Event {
	at, length := stringAddress(topic)
	ref := int32(s.page.recall.Invoke(at, length, i).Int())
	runtime.KeepAlive(&topic)
	if ref == 0 {
		return nil
	}
	p := &payload{ref: ref, state: kept, holds: 1}
	init := bus.EventInit{Topic: topic, Data: p, Seq: seq}
	s.describe(&init, ref)
	return s.bus.NewEvent(init)
}

// Forget has JavaScript take the oldest events out of its list (bus.Host).
func (s *server) Forget(topic string, n int) {
	at, length := stringAddress(topic)
	s.page.forget.Invoke(at, length, n)
	runtime.KeepAlive(&topic)
}

// InTurn has work done in its turn of JavaScript's queue (bus.Host).
func (s *server) InTurn(work func()) {
	s.page.inTurn.Invoke(s.turns.add(func() error {
		work()
		return nil
	}))
}

// Within has JavaScript take an event for the one that is being delivered (bus.Host).
func (s *server) Within(sub *bus.Subscription, e *bus.Event, call func() error) {
	ref := int32(0)
	if p, ok := e.Data.(*payload); ok {
		ref = p.ref
	}
	setOutputStrings(append(givenFields(e), e.Topic, strconv.FormatUint(e.Seq, 10), sub.Pattern(), sub.Name())...)
	s.page.within.Invoke(ref, s.turns.add(call))
}

func (t *turns) add(work func() error) int {
	if t.work == nil {
		t.work = map[int]func() error{}
	}
	t.last++
	t.work[t.last] = work
	return t.last
}
