package bus

import (
	"context"
	"sync"
	"sync/atomic"
)

// queue is the bounded queue between publishers and a subscription that is served by other goroutines:
// those of Concurrency, or the one that ranges over Events (D10).
type queue struct {
	sub    *Subscription
	limit  int
	policy Policy
	wake   func() // called after an event was put in, or the queue closed; not under mu

	dropped atomic.Uint64

	mu     sync.Mutex
	ring   []waiting
	head   int
	length int
	closed bool
	space  chan struct{} // closed when a blocked publisher may look again; nil if none waits
}

// waiting is an event in a queue, with the context that it was published with for its values.
type waiting struct {
	event  *Event
	values context.Context
}

func newQueue(s *Subscription, limit int, policy Policy) *queue {
	return &queue{sub: s, limit: limit, policy: policy}
}

// offer puts an event in, as far as the policy lets it. The error is a failure to be reported.
func (q *queue) offer(ctx context.Context, e *Event) error {
	values, _ := q.sub.bus.bare(ctx)
	in := waiting{e, values}
	retain(e)
	q.mu.Lock()
	for q.length == q.limit && !q.closed {
		switch q.policy {
		case DropOldest:
			q.drop(q.pop())
		case Latest:
			for q.length > 0 {
				q.drop(q.pop())
			}
		case Block:
			if q.await(ctx) {
				continue
			}
			fallthrough
		case Error:
			q.mu.Unlock()
			q.drop(in)
			return &OverflowError{Pattern: q.sub.path, Limit: q.limit}
		case DropNewest:
			q.mu.Unlock()
			q.drop(in)
			return nil
		}
	}
	if q.closed {
		q.mu.Unlock()
		q.leave(in)
		return nil
	}
	q.push(in)
	q.mu.Unlock()
	q.wake()
	return nil
}

// await gives the lock up until something left the queue, and reports false if ctx ended first.
func (q *queue) await(ctx context.Context) bool {
	if q.space == nil {
		q.space = make(chan struct{})
	}
	space := q.space
	q.mu.Unlock()
	defer q.mu.Lock()
	select {
	case <-space:
		return true
	case <-ctx.Done():
		return false
	}
}

func (q *queue) drop(w waiting) {
	q.dropped.Add(1)
	q.sub.bus.counts.dropped.Add(1)
	if r := q.sub.extras.responder; r != nil {
		r.lost(w, &OverflowError{Pattern: q.sub.path, Limit: q.limit})
	}
	release(w.event)
}

// leave lets go of an event that nobody wants any more.
func (q *queue) leave(w waiting) {
	if r := q.sub.extras.responder; r != nil {
		r.lost(w, &NoRespondersError{Topic: w.event.Topic})
	}
	release(w.event)
}

func (q *queue) push(w waiting) {
	if q.length == len(q.ring) {
		ring := make([]waiting, min(max(8, 2*len(q.ring)), q.limit))
		n := copy(ring, q.ring[q.head:])
		copy(ring[n:], q.ring[:q.head])
		q.ring, q.head = ring, 0
	}
	q.ring[(q.head+q.length)%len(q.ring)] = w
	q.length++
}

// pop takes the oldest event out. The caller holds the lock and knows that there is one.
func (q *queue) pop() waiting {
	w := q.ring[q.head]
	q.ring[q.head] = waiting{}
	q.head = (q.head + 1) % len(q.ring)
	q.length--
	if q.space != nil {
		close(q.space)
		q.space = nil
	}
	return w
}

// close ends the queue. What waits is let go without being counted as dropped: nobody wants it any more.
func (q *queue) close() {
	q.mu.Lock()
	if q.closed {
		q.mu.Unlock()
		return
	}
	q.closed = true
	var rest []waiting
	for q.length > 0 {
		rest = append(rest, q.pop())
	}
	q.ring = nil
	if q.space != nil {
		close(q.space)
		q.space = nil
	}
	q.mu.Unlock()
	for _, w := range rest {
		q.leave(w)
	}
	q.wake()
}

func (q *queue) len() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.length
}

func retain(e *Event) {
	if r, ok := e.Data.(Retainer); ok {
		r.Retain()
	}
}

func release(e *Event) {
	if r, ok := e.Data.(Retainer); ok {
		r.Release()
	}
}
