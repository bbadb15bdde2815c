//go:build js && wasm

package jsbridge

import (
	"errors"
	"strconv"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

var errFailure = errors.New("the data is a failure; decode it into a *bus.Failure")

// decodeFailure makes what bus.ErrorTopic carries on every bus of what JavaScript wrote. The error has the
// code and the message of the one there; the event has no data, which may be gone already.
func decodeFailure(fields []string, dst any) error {
	seq, _ := strconv.ParseUint(fields[5], 10, 64)
	f := &bus.Failure{
		Err:     &Error{code: fields[0], message: fields[1]},
		Pattern: fields[2], Subscription: fields[3],
		Event: served.bus.NewEvent(bus.EventInit{Topic: fields[4], Seq: seq, ID: fields[6]}),
	}
	if ms, ok := parseMillis(fields[7]); ok {
		f.Time = time.UnixMilli(ms)
	}
	switch dst := dst.(type) {
	case **bus.Failure:
		*dst = f
	case *any:
		*dst = f
	default:
		return wrong(errFailure)
	}
	return nil
}
