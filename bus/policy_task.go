package bus

import (
	"context"
	"time"
)

// task is one event on its way to one subscription with a consumer.
type task struct {
	event *Event
	// values is the context that the event was published with, for its values only; nil if unknown.
	values context.Context
	since  time.Time  // when it began to wait; zero if it never did
	notes  *taskNotes // nil as long as there is nothing to remember
	held   *consumer  // for whom the payload is retained; nil if it is not
	peers  *group     // if it was given to a member of a queue group
}

// taskNotes are what a task has beyond its event.
type taskNotes struct {
	claim       claim  // on the dedupe window
	key         string // whose order is kept (Backoff.Key)
	keyed       bool
	merge       string // the events that may take each other's place (Coalesce)
	attempts    int    // that failed
	redrives    int    // out of the dead letters
	err         error  // of the last attempt
	first, last time.Time
	position    uint64 // in what is recorded, of one that waits for the end of a replay
}

// remember returns the task's notes, which it has from then on.
func (t *task) remember() *taskNotes {
	if t.notes == nil {
		t.notes = new(taskNotes)
	}
	return t.notes
}

// attempt is the number of the next one, from 1.
func (t *task) attempt() int {
	if t.notes == nil {
		return 1
	}
	return t.notes.attempts + 1
}

// hold keeps the payload for c beyond its delivery, once.
func (t *task) hold(c *consumer) {
	if t.held == c {
		return
	}
	if t.held == nil {
		retainPayload(t.event)
	} else {
		t.held.holding(t.event, false)
	}
	t.held = c
	c.holding(t.event, true)
}

func (t *task) release() {
	if t.held != nil {
		t.held.holding(t.event, false)
		releasePayload(t.event)
		t.held = nil
	}
}

// holding lets a host know which events are held for its subscriber.
func (c *consumer) holding(e *Event, held bool) {
	if c.sub.target == nil {
		if h := c.sub.bus.host.Load(); h != nil {
			(*h).Held(c.sub, e, held)
		}
	}
}
