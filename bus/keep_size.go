package bus

import "unsafe"

const (
	sizeOfEvent = 200
	sizeOfValue = 16
	// sizeLooked is how many values of one event's data are looked at; others count as numbers do.
	sizeLooked = 100_000
	// sizeMax is the most that a Sizer is believed.
	sizeMax = 1<<31 - 1
)

// contents says which map or slice a value is, so that what is there several times, or within itself, counts once.
type contents struct {
	at     unsafe.Pointer
	length int
}

// sizeOf estimates what data takes in memory, as Keep says. It goes by a list instead of by recursion: data may be
// deeper than a page's stack.
func sizeOf(data any) int {
	switch v := data.(type) {
	case string:
		return sizeOfValue + len(v)
	case []byte:
		return sizeOfValue + len(v)
	}
	size, found, seen, looked := 0, []any{data}, map[contents]bool(nil), 0
	find := func(member any) {
		if looked++; looked < sizeLooked {
			found = append(found, member)
		} else {
			size += sizeOfValue
		}
	}
	again := func(c contents) bool {
		known := seen[c]
		if seen == nil {
			seen = make(map[contents]bool)
		}
		seen[c] = true
		return known
	}
	for len(found) > 0 {
		value := found[len(found)-1]
		found = found[:len(found)-1]
		if s, ok := value.(Sizer); ok {
			size += said(s)
			continue
		}
		size += sizeOfValue
		switch v := value.(type) {
		case string:
			size += len(v)
		case []byte:
			size += len(v)
		case []any:
			if !again(contents{unsafe.Pointer(unsafe.SliceData(v)), len(v)}) {
				for _, member := range v {
					find(member)
				}
			}
		case map[string]any:
			// A map is a pointer.
			if !again(contents{*(*unsafe.Pointer)(unsafe.Pointer(&v)), -1}) {
				left := len(v)
				for key, member := range v {
					if looked >= sizeLooked {
						size += left * sizeOfValue
						break
					}
					left--
					size += sizeOfValue + len(key)
					find(member)
				}
			}
		}
	}
	return size
}

// said is what data says of its size; data that panics or makes no sense is one value.
func said(s Sizer) (size int) {
	size = sizeOfValue
	defer func() { _ = recover() }()
	if n := s.Size(); n >= 0 {
		size = min(n, sizeMax)
	}
	return size
}
