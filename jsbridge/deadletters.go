//go:build js && wasm

package jsbridge

import (
	"strconv"
	"time"
	"unsafe"

	"github.com/trolleybus/trolleybus/bus"
)

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
		millis(l.First), millis(l.Last), strconv.Itoa(l.Redrives), strconv.FormatUint(l.Event.Seq, 10), l.Event.ID(), itoa(served.port.Failed(l)))
	output.number = float64(number)
	return kindLetter, nil
}

func encodeLetterChange(c *bus.LetterChange) (kind int32, err error) {
	id, e := served.port.Changed(c)
	ref := int32(noEvent)
	if p, ok := e.Data.(*payload); ok && p.state != released {
		ref = p.ref
	}
	setOutputStrings(c.Change, c.ID, c.Topic, c.Subscription, itoa(id), strconv.Itoa(int(ref)))
	return kindLetterChange, nil
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
