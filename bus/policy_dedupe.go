package bus

import (
	"strconv"
	"strings"
	"sync"
	"time"
)

// Window says how long Dedupe remembers an event: the last Max events, and none for longer than For.
type Window struct {
	// For is how long; 0 is as long as Max lets it.
	For time.Duration
	// Max is how many are remembered, 10,000 if 0. Each takes about 100 bytes and what its id takes.
	Max int
	// Key names what an event stands for; its ID if nil. Events for which it returns "" are all handled.
	Key func(*Event) string
	// Store has the window outlive the program; nil for none.
	Store WindowStore
}

// DefaultWindow is Window.Max where none is given.
const DefaultWindow = 10_000

// dedupeWindow remembers which events a subscription has begun to handle (D8): a ring in the order of arrival,
// and indexes into it. An event that has no id of its own is known by its number, which costs no text.
type dedupeWindow struct {
	Window
	clock  Clock
	mu     sync.Mutex
	ring   []dedupeEntry
	next   uint64 // position of the next entry; the ring holds the last len(ring) of them
	first  uint64 // position of the oldest entry
	texts  map[string]uint64
	seqs   seqIndex
	stored *dedupeStore // nil without Store
}

type dedupeEntry struct {
	claim
	at int64 // nanoseconds of the clock; 0 without For
}

// claim is a place in a window; the zero claim is none.
type claim struct {
	text string
	seq  uint64
}

func newDedupeWindow(w Window, clock Clock) *dedupeWindow {
	if w.Max == 0 {
		w.Max = DefaultWindow
	}
	return &dedupeWindow{Window: w, clock: clock, texts: map[string]uint64{}}
}

// of returns the claim that an event makes.
func (w *dedupeWindow) of(e *Event) claim {
	if w.Key != nil {
		return claim{text: w.Key(e)}
	}
	id := e.given().id
	if id == "" {
		early := e.id.Load() // read, perhaps before the event was numbered
		if early == nil {
			return claim{seq: e.Seq}
		}
		id = *early
	}
	// Another bus's copy of one of this bus's events has its id as a given one.
	if n, ok := strings.CutPrefix(id, e.bus.instance+"-"); ok {
		if seq, err := strconv.ParseUint(n, 10, 64); err == nil && n[0] != '0' {
			return claim{seq: seq}
		}
	}
	return claim{text: id}
}

// take reports whether the claim is new, and remembers it.
func (w *dedupeWindow) take(c claim) bool {
	if c == (claim{}) {
		return true
	}
	now := w.now() // the clock may be the user's: not under the lock
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.For > 0 {
		for w.first < w.next && now-w.ring[w.place(w.first)].at >= int64(w.For) {
			w.drop()
		}
	}
	if w.known(c) {
		return false
	}
	w.remember(c, now)
	return true
}

// now is the time for entries.
func (w *dedupeWindow) now() int64 {
	if w.For == 0 {
		return 0
	}
	return w.clock.Now().UnixNano()
}

func (w *dedupeWindow) remember(c claim, at int64) {
	if int(w.next-w.first) == w.Max {
		w.drop()
	}
	w.grow()
	place := w.place(w.next)
	if c.text != "" {
		w.texts[c.text] = w.next
	} else {
		w.seqs.put(w.ring, c.seq, place)
	}
	w.ring[place] = dedupeEntry{c, at}
	w.next++
}

// free forgets a claim, so that the event is handled if it comes again. Its entry stays until it is its turn.
func (w *dedupeWindow) free(c claim) {
	if c == (claim{}) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if c.text != "" {
		delete(w.texts, c.text)
		w.stored.erase(c.text)
	} else if len(w.ring) > 0 {
		if slot, ok := w.seqs.find(w.ring, c.seq); ok {
			w.seqs.remove(w.ring, slot)
		}
	}
}

func (w *dedupeWindow) known(c claim) (known bool) {
	if c.text != "" {
		_, known = w.texts[c.text]
	} else if len(w.ring) > 0 {
		_, known = w.seqs.find(w.ring, c.seq)
	}
	return known
}

func (w *dedupeWindow) place(position uint64) int { return int(position % uint64(len(w.ring))) }

// drop forgets the oldest entry, unless it was freed and came again since.
func (w *dedupeWindow) drop() {
	place := w.place(w.first)
	old := &w.ring[place]
	if old.text != "" {
		if w.texts[old.text] == w.first {
			delete(w.texts, old.text)
			w.stored.erase(old.text)
		}
	} else if slot, ok := w.seqs.find(w.ring, old.seq); ok && int(w.seqs.slots[slot]) == place+1 {
		w.seqs.remove(w.ring, slot)
	}
	*old = dedupeEntry{}
	w.first++
}

// grow makes room for one more entry, up to Max.
func (w *dedupeWindow) grow() {
	if int(w.next-w.first) < len(w.ring) {
		return
	}
	before, index := w.ring, w.seqs
	w.ring = make([]dedupeEntry, min(max(16, 2*len(before)), w.Max))
	w.seqs.size(len(w.ring))
	for p := w.first; p < w.next; p++ {
		at := int(p % uint64(len(before)))
		entry, place := before[at], w.place(p)
		if entry.text == "" {
			if slot, ok := index.find(before, entry.seq); ok && int(index.slots[slot]) == at+1 {
				w.seqs.put(w.ring, entry.seq, place)
			}
		}
		w.ring[place] = entry
	}
}
