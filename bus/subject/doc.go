// Package subject knows the names of events and nothing of who subscribes to them: the grammar of topics and patterns,
// which pattern matches which topic, and two indexes for the two questions that come up where there are many.
//
// A topic is tokens joined by dots, such as "order.eu.placed". In a pattern "*" stands for exactly one token, and ">", as
// the last one, for one or more. Grammar and matching are those of NATS subjects, so that a broker needs no translation,
// and MQTT's for "$": a topic that begins with it is the system's own, and matched by no wildcard as first token.
//
// # Checking
//
// Check a name where it comes in, once. What is wrong with it is an *Error, which says what and at which byte:
//
//	if err := subject.CheckPattern(pattern); err != nil {
//		return err // bus: pattern "order.>.eu": '>' must be the last token (at byte 6)
//	}
//
// All else in this package takes names that have been checked. Others do no harm, as no function panics or reads beyond
// them, but what the answer is then means nothing; only Index and Tree must never be given them.
//
// # Matching
//
// Match compares one pattern with one topic, in some tens of nanoseconds. Among many, use
//
//   - Index, to find patterns by a topic: who gets this event? It is what routes events in package bus.
//   - Tree, to find topics by a pattern: what is there of "room.*.temperature"? It is what finds retained values.
//
// Neither is safe for use while it is changed: guard it by a sync.RWMutex. An Index gives what it finds in no order, and
// does not tell twice the same pattern from two: it holds elements, which may share a pattern.
package subject
