package bus

import (
	"context"
	"sync"
)

// boundedQueue holds what waits, oldest first, and decides by its policy what goes once it is full. Its owner guards it
// with a lock, and counts what is dropped.
type boundedQueue struct {
	limit  int
	policy Policy
	ring   ring
	passed uint64 // how many left at the head: the position of what is there
	// places says where the task of a key is, for coalescing; nil until one is needed.
	places map[string]uint64
	// lines hold what waits behind a key that is busy, and counts for the limit: a key is busy exactly if it has a line.
	lines map[string][]task
	lined int
	space chan struct{} // closed when a blocked publisher may look again; nil if none waits
}

// newBoundedQueue makes a queue of DefaultQueue and Error where no limit is given.
func newBoundedQueue(limit int, policy Policy) boundedQueue {
	if limit == 0 {
		limit, policy = DefaultQueue, Error
	}
	return boundedQueue{limit: limit, policy: policy}
}

// length is how many tasks are bound by the limit.
func (q *boundedQueue) length() int { return q.ring.length + q.lined }

func (q *boundedQueue) full() bool { return q.length() >= q.limit }

// makeRoom takes out what goes for one more item, appending it to gone, or gives the lock up until something has left;
// the owner looks again whether the queue is full. It reports false where there will be no room: the task is refused.
func (q *boundedQueue) makeRoom(ctx context.Context, lock sync.Locker, gone []task) ([]task, bool) {
	if q.policy == Block {
		return gone, q.await(ctx, lock)
	}
	n := q.policy.evicts(q.length(), q.limit)
	for range n {
		gone = append(gone, q.oldest())
	}
	return gone, n > 0
}

// evicts returns how many of the oldest tasks go for one more where there are as many as the limit says, or more.
func (p Policy) evicts(length, limit int) int {
	switch p {
	case DropOldest:
		return length - limit + 1
	case Latest:
		return length
	default:
		return 0
	}
}

// await gives the lock up until something left the queue, and reports false if ctx ended first.
func (q *boundedQueue) await(ctx context.Context, lock sync.Locker) bool {
	if q.space == nil {
		q.space = make(chan struct{})
	}
	space := q.space
	lock.Unlock()
	defer lock.Lock()
	select {
	case <-space:
		return true
	case <-ctx.Done():
		return false
	}
}

// left wakes publishers that wait for room.
func (q *boundedQueue) left() {
	if q.space != nil {
		close(q.space)
		q.space = nil
	}
}

// oldest takes out the task that waited longest, which the owner knows is there. What is in a line has been at the head
// before.
func (q *boundedQueue) oldest() task {
	if q.lined == 0 {
		v := q.pop()
		q.left()
		return v
	}
	of, _ := q.oldestLine()
	return q.firstOf(of)
}

// oldestLine finds the line whose first task waited longest.
func (q *boundedQueue) oldestLine() (of string, first *task) {
	for key, line := range q.lines {
		if len(line) > 0 && (first == nil || line[0].since.Before(first.since)) {
			of, first = key, &line[0]
		}
	}
	return of, first
}

// push puts an task in. The owner has made room, or lets it exceed the limit.
func (q *boundedQueue) push(v task) { q.ring.push(v, q.limit) }

// pop takes the first task out of the queue itself, and tells nobody that there is room: it may go into a line.
func (q *boundedQueue) pop() task {
	q.passed++
	return q.ring.pop()
}

// find returns the task with a key (mark) that waits in the queue itself, or nil.
func (q *boundedQueue) find(key string) *task {
	place, ok := q.places[key]
	if !ok || place < q.passed || place-q.passed >= uint64(q.ring.length) {
		return nil
	}
	return q.ring.at(int(place - q.passed))
}

// mark notes the key of the task that was pushed last.
func (q *boundedQueue) mark(key string) {
	if q.places == nil {
		q.places = map[string]uint64{}
	}
	if len(q.places) >= 2*q.ring.length+64 {
		for k, place := range q.places {
			if place < q.passed {
				delete(q.places, k)
			}
		}
	}
	q.places[key] = q.passed + uint64(q.ring.length) - 1
}

func (q *boundedQueue) busy(key string) bool {
	_, busy := q.lines[key]
	return busy
}

// occupy makes a key busy, which is not.
func (q *boundedQueue) occupy(key string) {
	if q.lines == nil {
		q.lines = map[string][]task{}
	}
	q.lines[key] = nil
}

// lineUp puts an task behind its key, which is busy.
func (q *boundedQueue) lineUp(key string, v task) {
	q.lines[key] = append(q.lines[key], v)
	q.lined++
}

// vacate returns the next task behind a busy key, which is its turn; if there is none, the key is free.
func (q *boundedQueue) vacate(key string) (v task, ok bool) {
	if len(q.lines[key]) == 0 {
		delete(q.lines, key)
		return v, false
	}
	return q.firstOf(key), true
}

// firstOf takes the first task out of a line that is not empty.
func (q *boundedQueue) firstOf(key string) task {
	line := q.lines[key]
	v := line[0]
	line[0] = task{}
	q.lines[key] = line[1:]
	q.lined--
	q.left()
	return v
}

// keep takes out, and returns, what is in the queue itself and for which stays is false.
func (q *boundedQueue) keep(stays func(*task) bool) (gone []task) {
	for range q.ring.length {
		if v := q.pop(); stays(&v) {
			q.push(v)
		} else {
			gone = append(gone, v)
		}
	}
	q.left()
	return gone
}

// clear empties the queue and returns what was in it.
func (q *boundedQueue) clear() (rest []task) {
	for q.ring.length > 0 {
		rest = append(rest, q.pop())
	}
	for _, line := range q.lines {
		rest = append(rest, line...)
	}
	q.ring, q.places, q.lines, q.lined = ring{}, nil, nil, 0
	q.left()
	return rest
}
