package bus

import "time"

// Keep bounds what a topic keeps of its events. A bound of zero is none, but one there must be. What goes beyond
// a bound goes at once, the oldest first; what has grown too old when the topic is next used.
type Keep struct {
	// Count is how many events are kept at most.
	Count int
	// Age is how long they are kept at most, by the bus's clock.
	Age time.Duration
	// Bytes is how much memory they may take, as estimated: 200 for the event, and for its data the length of
	// strings and bytes, also within maps and slices of any, 16 for each other value, or what its method
	// Size() int says. What is in the data several times, or within itself, counts once, and of more than 100,000
	// values the others count as 16. The last event is kept whatever its size.
	Bytes int
}

// Sizer is implemented by data that knows how much memory it takes, in bytes (see Keep).
type Sizer interface{ Size() int }

// Retain has the topic keep its last event, which Last and Topic.Value return and Replay begins with. A topic that
// has a History retains by that.
func Retain() TopicOption {
	return func(d *declaration) error {
		if d.history == nil {
			d.history, d.last = &Keep{Count: 1}, true
		}
		return nil
	}
}

// History has the topic keep events for Replay. Of a topic that has kept some already the bounds change.
func History(k Keep) TopicOption {
	return func(d *declaration) error {
		switch {
		case k.Count < 0 || k.Age < 0 || k.Bytes < 0:
			return &OptionError{"History", "its bounds must not be below 0"}
		case k == Keep{}:
			return &OptionError{"History", "needs a bound: Count, Age or Bytes"}
		}
		if err := checkNumber("History", k.Count, 0, maxCount); err != nil {
			return err
		}
		d.history, d.last = &k, false
		return checkNumber("History", k.Bytes, 0, maxBytes)
	}
}
