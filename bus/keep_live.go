package bus

import (
	"context"
	"sync"
	"sync/atomic"
)

// liveBuffer holds the live events of a subscription back until its replay is done (D6).
type liveBuffer struct {
	sub *Subscription
	// joined is up to where the replay goes: what was recorded until then is not live.
	joined uint64
	done   atomic.Bool // joined does not change any more

	mu      sync.Mutex // guards what follows, and joined until the replay is done
	waiting boundedQueue
	closed  bool
}

func newLiveBuffer(s *Subscription, limit int, policy Policy) *liveBuffer {
	return &liveBuffer{sub: s, waiting: newBoundedQueue(limit, policy)}
}

// holds reports whether the buffer has taken an event that was recorded at this position (0: not at all), or it is
// one that the replay has. If not, the event is the caller's to deliver.
func (l *liveBuffer) holds(ctx context.Context, e *Event, position uint64) bool {
	if l.done.Load() {
		return position != 0 && position <= l.joined
	}
	var gone []task
	defer func() { // without the lock, since observers are told
		for _, w := range gone {
			l.drop(w.event)
		}
	}()
	l.mu.Lock()
	for {
		switch {
		case l.closed || position != 0 && position <= l.joined:
			l.mu.Unlock()
			return true
		case l.done.Load():
			l.mu.Unlock()
			return false
		}
		if !l.waiting.full() {
			break
		}
		var ok bool
		if gone, ok = l.waiting.makeRoom(ctx, &l.mu, gone); !ok {
			l.mu.Unlock()
			l.refuse(ctx, e)
			return true
		}
	}
	values, _ := l.sub.bus.outerContexts(ctx)
	retainPayload(e)
	t := task{event: e, values: values}
	if position != 0 {
		t.remember().position = position
	}
	l.waiting.push(t)
	l.mu.Unlock()
	return true
}

// drop lets an event go that the buffer held.
func (l *liveBuffer) drop(e *Event) {
	l.sub.countDropped(nil, e)
	releasePayload(e)
}

// refuse lets an event go that the buffer does not take.
func (l *liveBuffer) refuse(ctx context.Context, e *Event) {
	b := l.sub.bus
	l.sub.countDropped(b.handlerContextOf(ctx), e)
	if l.waiting.policy != DropNewest {
		b.report(b.handlerContextOf(ctx), b.newFailure(l.sub, e, &OverflowError{Pattern: l.sub.Pattern(), Limit: l.waiting.limit}))
	}
}

// begin says up to where the replay goes.
func (l *liveBuffer) begin(joined uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.joined = joined
	// What is in the replay as well came between listing and reading the history.
	for _, w := range l.waiting.keep(func(w *task) bool { return w.notes == nil || w.notes.position > joined }) {
		releasePayload(w.event)
	}
}

// next returns the next event that waits; when there is none, the replay is done and live events are not held any more.
func (l *liveBuffer) next() (t task, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.waiting.length() == 0 {
		l.waiting.clear()
		l.done.Store(true)
		return task{}, false
	}
	return l.waiting.oldest(), true
}

// close lets go of what waits: nobody wants it any more.
func (l *liveBuffer) close() {
	l.mu.Lock()
	rest := l.waiting.clear()
	l.closed = true
	l.mu.Unlock()
	for _, w := range rest {
		releasePayload(w.event)
	}
}
