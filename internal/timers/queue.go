// Package timers keeps the timers of a clock that is not the system's: of the page, or of a test.
package timers

import "time"

// Queue has timers in the order in which they are due, and those due at one moment in the order of Add. The
// zero value is empty. It is a pairing heap in the timers themselves, so that it allocates nothing: Add and Next
// take constant time, Take and Remove logarithmic time on average. It is not safe for concurrent use.
type Queue struct {
	root  *Timer
	len   int
	added uint64
}

// Timer is a call that is due at some time of the queue's clock. A queue must not be given one that it has.
type Timer struct {
	// Due is the time since any start.
	Due time.Duration
	// Call is what to do then. It is the clock's to call.
	Call func()

	queued bool
	order  uint64
	child  *Timer // the first one
	next   *Timer // the next child of the same timer
	prev   *Timer // the child before, or for the first one the timer that it is a child of
}

// Len is how many timers there are.
func (q *Queue) Len() int { return q.len }

// Add puts a timer behind those that are due at the same time.
func (q *Queue) Add(t *Timer) {
	q.added++
	q.len++
	t.order, t.queued = q.added, true
	q.root = meld(q.root, t)
}

// Next is the first timer, or nil.
func (q *Queue) Next() *Timer { return q.root }

// Take removes the first timer if it is due at that time, and returns nil if none is.
func (q *Queue) Take(at time.Duration) *Timer {
	t := q.root
	if t == nil || t.Due > at {
		return nil
	}
	q.Remove(t)
	return t
}

// Remove takes a timer out and reports whether it was there.
func (q *Queue) Remove(t *Timer) bool {
	if !t.queued {
		return false
	}
	q.len--
	if t == q.root {
		q.root = pair(t.child)
	} else {
		if t.prev.child == t {
			t.prev.child = t.next
		} else {
			t.prev.next = t.next
		}
		if t.next != nil {
			t.next.prev = t.prev
		}
		q.root = meld(q.root, pair(t.child))
	}
	t.queued, t.child, t.next, t.prev = false, nil, nil, nil
	return true
}

func (t *Timer) before(u *Timer) bool {
	return t.Due < u.Due || t.Due == u.Due && t.order < u.order
}

// meld makes one heap of two.
func meld(a, b *Timer) *Timer {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	if b.before(a) {
		a, b = b, a
	}
	b.prev, b.next = a, a.child
	if b.next != nil {
		b.next.prev = b
	}
	a.child = b
	return a
}

// pair makes one heap of siblings: two by two from the left, and the pairs from the right.
func pair(first *Timer) *Timer {
	var pairs *Timer // linked by next, the last one first
	for first != nil {
		a, b := first, first.next
		first = nil
		if b != nil {
			first = b.next
			b.next, b.prev = nil, nil
		}
		a.next, a.prev = nil, nil
		a = meld(a, b)
		a.next, pairs = pairs, a
	}
	var root *Timer
	for pairs != nil {
		rest := pairs.next
		pairs.next = nil
		root = meld(root, pairs)
		pairs = rest
	}
	return root
}
