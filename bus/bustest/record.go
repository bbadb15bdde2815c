package bustest

import (
	"context"
	"slices"
	"sync"
	"testing"

	"github.com/trolleybus/trolleybus/bus"
)

// Recorder keeps the events of a pattern, in the order in which it got them, for ExpectEvents and Replay. It is
// safe for concurrent use.
type Recorder struct {
	sub    *bus.Subscription
	mu     sync.Mutex
	events []bus.EventInit
}

// Record records the events of a pattern until the test ends or Stop is called. It is one more subscriber, and
// events have their time, an id and causes as if any subscriber had asked for them. Data is kept by reference; that
// of another realm as what it decodes to, and it is a failure of the Recorder (D4) if it does not.
func Record(t testing.TB, b *bus.Bus, pattern string) *Recorder {
	t.Helper()
	r := &Recorder{}
	sub, err := b.Subscribe(pattern, func(_ context.Context, e *bus.Event) error {
		return r.note(e)
	}, bus.Name("recorder"))
	if err != nil {
		t.Fatalf("bustest: Record: %v", err)
	}
	r.sub = sub
	t.Cleanup(r.Stop)
	return r
}

func (r *Recorder) note(e *bus.Event) error {
	in := e.Init()
	data, err := bus.As[any](e)
	if err == nil {
		in.Data = data
	}
	in.ID, in.Time, in.Source, in.CorrelationID = e.ID(), e.Time(), e.Source(), e.CorrelationID()
	r.mu.Lock()
	defer r.mu.Unlock()
	r.events = append(r.events, in)
	return err
}

// Events returns a copy of what was recorded.
func (r *Recorder) Events() []bus.EventInit {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.events)
}

// Take returns what was recorded and forgets it.
func (r *Recorder) Take() []bus.EventInit {
	r.mu.Lock()
	defer r.mu.Unlock()
	events := r.events
	r.events = nil
	return events
}

// Stop ends the recording. What was recorded stays.
func (r *Recorder) Stop() { r.sub.Unsubscribe() }

// Roots returns the events that no other event of the recording caused: what a Replay has to publish when the
// handlers that published the others are there to do it again.
func Roots(events []bus.EventInit) []bus.EventInit {
	ids := make(map[string]bool, len(events))
	for _, e := range events {
		ids[e.ID] = true
	}
	return slices.DeleteFunc(slices.Clone(events), func(e bus.EventInit) bool { return ids[e.CausationID] })
}
