package bus

// Forget has the bus forget events by their ids: what topics keep of them, their dead letters, and that they have come, so
// that they may come again. What a host keeps is the host's to forget.
func (j *Joint) Forget(ids ...string) error {
	if err := j.open("forget", "events"); err != nil {
		return err
	}
	b, all := j.bus, make(map[string]bool, len(ids))
	for _, id := range ids {
		all[id] = true
	}
	is := func(e *Event) bool { return e != nil && all[e.ID()] }
	j.joinery.window.forget(ids)
	releaseRecords(j.joinery.stamps.forget(is))
	letters, err := b.DeadLetters("")
	for _, l := range letters {
		if err == nil && is(l.Event) {
			_, err = b.Discard(l.ID)
		}
	}
	return err
}

// forget takes events out of the histories, whose topics keep the stamps that they have.
func (t *stampTable) forget(is func(*Event) bool) (gone []record) {
	t.mu.Lock()
	defer t.mu.Unlock()
	hs := &t.bus.histories
	hs.mu.Lock()
	defer hs.mu.Unlock()
	for topic, h := range hs.of {
		before := len(gone)
		for range h.length {
			if r := h.pop(); is(r.event) {
				gone = append(gone, r)
			} else {
				h.push(r)
			}
		}
		if s := t.of[topic]; s != nil && len(gone) > before && h.length > 0 && h.at(h.length-1).event != nil {
			s.id = h.at(h.length - 1).event.ID()
		}
	}
	return gone
}
