package bus

func (s *Subscription) records() (kept int, sized, ok bool) {
	if s.extras == nil || s.extras.history == nil {
		return 0, false, false
	}
	h := s.extras.history
	h.bus.histories.mu.Lock()
	defer h.bus.histories.mu.Unlock()
	return h.length, h.bounds.Bytes > 0, true
}

func (b *Bus) keptPositions() map[string][]uint64 {
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

func (s *Subscription) record(seq uint64, size int, e *Event) (gone int) {
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
	if e != nil {
		h.bus.tellRetained(nil, h.topic, e)
	}
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

func (b *Bus) expire(topic string) {
	hs, now := &b.histories, b.clock.Now()
	hs.mu.Lock()
	_, gone := b.matching(topic, now)
	hs.mu.Unlock()
	releaseRecords(gone)
}

func (b *Bus) recorderOf(topic string) *Subscription {
	b.mu.RLock()
	defer b.mu.RUnlock()
	if d := b.declared[topic]; d != nil {
		return d.recorder
	}
	return nil
}

func (s *Subscription) keptAt(i int) *Event {
	h := s.extras.history
	h.bus.histories.mu.Lock()
	defer h.bus.histories.mu.Unlock()
	if i >= h.length {
		return nil
	}
	return h.event(i)
}
