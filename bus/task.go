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
	since  time.Time // when it began to wait; zero if it never did
	past   *past     // nil as long as there is nothing to remember
	held   bool      // the payload was retained for it
}

// past is what a task has beyond its event.
type past struct {
	claim       claim  // on the dedupe window
	key         string // whose order is kept (Backoff.Key)
	keyed       bool
	merge       string // the events that may take each other's place (Coalesce)
	peers       *group // if it was given to a member of a queue group
	attempts    int    // that failed
	redrives    int    // out of the dead letters
	err         error  // of the last attempt
	first, last time.Time
}

// memory returns the task's past, which it has from then on.
func (t *task) memory() *past {
	if t.past == nil {
		t.past = new(past)
	}
	return t.past
}

// hold keeps the payload beyond its delivery, once.
func (t *task) hold() {
	if !t.held {
		retain(t.event)
		t.held = true
	}
}

func (t *task) letGo() {
	if t.held {
		release(t.event)
		t.held = false
	}
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
