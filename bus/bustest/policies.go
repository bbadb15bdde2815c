package bustest

import (
	"errors"
	"sync"
	"time"
)

// Managed is a Subject whose subscriptions may have policies (D7 to D10), and whose time stands still until the
// test moves it. A Subject with Features.Policies is one.
type Managed interface {
	Subject
	// PublishID is Publish with an id of the publisher's.
	PublishID(topic string, data any, id string) error
	// Advance moves the time on by d. It returns when all that was due by then has been done, each at its time,
	// and nothing is under way any more but what waits for a Promise or for later.
	Advance(d time.Duration)
	// Now is by how much the time was moved on.
	Now() time.Duration
	// Pressure, DeadLetters, Discard and Redrive are those of the bus; to and perSecond may be zero.
	Pressure(topic string) (float64, error)
	DeadLetters(idOrPattern string) ([]DeadLetter, error)
	Discard(idOrPattern string) (int, error)
	Redrive(idOrPattern, to string, perSecond float64) (int, error)
}

// Retry is bus.Backoff, without jitter.
type Retry struct {
	Attempts int
	Initial  time.Duration
	Factor   float64
	Max      time.Duration
	Key      func(Event) string
}

// Window is bus.Window.
type Window struct {
	For time.Duration
	Max int
	Key func(Event) string
}

// Overflow is the bound of a queue and the name of its policy, as bus.Policy prints it.
type Overflow struct {
	Limit  int
	Policy string
}

// DeadLetter is what a Managed must be able to tell about one.
type DeadLetter struct {
	ID           string
	Topic        string
	Data         any
	Pattern      string
	Subscription string
	Attempts     int
	Redrives     int
	Err          error
}

// Promise is what a Handler returns as its error when it is not done yet. The subject waits for it without
// holding a publisher up, so that the subscription needs Concurrency.
type Promise struct {
	mu     sync.Mutex
	done   bool
	err    error
	waiter []func(error)
}

func (p *Promise) Error() string { return "bustest: a promise that is not settled" }

// Settle ends the handler's work, once; err is what it fails with, nil if it does not.
func (p *Promise) Settle(err error) {
	p.mu.Lock()
	if p.done {
		p.mu.Unlock()
		return
	}
	p.done, p.err = true, err
	waiter := p.waiter
	p.mu.Unlock()
	for _, f := range waiter {
		f(err)
	}
}

// Then calls f when the promise is settled: at once if it is.
func (p *Promise) Then(f func(err error)) {
	p.mu.Lock()
	if !p.done {
		p.waiter = append(p.waiter, f)
		p.mu.Unlock()
		return
	}
	p.mu.Unlock()
	f(p.err)
}

// AsPromise returns the promise that a handler's error is, if it is one.
func AsPromise(err error) (*Promise, bool) {
	var p *Promise
	return p, errors.As(err, &p)
}
