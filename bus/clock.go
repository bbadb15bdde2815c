package bus

import "time"

// Clock is where a bus takes the time from, for back-off, time-outs, windows and ages. It must not go
// back: time.Now does not, as long as its monotonic reading is there, whatever the wall clock does.
type Clock interface {
	Now() time.Time
	// AfterFunc calls f once d has passed, on a goroutine of the clock's choice.
	AfterFunc(d time.Duration, f func()) Timer
}

// Timer is one call of AfterFunc that is to come.
type Timer interface {
	// Stop prevents the call and reports whether it did.
	Stop() bool
}

// systemClock is the clock of package time.
type systemClock struct{}

func (systemClock) Now() time.Time                            { return time.Now() }
func (systemClock) AfterFunc(d time.Duration, f func()) Timer { return time.AfterFunc(d, f) }
