package bus

import (
	"context"
	"sync"
)

// askerKey asks the context of a delivery by a host for who asks.
type askerKey struct{ bus *Bus }

// Asking is one question to one responder of Go code, from a host's side.
type Asking struct {
	context.Context // so that a responder finds it, behind a queue too
	bus             *Bus
	answered        func(reply any, err error) bool

	mu      sync.Mutex
	called  bool
	over    bool
	reason  error
	endings []func(error)
}

// NewAsking prepares a question. answered is called once with the reply or the error, in Subscription.Answer
// or later on any goroutine, and returns whether somebody still waited; a failure that nobody waits for is
// reported as the subscription's.
func (b *Bus) NewAsking(answered func(reply any, err error) bool) *Asking {
	return &Asking{Context: context.Background(), bus: b, answered: answered}
}

// Answer is Deliver for a request, to a responder. It reports false if the responder has not been called and
// will not be, because it has ended or its filter does not want the event.
func (s *Subscription) Answer(a *Asking, e *Event) (asked bool, err error) {
	err = s.Deliver(a, e)
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.called, err
}

// End tells the responder that nobody waits any more.
func (a *Asking) End(reason error) {
	a.mu.Lock()
	endings := a.endings
	a.endings, a.over, a.reason = nil, true, reason
	a.mu.Unlock()
	for _, end := range endings {
		end(reason)
	}
}

// Value is the context's.
func (a *Asking) Value(key any) any {
	if k, ok := key.(askerKey); ok && k.bus == a.bus {
		return a
	}
	return a.Context.Value(key)
}

func (a *Asking) open() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.over
}

func (a *Asking) ask() {
	a.mu.Lock()
	a.called = true
	a.mu.Unlock()
}

func (a *Asking) answer(_ context.Context, f *Failure, reply any) {
	var err error
	if f != nil {
		err = f.Err
	}
	waited := a.answered(reply, err)
	a.End(nil)
	if !waited && f != nil {
		a.bus.report(nil, f)
	}
}

func (a *Asking) lost(reason error) {
	go func() {
		a.answered(nil, reason)
		a.End(nil)
	}()
}

func (a *Asking) onEnd(f func(error)) {
	a.mu.Lock()
	if !a.over {
		a.endings = append(a.endings, f)
		a.mu.Unlock()
		return
	}
	a.mu.Unlock()
	f(a.reason)
}
