package bus

import (
	"time"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// Last returns the last event that a topic keeps (Retain, History), and whether there is one. Data
// that is a Retainer has been retained for the caller, who releases it.
func (b *Bus) Last(topic string) (*Event, bool) {
	e, gone := b.last(topic, b.clock.Now())
	releaseRecords(gone)
	return e, e != nil
}

// last is Last at a time that was read before; what became too old is to be released.
func (b *Bus) last(topic string, now time.Time) (e *Event, gone []record) {
	if !subject.IsLiteral(topic) {
		return nil, nil
	}
	if k := b.keeper(); k != nil {
		if events := k.Kept(topic, 1, 0); len(events) > 0 {
			e = events[0]
		}
		return e, nil
	}
	hs := &b.histories
	hs.mu.Lock()
	defer hs.mu.Unlock()
	found, gone := b.matching(topic, now)
	if len(found) == 1 && found[0].length > 0 {
		e = found[0].at(found[0].length - 1).event
		retainPayload(e)
	}
	return e, gone
}

// Clear deletes what the topics that a pattern matches keep, and returns how many events that were. Nobody is told.
// The error is a *TopicError.
func (b *Bus) Clear(pattern string) (int, error) {
	if err := ValidatePattern(pattern); err != nil {
		return 0, err
	}
	now := b.clock.Now()
	if hooks := b.joins.Load(); hooks != nil {
		n, topics, gone := hooks.wipe(pattern, now)
		b.cleared(topics, gone)
		return n, nil
	}
	n, topics, gone := b.wipe(pattern, now)
	b.cleared(topics, gone)
	return n, nil
}

// wipe takes out what the topics of a pattern keep: how many events, of which topics, and those to be released.
func (b *Bus) wipe(pattern string, now time.Time) (n int, topics []string, gone []record) {
	if k := b.keeper(); k != nil {
		topics, n = k.ClearKept(pattern)
		return n, topics, nil
	}
	hs := &b.histories
	hs.mu.Lock()
	defer hs.mu.Unlock()
	found, gone := b.matching(pattern, now)
	for _, h := range found {
		if h.length > 0 {
			topics = append(topics, h.topic)
		}
		n += h.length
		for h.length > 0 {
			gone = append(gone, h.pop())
		}
	}
	return n, topics, gone
}

// cleared sees to what was wiped.
func (b *Bus) cleared(topics []string, gone []record) {
	releaseRecords(gone)
	for _, topic := range topics {
		b.tellRetained(nil, topic, nil)
	}
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
