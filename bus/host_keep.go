package bus

import "slices"

// Keeper is the part of a Host that has what topics keep: the events, their order and the bounds. The bus asks it
// whenever somebody reads what is kept, without its locks.
type Keeper interface {
	// Keep has a topic keep events from now on, within these bounds (History); without a bound it is the last one, or what
	// the topic is to keep already (Retain).
	Keep(topic string, k Keep)
	// Kept returns what the topics that a pattern matches keep, in the order in which it was recorded, retained: of each
	// the last so many (0: all), and of these what came after the event with this number (0: all), as with ReplayAfter.
	Kept(pattern string, last int, after uint64) []*Event
	// KeptCounts returns how many events each topic keeps that is to keep some.
	KeptCounts() map[string]int
	// ClearKept deletes what the topics that a pattern matches keep: of which topics, and how many events in all.
	ClearKept(pattern string) (topics []string, n int)
	// ForgetKept deletes the events with these ids.
	ForgetKept(ids []string)
}

// keeper returns who has what topics keep, if that is not the bus itself.
func (b *Bus) keeper() Keeper {
	h := b.host.Load()
	if h == nil || b.closed.Load() || (*h).Lacks(featureKeeping) {
		return nil
	}
	return *h
}

// handOver gives away what topics are to keep, and what they kept, in its order.
func (b *Bus) handOver() (topics map[string]Keep, events []*Event) {
	b.mu.RLock()
	topics = make(map[string]Keep)
	for topic, d := range b.declared {
		if d.history != nil {
			topics[topic] = d.bounds()
		}
	}
	b.mu.RUnlock()
	hs := &b.histories
	hs.mu.Lock()
	defer hs.mu.Unlock()
	var all []record
	for _, h := range hs.of {
		for h.length > 0 {
			all = append(all, h.pop())
		}
	}
	slices.SortFunc(all, byPosition)
	for _, r := range all {
		events = append(events, r.event)
	}
	return topics, events
}
