package bus

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"time"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// histories are what the topics of a bus keep. One lock for all of them gives what is recorded one order, which is
// that in which deliveries began, so that a replay can be cut off at one place in it (D6).
type histories struct {
	mu     sync.Mutex
	last   uint64 // position of the last event recorded, from 1
	closed bool
	of     map[string]*history
	tree   subject.Tree[*history] // of the same
}

// history is what one topic keeps: a ring that grows up to the bounds. histories.mu guards it.
type history struct {
	bus    *Bus
	topic  string
	bounds Keep
	ring   []record
	head   int
	length int
	bytes  int
}

// record is one event that is kept.
type record struct {
	event    *Event
	position uint64
	at       time.Time // if the age counts
	size     int       // if the bytes count
}

// recorder makes the subscription that records a topic, or sets other bounds. The caller holds bus.mu, and has read the
// clock before, which may be the user's.
func (b *Bus) recorder(topic string, k Keep, now time.Time) *Subscription {
	hs := &b.histories
	hs.mu.Lock()
	h := hs.of[topic]
	if h == nil {
		h = &history{bus: b, topic: topic}
		if hs.of == nil {
			hs.of = make(map[string]*history)
		}
		hs.of[topic] = h
		hs.tree.Add(topic, h)
	}
	h.bounds = k
	gone := h.trim(now, nil)
	hs.mu.Unlock()
	releaseRecords(gone)
	return &Subscription{entry: subject.NewEntry(topic), bus: b, target: h, extras: &extras{history: h}}
}

// deliver is not called: see delivery.deliverWith.
func (h *history) deliver(context.Context, *Event) error { return nil }

// record keeps an event whose delivery begins, and returns its position in the order of all that is recorded. It is not kept
// if the topic has a newer value, as joints have it.
func (h *history) record(at *handlerContext, e *Event) (position uint64, superseded bool) {
	e.Time() // it must not be younger when it is replayed
	retainPayload(e)
	size := 0
	if h.bounds.Bytes > 0 {
		size = sizeOfEvent + sizeOf(e.Data)
	}
	r := record{event: e, size: size}
	var gone []record
	if hooks := h.bus.joins.Load(); hooks != nil {
		position, gone, superseded = hooks.record(h, r, h.now())
	} else {
		position, gone = h.add(r)
	}
	releaseRecords(gone)
	if superseded {
		h.bus.superseded(at, e)
	} else {
		h.bus.tellRetained(at, h.topic, e)
	}
	return position, superseded
}

// now is the time, if the age counts.
func (h *history) now() (now time.Time) {
	if h.bounds.Age > 0 {
		now = h.bus.clock.Now()
	}
	return now
}

// add puts a record at the end and returns its position and those that go for it.
func (h *history) add(r record) (position uint64, gone []record) { return h.put(r, h.now()) }

// put is add at a time that was read before, since the clock may be the user's.
func (h *history) put(r record, now time.Time) (position uint64, gone []record) {
	r.at = now
	hs := &h.bus.histories
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if hs.closed {
		return 0, []record{r}
	}
	hs.last++
	r.position = hs.last
	var room [1]record
	gone = room[:0]
	if h.length > 0 && h.length == h.bounds.Count {
		gone = append(gone, h.pop())
	}
	h.push(r)
	return r.position, h.trim(now, gone)
}

// trim takes out what is beyond the bounds. The caller holds the lock.
func (h *history) trim(now time.Time, gone []record) []record {
	for h.length > 0 {
		k, oldest := &h.bounds, h.at(0)
		if !(k.Count > 0 && h.length > k.Count || k.Bytes > 0 && h.bytes > k.Bytes && h.length > 1 ||
			k.Age > 0 && now.Sub(oldest.at) >= k.Age) {
			break
		}
		gone = append(gone, h.pop())
	}
	return gone
}

func (h *history) at(i int) *record { return &h.ring[(h.head+i)%len(h.ring)] }

func (h *history) push(r record) {
	if h.length == len(h.ring) {
		h.resize(max(8, 2*h.length))
	}
	h.length++
	*h.at(h.length - 1) = r
	h.bytes += r.size
}

func (h *history) pop() record {
	slot := h.at(0)
	r := *slot
	*slot = record{}
	h.head = (h.head + 1) % len(h.ring)
	h.length--
	h.bytes -= r.size
	if len(h.ring) > 64 && h.length < len(h.ring)/8 {
		h.resize(len(h.ring) / 4)
	}
	return r
}

func (h *history) resize(size int) {
	if k := h.bounds.Count; k > h.length {
		size = min(size, k)
	}
	ring := make([]record, max(size, h.length))
	for i := range h.length {
		ring[i] = *h.at(i)
	}
	h.ring, h.head = ring, 0
}

// releaseRecords releases what was taken out.
func releaseRecords(gone []record) {
	for _, r := range gone {
		releasePayload(r.event)
	}
}

// matching returns the histories of the topics that a pattern matches, without what is too old. The caller holds
// the lock, before which it read the clock, and lets go of what it gets besides.
func (b *Bus) matching(pattern string, now time.Time) (found []*history, gone []record) {
	hs := &b.histories
	if subject.IsLiteral(pattern) {
		if h := hs.of[pattern]; h != nil {
			found = []*history{h}
		}
	} else {
		found = hs.tree.Match(pattern, nil)
	}
	for _, h := range found {
		gone = h.trim(now, gone)
	}
	return found, gone
}

// byPosition orders records as they were recorded.
func byPosition(a, b record) int { return cmp.Compare(a.position, b.position) }

// snapshot returns the events of a pattern's topics that a replay is to begin with, retained and in the order in
// which they were recorded, and the position up to which it goes.
func (b *Bus) snapshot(pattern string, from replayFrom) (past []*Event, position uint64) {
	if k := b.keeper(); k != nil {
		return k.Kept(pattern, from.last, from.seq), 0
	}
	hs, now := &b.histories, b.clock.Now()
	hs.mu.Lock()
	found, gone := b.matching(pattern, now)
	after := from.position(found)
	var records []record
	for _, h := range found {
		first := 0
		if from.last > 0 {
			first = max(0, h.length-from.last)
		}
		for i := first; i < h.length; i++ {
			if r := h.at(i); from.wants(r, after) {
				records = append(records, *r)
			}
		}
	}
	slices.SortFunc(records, byPosition)
	for _, r := range records {
		retainPayload(r.event)
		past = append(past, r.event)
	}
	position = hs.last
	hs.mu.Unlock()
	releaseRecords(gone)
	return past, position
}

// close forgets everything.
func (hs *histories) close() {
	hs.mu.Lock()
	all := hs.of
	hs.of, hs.tree, hs.closed = nil, subject.Tree[*history]{}, true
	var gone []record
	for _, h := range all {
		for h.length > 0 {
			gone = append(gone, h.pop())
		}
	}
	hs.mu.Unlock()
	releaseRecords(gone)
}

// keptCounts returns how many events each topic keeps that is to keep some.
func (b *Bus) keptCounts() map[string]int {
	if k := b.keeper(); k != nil {
		return k.KeptCounts()
	}
	hs := &b.histories
	hs.mu.Lock()
	defer hs.mu.Unlock()
	all := make(map[string]int, len(hs.of))
	for topic, h := range hs.of {
		all[topic] = h.length
	}
	return all
}
