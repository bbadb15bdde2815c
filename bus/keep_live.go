package bus

import (
	"context"
	"sync"
	"sync/atomic"
)

// liveBuffer holds the live events of a subscription back until its replay is done (D6).
type liveBuffer struct {
	sub    *Subscription
	limit  int
	policy Policy
	// joined is up to where the replay goes: what was recorded until then is not live.
	joined  uint64
	done    atomic.Bool // joined does not change any more
	dropped atomic.Uint64

	mu      sync.Mutex // guards what follows, and joined until the replay is done
	waiting []buffered
	closed  bool
	space   chan struct{} // closed when a blocked publisher may look again; nil if none waits
}

// buffered is an event that waits for the end of the replay, with the context that it was published with for its values.
type buffered struct {
	event    *Event
	values   context.Context
	position uint64
	past     bool // of the replay
}

func newLiveBuffer(s *Subscription, limit int, policy Policy) *liveBuffer {
	if limit == 0 {
		limit, policy = DefaultQueue, Error
	}
	return &liveBuffer{sub: s, limit: limit, policy: policy}
}

// holds reports whether the buffer has taken an event that was recorded at this position (0: not at all), or it is
// one that the replay has. If not, the event is the caller's to deliver.
func (l *liveBuffer) holds(ctx context.Context, e *Event, position uint64) bool {
	if l.done.Load() {
		return position != 0 && position <= l.joined
	}
	var gone []*Event
	defer func() { // without the lock, since observers are told
		for _, e := range gone {
			l.drop(e)
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
		if len(l.waiting) < l.limit {
			break
		}
		switch {
		case l.policy == DropOldest:
			gone = append(gone, l.pop().event)
			continue
		case l.policy == Latest:
			for len(l.waiting) > 0 {
				gone = append(gone, l.pop().event)
			}
			continue
		case l.policy == Block && l.await(ctx):
			continue
		}
		l.mu.Unlock()
		l.refuse(ctx, e)
		return true
	}
	values, _ := l.sub.bus.outerContexts(ctx)
	retainPayload(e)
	l.waiting = append(l.waiting, buffered{event: e, values: values, position: position})
	l.mu.Unlock()
	return true
}

// await gives the lock up until something left, and reports false if ctx ended first.
func (l *liveBuffer) await(ctx context.Context) bool {
	if l.space == nil {
		l.space = make(chan struct{})
	}
	space := l.space
	l.mu.Unlock()
	defer l.mu.Lock()
	select {
	case <-space:
		return true
	case <-ctx.Done():
		return false
	}
}

// drop lets an event go that the buffer held.
func (l *liveBuffer) drop(e *Event) {
	l.count(nil, e)
	releasePayload(e)
}

// refuse lets an event go that the buffer does not take.
func (l *liveBuffer) refuse(ctx context.Context, e *Event) {
	b := l.sub.bus
	l.count(b.handlerContextOf(ctx), e)
	if l.policy != DropNewest {
		b.report(b.handlerContextOf(ctx), b.newFailure(l.sub, e, &OverflowError{Pattern: l.sub.Pattern(), Limit: l.limit}))
	}
}

func (l *liveBuffer) count(at *handlerContext, e *Event) {
	l.dropped.Add(1)
	l.sub.bus.counts.dropped.Add(1)
	l.sub.bus.tellDropped(at, e, l.sub, DroppedOverflow)
}

// pop takes out the event that waited longest, which the caller knows is there.
func (l *liveBuffer) pop() buffered {
	w := l.waiting[0]
	l.waiting[0] = buffered{}
	l.waiting = l.waiting[1:]
	l.left()
	return w
}

func (l *liveBuffer) left() {
	if l.space != nil {
		close(l.space)
		l.space = nil
	}
}

// begin says up to where the replay goes.
func (l *liveBuffer) begin(joined uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.joined = joined
	// What is in the replay as well came between listing and reading the history.
	live := l.waiting[:0]
	for _, w := range l.waiting {
		if w.position != 0 && w.position <= joined {
			releasePayload(w.event)
			continue
		}
		live = append(live, w)
	}
	clear(l.waiting[len(live):])
	l.waiting = live
	l.left()
}

// next returns the next event that waits; when there is none, the replay is done and live events are not held any more.
func (l *liveBuffer) next() (w buffered, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		l.waiting = nil
		l.done.Store(true)
		l.left()
		return buffered{}, false
	}
	return l.pop(), true
}

// close lets go of what waits: nobody wants it any more.
func (l *liveBuffer) close() {
	l.mu.Lock()
	rest := l.waiting
	l.waiting, l.closed = nil, true
	l.left()
	l.mu.Unlock()
	for _, w := range rest {
		releasePayload(w.event)
	}
}
