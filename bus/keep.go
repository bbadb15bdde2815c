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
	// Size() int says. The last event is kept whatever its size.
	Bytes int
}

// Sizer is implemented by data that knows how much memory it takes, in bytes (see Keep).
type Sizer interface{ Size() int }

// Retain has the topic keep its last event, which Last and Topic.Value return and Replay begins with. A topic that
// has a History retains by that.
func Retain() TopicOption {
	return func(d *declaration) error {
		if d.keep == nil {
			d.keep = &Keep{Count: 1}
		}
		return nil
	}
}

// History has the topic keep events for Replay. Of a topic that has kept some already the bounds change.
func History(k Keep) TopicOption {
	return func(d *declaration) error {
		switch {
		case k.Count < 0 || k.Age < 0 || k.Bytes < 0:
			return &OptionError{"History", "negative bound"}
		case k == Keep{}:
			return &OptionError{"History", "no bound"}
		}
		if err := checkNumber("History", k.Count, 0, maxCount); err != nil {
			return err
		}
		d.keep = &k
		return checkNumber("History", k.Bytes, 0, maxBytes)
	}
}

const (
	sizeOfEvent = 200
	sizeOfValue = 16
	sizeDepth   = 32 // of nested data; what is deeper counts as one value
)

func sizeOf(data any, depth int) int {
	switch v := data.(type) {
	case Sizer:
		return v.Size()
	case string:
		return sizeOfValue + len(v)
	case []byte:
		return sizeOfValue + len(v)
	case []any:
		size := sizeOfValue
		for i := 0; depth > 0 && i < len(v); i++ {
			size += sizeOf(v[i], depth-1)
		}
		return size
	case map[string]any:
		size := sizeOfValue
		if depth > 0 {
			for key, value := range v {
				size += sizeOfValue + len(key) + sizeOf(value, depth-1)
			}
		}
		return size
	}
	return sizeOfValue
}
