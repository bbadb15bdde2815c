package bus

import (
	"errors"
	"time"
)

// Backoff is a failure policy (D7): how often a handler is called with one event, and after which pauses.
// The zero value is useful.
type Backoff struct {
	// Attempts is how many calls there are in all, at most 2^30: 3 if 0.
	Attempts int
	// Initial is the pause after the first failure, 100 ms if 0. Each further one is Factor times (2 if 0) the
	// one before, and at most Max (30 s if 0).
	Initial time.Duration
	Factor  float64
	Max     time.Duration
	// NoJitter keeps the pauses exact. Otherwise each is a random part of itself ("full jitter"), so that
	// what failed at the same moment does not come back at the same moment.
	NoJitter bool
	// Retryable says whether an error is worth another attempt; nil: all are but those of Permanent.
	Retryable func(error) bool
	// Key names events whose order is kept: while one of them is being handled or waits for its next
	// attempt, later ones with the same key wait behind it. Nil, or "": order is not kept.
	Key func(*Event) string
}

func (p *Backoff) fill() error {
	switch {
	case p.Initial < 0 || p.Max < 0:
		return &OptionError{"Retry", "its pauses must not be below 0"}
	case p.Factor != 0 && !(p.Factor >= 1 && p.Factor <= maxFactor):
		return &OptionError{"Retry", "Factor must be finite and at least 1, or 0 for the usual one"}
	}
	if err := checkNumber("Retry", p.Attempts, 0, maxCount); err != nil {
		return err
	}
	if p.Attempts == 0 {
		p.Attempts = 3
	}
	if p.Initial == 0 {
		p.Initial = 100 * time.Millisecond
	}
	if p.Factor == 0 {
		p.Factor = 2
	}
	if p.Max == 0 {
		p.Max = 30 * time.Second
	}
	return nil
}

// pause returns how long to wait after so many failures, random being from 0 to below 1.
func (p *Backoff) pause(failures int, random func() float64) time.Duration {
	d, most := float64(p.Initial), float64(p.Max)
	for i := 1; i < failures && d < most && p.Factor > 1; i++ {
		d *= p.Factor
	}
	if !p.NoJitter {
		return time.Duration(min(d, most) * random())
	}
	if d >= most {
		return p.Max // as a number it may be rounded up, beyond what a Duration holds
	}
	return time.Duration(d)
}

// again reports whether there is to be another attempt. A Retryable that panics has not said so.
func (p *Backoff) again(failures int, err error) (again bool) {
	if failures >= p.Attempts {
		return false
	}
	defer func() {
		if recover() != nil { // the error's own methods may too
			again = false
		}
	}()
	var final *permanentError
	return !errors.As(err, &final) && (p.Retryable == nil || p.Retryable(err))
}

// Permanent marks an error as not worth another attempt. It returns nil for nil.
func Permanent(err error) error {
	if err == nil {
		return nil
	}
	return &permanentError{err}
}

type permanentError struct{ err error }

func (e *permanentError) Error() string { return e.err.Error() }
func (e *permanentError) Unwrap() error { return e.err }
