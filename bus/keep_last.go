package bus

// Last returns the last event that a topic keeps (Retain, History), and whether there is one. Data
// that is a Retainer has been retained for the caller, who releases it.
func (b *Bus) Last(topic string) (*Event, bool) {
	hs, now := &b.histories, b.clock.Now()
	hs.mu.Lock()
	found, gone := b.matching(topic, now)
	var e *Event
	if len(found) == 1 && found[0].topic == topic && found[0].length > 0 {
		h := found[0]
		e = h.event(h.length - 1)
	}
	hs.mu.Unlock()
	releaseRecords(gone)
	return e, e != nil
}

// Clear deletes what the topics that a pattern matches keep, and returns how many events that were. Nobody is told.
// The error is a *TopicError.
func (b *Bus) Clear(pattern string) (int, error) {
	if err := ValidatePattern(pattern); err != nil {
		return 0, err
	}
	hs, now := &b.histories, b.clock.Now()
	hs.mu.Lock()
	found, gone := b.matching(pattern, now)
	n := 0
	var cleared []*history
	for _, h := range found {
		if h.length > 0 {
			cleared = append(cleared, h)
		}
		n += h.length
		h.forget(h.length)
		for h.length > 0 {
			gone = append(gone, h.pop())
		}
	}
	hs.mu.Unlock()
	releaseRecords(gone)
	for _, h := range cleared {
		b.tellRetained(nil, h.topic, nil)
	}
	return n, nil
}

// Value returns the data of the last event that the topic keeps, and whether there is one with data of this type.
func (t *Topic[T]) Value() (v T, ok bool) {
	if t.err != nil {
		return v, false
	}
	e, ok := t.bus.Last(t.name)
	if !ok {
		return v, false
	}
	defer releasePayload(e)
	v, err := As[T](e)
	return v, err == nil
}

// Clear deletes what the topic keeps. Nobody is told. The error is what is wrong with the topic (Err).
func (t *Topic[T]) Clear() error {
	if t.err != nil {
		return t.err
	}
	_, err := t.bus.Clear(t.name)
	return err
}
