package bus

import "strings"

// Stamp orders the values of a retained topic over all buses that are joined: by Lamport time, then by origin, then by
// number. No two values have the same one.
type Stamp struct {
	Time   uint64 // from 1 to 1<<52, greater than that of all stamps that were known where it was made
	Origin string // the bus that made it, which no other one is called
	Number uint64 // the origin's
}

const (
	maxStampTime   = 1 << 52 // so that a bus can count on from any, and JavaScript too
	maxStampNumber = 1<<53 - 1
)

// Compare returns -1, 0 or +1 as s is before, the same as or after o.
func (s Stamp) Compare(o Stamp) int {
	switch {
	case s.Time != o.Time:
		return sign(s.Time < o.Time)
	case s.Origin != o.Origin:
		return strings.Compare(s.Origin, o.Origin)
	case s.Number != o.Number:
		return sign(s.Number < o.Number)
	}
	return 0
}

func sign(less bool) int {
	if less {
		return -1
	}
	return 1
}

func (s Stamp) check() error {
	if s.Time == 0 || s.Time > maxStampTime || s.Number > maxStampNumber {
		return &OptionError{"Stamp", "must have a Time from 1 to 1<<52 and a Number below 1<<53"}
	}
	return checkText("Stamp.Origin", s.Origin)
}
