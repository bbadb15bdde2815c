package bus

// Original is implemented by the data of an event that a host was given by Go and offers again, to a queue group with
// members on both sides: those in Go get the event that was published, with its data by reference (D11). It
// returns nil where there is no such event.
type Original interface{ Original() *Event }

// originalOf returns the event as a subscriber of Go's gets it.
func (s *Subscription) originalOf(e *Event) *Event {
	if s.target == nil {
		return e // it is the host's
	}
	if t, ok := e.Data.(Original); ok {
		if own := t.Original(); own != nil {
			return own
		}
	}
	return e
}
