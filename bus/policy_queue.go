package bus

// queue holds the tasks of a consumer that wait, oldest first. The consumer's lock guards it.
type queue struct {
	ring   []task
	head   int
	length int
	passed uint64 // tasks that left at the head: the position of the one there
	// places says where the waiting event of a key is, for coalescing; nil until one is needed.
	places map[string]uint64
}

func (q *queue) at(i int) *task { return &q.ring[(q.head+i)%len(q.ring)] }

// push adds a task. The ring grows up to limit, which the caller looks after.
func (q *queue) push(t task, limit int) {
	if q.length == len(q.ring) {
		ring := make([]task, min(max(8, 2*len(q.ring)), max(limit, q.length+1)))
		n := copy(ring, q.ring[q.head:])
		copy(ring[n:], q.ring[:q.head])
		q.ring, q.head = ring, 0
	}
	q.length++
	*q.at(q.length - 1) = t
	if t.notes != nil && t.notes.merge != "" {
		q.mark(t.notes.merge)
	}
}

// pop takes the oldest task out, which the caller knows is there.
func (q *queue) pop() task {
	slot := q.at(0)
	t := *slot
	*slot = task{}
	q.head = (q.head + 1) % len(q.ring)
	q.length--
	q.passed++
	return t
}

// replace puts a task in the place of the one of the same key (Coalesce), if that waits, and returns the old one.
func (q *queue) replace(t *task) (old task, ok bool) {
	if t.notes == nil || t.notes.merge == "" {
		return task{}, false
	}
	place, ok := q.places[t.notes.merge]
	if !ok || place < q.passed || place-q.passed >= uint64(q.length) {
		return task{}, false
	}
	slot := q.at(int(place - q.passed))
	old = *slot
	t.since = old.since // it is the key that waits
	*slot = *t
	return old, true
}

// mark notes the key of the task that was pushed last.
func (q *queue) mark(key string) {
	if q.places == nil {
		q.places = map[string]uint64{}
	}
	if len(q.places) >= 2*q.length+64 {
		for k, place := range q.places {
			if place < q.passed {
				delete(q.places, k)
			}
		}
	}
	q.places[key] = q.passed + uint64(q.length) - 1
}

// clear empties the queue and returns what was in it.
func (q *queue) clear() (rest []task) {
	for q.length > 0 {
		rest = append(rest, q.pop())
	}
	q.ring, q.head, q.places = nil, 0, nil
	return rest
}
