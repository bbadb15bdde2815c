//go:build js && wasm

package jsbridge

import (
	"strconv"

	"github.com/trolleybus/trolleybus/bus"
)

// turns is work of Go's that waits in JavaScript's queue.
type turns struct {
	work map[int]func() error
	last int
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
