package bus

import (
	"context"
	"sync"
)

// askerKey asks the context of a delivery by a host for who asks.
type askerKey struct{ bus *Bus }

// Question is one question to one responder of Go code, from a host's side.
type Question struct {
	context.Context // so that a responder finds it, behind a queue too
	bus             *Bus
	answered        func(reply any, err error) bool

	mu      sync.Mutex
	called  bool
	over    bool
	reason  error
	endings []func(error)
}

func (b *Bus) newQuestion(answered func(reply any, err error) bool) *Question {
	return &Question{Context: context.Background(), bus: b, answered: answered}
}

func (s *Subscription) answer(a *Question, e *Event) (asked bool, err error) {
	err = s.deliverTo(a, e)
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.called, err
}

// End tells the responder that nobody waits any more.
func (a *Question) end(reason error) {
	a.mu.Lock()
	endings := a.endings
	a.endings, a.over, a.reason = nil, true, reason
	a.mu.Unlock()
	for _, end := range endings {
		end(reason)
	}
}

// Value is the context's.
func (a *Question) Value(key any) any {
	if k, ok := key.(askerKey); ok && k.bus == a.bus {
		return a
	}
	return a.Context.Value(key)
}

func (a *Question) open() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.over
}

func (a *Question) ask() {
	a.mu.Lock()
	a.called = true
	a.mu.Unlock()
}

func (a *Question) answer(_ context.Context, f *Failure, reply any) {
	var err error
	if f != nil {
		err = f.Err
	}
	waited := a.answered(reply, err)
	a.end(nil)
	if !waited && f != nil {
		a.bus.report(nil, f)
	}
}

func (a *Question) lost(reason error) {
	go func() {
		a.answered(nil, reason)
		a.end(nil)
	}()
}

func (a *Question) decline() { a.lost(ErrNoResponders) }

func (a *Question) onEnd(f func(error)) {
	a.mu.Lock()
	if !a.over {
		a.endings = append(a.endings, f)
		a.mu.Unlock()
		return
	}
	a.mu.Unlock()
	f(a.reason)
}
