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
// code and the message of the one there, and the event its data as long as the failure itself can be decoded.
func (p *payload) decodeFailure(fields []string, dst any) error {
	seq, _ := strconv.ParseUint(fields[5], 10, 64)
	f := &bus.Failure{
		Err:     &Error{code: fields[0], message: fields[1]},
		Pattern: fields[2], Subscription: fields[3],
		Event: served.bus.NewEvent(bus.EventInit{Topic: fields[4], Seq: seq, ID: fields[6], Data: failedData{p}}),
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

// failedData is the data of an event that something failed with. JavaScript holds it with the failure.
type failedData struct{ failure *payload }

func (d failedData) Decode(dst any) error { return d.failure.decode(dst, 1) }
func (d failedData) Retain()              { d.failure.Retain() }
func (d failedData) Release()             { d.failure.Release() }
