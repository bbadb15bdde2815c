package bus

import "time"

// Forget has the bus forget events by their ids: what topics keep of them, their dead letters, and that they have come, so
// that they may come again.
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
	if k := b.keeper(); k != nil {
		k.ForgetKept(ids)
		j.joinery.stamps.forgotten(all)
	} else {
		releaseRecords(j.joinery.stamps.forget(is))
	}
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
		if s := t.of[topic]; s != nil && len(gone) > before && h.length > 0 {
			s.id = h.at(h.length - 1).event.ID()
		}
	}
	return gone
}

// forgotten gives the stamps of events that a host has forgotten to what is the last of their topics then.
func (t *stampTable) forgotten(ids map[string]bool) {
	var gone []*stamped
	t.mu.Lock()
	for _, s := range t.of {
		if !s.removed && ids[s.id] {
			gone = append(gone, s)
		}
	}
	t.mu.Unlock()
	for _, s := range gone {
		if e, _ := t.bus.last(s.topic, time.Time{}); e != nil {
			t.mu.Lock()
			s.id = e.ID()
			t.mu.Unlock()
			releasePayload(e)
		}
	}
}
