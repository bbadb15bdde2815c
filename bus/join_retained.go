package bus

import (
	"context"
	"sync"
	"time"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// How many topics have a stamp at most; how many of them tombstones, and for how long.
const (
	maxStamped    = 65_536
	maxTombstones = 4_096
	tombstoneLife = time.Hour
)

// RetainedValue is what a topic keeps as its last event (Retain, History), for joints: of two values, wherever they come
// from, the one with the greater stamp stays.
type RetainedValue struct {
	Event   *Event // nil if nothing is kept, or not any more
	Stamp   Stamp
	Removed bool // it was deleted (Clear): the stamp is that of its tombstone
}

// Retained returns what a topic keeps; zero if there was nothing ever, or its tombstone is gone: after an hour, or for
// 4,096 newer ones. The bus gives a stamp to what is published or cleared here. Data that is a Retainer has been retained
// for the caller. The error is a *TopicError.
func (j *Joint) Retained(topic string) (RetainedValue, error) {
	if err := j.open("read", topic); err != nil {
		return RetainedValue{}, err
	}
	if err := publishable(topic); err != nil {
		return RetainedValue{}, err
	}
	return j.joinery.stamps.get(topic), nil
}

// RetainedTopics returns the topics that keep something, or have a tombstone.
func (j *Joint) RetainedTopics() []string {
	b := j.bus
	var topics []string
	seen := map[string]bool{}
	for _, t := range b.Topics() {
		if t.Retained > 0 && !subject.IsReserved(t.Topic) {
			topics, seen[t.Topic] = append(topics, t.Topic), true
		}
	}
	t := &j.joinery.stamps
	t.mu.Lock()
	defer t.mu.Unlock()
	for topic, s := range t.of {
		if s.removed && !seen[topic] {
			topics = append(topics, topic)
		}
	}
	return topics
}

// SetRetained is Deliver of an event of a topic that keeps its last, if its stamp is greater than that of what is kept or was
// deleted last, and reports whether it is. Otherwise nobody gets the event, which is dropped as coalesced. What is published
// here while the event waits its turn is newer: the event is dropped then as well, behind a return of true if SetRetained
// was called with the context of a handler. With a host only what is there at the call counts.
//
// The error is one of Deliver, or an *OptionError for a wrong stamp or a topic that keeps nothing (Declare).
func (j *Joint) SetRetained(ctx context.Context, e *Event, s Stamp) (set bool, err error) {
	a, err := j.arrivalOf(e)
	if err != nil {
		return false, err
	}
	if err := j.open("retain", e.Topic); err != nil {
		return false, err
	}
	b := j.bus
	if err := s.check(); err != nil {
		return false, &opError{"retain", e.Topic, err}
	}
	if !b.keeps(e.Topic) {
		return false, &opError{"retain", e.Topic, &OptionError{"topic", "must keep its last event: declare it with Retain or History"}}
	}
	err = j.deliver(ctx, e, func(a *arrival) error {
		a.stamp = &s
		greater, err := j.joinery.stamps.offer(e, s)
		if greater && err == nil {
			return b.enter(ctx, e)
		}
		if err == nil {
			a.superseded.Store(true)
			b.superseded(b.handlerContextOf(ctx), e)
		}
		return err
	})
	return err == nil && !a.superseded.Load(), err
}

// superseded tells that nobody gets an event, for which there is a newer value.
func (b *Bus) superseded(at *handlerContext, e *Event) {
	b.counts.coalesced.Add(1)
	b.tellDropped(at, e, nil, DroppedCoalesced)
}

// ClearRetained is Bus.Clear of a topic if the stamp is greater than that of what is kept or was deleted last, and reports
// whether it is. The tombstone keeps older values from coming back. The error is a *TopicError or an *OptionError.
func (j *Joint) ClearRetained(topic string, s Stamp) (cleared bool, err error) {
	if err := j.open("clear", topic); err != nil {
		return false, err
	}
	if err := publishable(topic); err != nil {
		return false, err
	}
	if err := s.check(); err != nil {
		return false, &opError{"clear", topic, err}
	}
	return j.joinery.stamps.clear(topic, s), nil
}

// keeps reports whether a topic keeps its last event. A host knows that itself.
func (b *Bus) keeps(topic string) bool {
	b.mu.RLock()
	defer b.mu.RUnlock()
	d := b.declared[topic]
	return b.host.Load() != nil || d != nil && d.recorder != nil
}

// stampTable has the stamp of what each topic keeps, or has deleted. Its lock comes before that of the histories, so that
// what is recorded and its stamp are one.
type stampTable struct {
	bus   *Bus
	mu    sync.Mutex
	time  uint64 // Lamport's
	of    map[string]*stamped
	tombs []*stamped // in the order of their times; some of them may have been replaced
}

type stamped struct {
	topic   string
	stamp   Stamp
	id      string // of the event; "" for a tombstone
	removed bool
	at      time.Time // of a tombstone
}

// lock locks the table once the value that a topic has is in it. It returns that event, retained, the time, and what
// unlocks.
func (t *stampTable) lock(topic string) (e *Event, now time.Time, unlock func()) {
	now = t.bus.clock.Now()
	var gone []record
	hosted := t.bus.keeper() != nil
	if hosted {
		e, _ = t.bus.last(topic, now) // without the lock, since hosts may call the bus
	}
	t.mu.Lock()
	t.bury(now)
	if !hosted {
		e, gone = t.bus.last(topic, now)
	}
	// A value from before the first joint has no stamp, nor has one of a host's.
	if s := t.of[topic]; e != nil && (s == nil || s.id != e.ID()) {
		t.own(topic, e)
	}
	return e, now, func() {
		t.mu.Unlock()
		releaseRecords(gone)
	}
}

func (t *stampTable) get(topic string) (v RetainedValue) {
	e, _, unlock := t.lock(topic)
	defer unlock()
	if s := t.of[topic]; s != nil {
		v = RetainedValue{Event: e, Stamp: s.stamp, Removed: s.removed}
	}
	return v
}

// offer reports whether an event has the greatest stamp so far.
func (t *stampTable) offer(e *Event, s Stamp) (greater bool, err error) {
	last, _, unlock := t.lock(e.Topic)
	defer func() {
		unlock()
		if last != nil {
			releasePayload(last)
		}
	}()
	now := t.of[e.Topic]
	t.time = max(t.time, s.Time)
	switch {
	case now != nil && s.Compare(now.stamp) <= 0:
		return false, nil
	case now == nil && len(t.of) >= maxStamped:
		return false, &OverflowError{Pattern: e.Topic, Limit: maxStamped}
	case t.bus.host.Load() != nil: // else when it is recorded
		t.of[e.Topic] = &stamped{topic: e.Topic, stamp: s, id: e.ID()}
	}
	return true, nil
}

// own gives a stamp to an event of this bus; nil is a tombstone.
func (t *stampTable) own(topic string, e *Event) *stamped {
	t.time++
	s := &stamped{topic: topic, stamp: Stamp{Time: t.time, Origin: t.bus.instance}}
	if e != nil {
		s.stamp.Number, s.id = e.Seq, e.ID()
	}
	t.of[topic] = s
	return s
}

// record puts an event into a history, unless the topic has a value with a greater stamp.
func (t *stampTable) record(h *history, r record, now time.Time) (position uint64, gone []record, superseded bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if a := r.event.given().arrival; a == nil || a.stamp == nil {
		t.own(h.topic, r.event)
	} else if s := t.of[h.topic]; s != nil && a.stamp.Compare(s.stamp) <= 0 {
		a.superseded.Store(true)
		return 0, []record{r}, true
	} else {
		t.of[h.topic] = &stamped{topic: h.topic, stamp: *a.stamp, id: r.event.ID()}
	}
	position, gone = h.put(r, now)
	return position, gone, false
}

// wipe is Bus.wipe for what is cleared here.
func (t *stampTable) wipe(pattern string, now time.Time) (n int, topics []string, gone []record) {
	hosted := t.bus.keeper() != nil
	if hosted {
		n, topics, _ = t.bus.wipe(pattern, now)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if !hosted {
		n, topics, gone = t.bus.wipe(pattern, now)
	}
	for _, topic := range topics {
		t.entomb(t.own(topic, nil), now)
	}
	return n, topics, gone
}

func (t *stampTable) clear(topic string, s Stamp) (cleared bool) {
	last, now, unlock := t.lock(topic)
	if last != nil {
		defer releasePayload(last)
	}
	was := t.of[topic]
	t.time = max(t.time, s.Time)
	if was != nil && s.Compare(was.stamp) <= 0 {
		unlock()
		return false
	}
	t.of[topic] = &stamped{topic: topic, stamp: s}
	t.entomb(t.of[topic], now)
	var topics []string
	var gone []record
	hosted := t.bus.keeper() != nil
	if !hosted {
		_, topics, gone = t.bus.wipe(topic, now)
	}
	unlock()
	if hosted {
		_, topics, _ = t.bus.wipe(topic, now)
	}
	t.bus.cleared(topics, gone)
	return true
}

// entomb makes a tombstone of what is in the table.
func (t *stampTable) entomb(s *stamped, now time.Time) {
	s.removed, s.at = true, now
	t.tombs = append(t.tombs, s)
	t.bury(now)
}

// bury lets go of tombstones that are too old or too many.
func (t *stampTable) bury(now time.Time) {
	for len(t.tombs) > 0 && (len(t.tombs) > maxTombstones || now.Sub(t.tombs[0].at) >= tombstoneLife) {
		s := t.tombs[0]
		t.tombs[0] = nil
		t.tombs = t.tombs[1:]
		if t.of[s.topic] == s {
			delete(t.of, s.topic)
		}
	}
}
