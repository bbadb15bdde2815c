package bus

// Keeper is implemented by a Host that keeps the events of its side itself: in lists by topic, in which those of Go
// have a place too, and which are as long as the bus says.
type Keeper interface {
	// Recall returns the event at place i, from the oldest, of what a topic keeps, retained. It has this number.
	Recall(topic string, i int, seq uint64) *Event
	// Forget takes the n oldest events out of a topic's list.
	Forget(topic string, n int)
	// InTurn calls work in its turn of the host's queue.
	InTurn(work func())
	// Within has call deliver a kept event to a subscription, within InTurn: what the handler publishes has that event
	// as its cause. The error is the host's to report.
	Within(s *Subscription, e *Event, call func() error)
}

func (b *Bus) hostKeeper() (Keeper, bool) {
	h := b.host.Load()
	if h == nil {
		return nil, false
	}
	k, ok := (*h).(Keeper)
	return k, ok
}

// Records reports whether a subscription, which is then the first of a route that Resolve made, records the events
// of its topic, how many are kept now, and whether their size counts.
func (s *Subscription) Records() (kept int, sized, ok bool) {
	if s.extras == nil || s.extras.history == nil {
		return 0, false, false
	}
	h := s.extras.history
	h.bus.histories.mu.Lock()
	defer h.bus.histories.mu.Unlock()
	return h.length, h.bounds.Bytes > 0, true
}

// Kept returns the topics that keep events, each with the positions of its events in the order of all that is recorded,
// from 1.
func (b *Bus) Kept() map[string][]uint64 {
	hs := &b.histories
	hs.mu.Lock()
	defer hs.mu.Unlock()
	all := make(map[string][]uint64)
	for topic, h := range hs.of {
		for i := range h.length {
			all[topic] = append(all[topic], h.at(i).position)
		}
	}
	return all
}

// Record records an event that the host delivers: e, or if that is nil one of the host's own with this number, whose
// data takes so many bytes. It returns how many of the oldest the host takes out of its list.
func (s *Subscription) Record(seq uint64, size int, e *Event) (gone int) {
	h := s.extras.history
	r := record{event: e, seq: seq, size: sizeOfEvent + size}
	if e == nil && h.replaces(r) {
		return 1
	}
	if e != nil {
		e.Time()
		retainPayload(e)
		if h.bounds.Bytes > 0 {
			r.size = sizeOfEvent + sizeOf(e.Data)
		}
	}
	_, old := h.add(r)
	releaseRecords(old)
	return len(old)
}

// replaces puts a record of the host's in the place of one, where only the count says so: most histories are full, and
// each event comes by.
func (h *history) replaces(r record) bool {
	hs := &h.bus.histories
	hs.mu.Lock()
	defer hs.mu.Unlock()
	if k := &h.bounds; k.Age > 0 || k.Bytes > 0 || h.length == 0 || h.length != k.Count || h.at(0).event != nil || hs.closed {
		return false
	}
	hs.last++
	r.position = hs.last
	h.pop()
	h.push(r)
	return true
}

// Expire lets go of what a topic has kept for too long, and tells the host.
func (b *Bus) Expire(topic string) {
	hs, now := &b.histories, b.clock.Now()
	hs.mu.Lock()
	_, gone := b.matching(topic, now)
	hs.mu.Unlock()
	releaseRecords(gone)
}

// RecorderOf returns the subscription that records a topic, or nil.
func (b *Bus) RecorderOf(topic string) *Subscription {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if d := b.declared[topic]; d != nil {
		return d.recorder
	}
	return nil
}

// Kept returns the event at place i, from the oldest, of what a topic keeps, retained; nil if there is none.
func (s *Subscription) Kept(i int) *Event {
	h := s.extras.history
	h.bus.histories.mu.Lock()
	defer h.bus.histories.mu.Unlock()
	if i >= h.length {
		return nil
	}
	return h.event(i)
}
