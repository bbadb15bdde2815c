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
}

// DefaultWindow is Window.Max where none is given.
const DefaultWindow = 10_000

// window remembers which events a subscription has begun to handle (D8): a ring in the order of arrival,
// and an index into it. An event that has no id of its own is known by its number, which costs no text.
type window struct {
	Window
	clock Clock
	mu    sync.Mutex
	ring  []seen
	next  uint64 // position of the next entry; the ring holds the last len(ring) of them
	first uint64 // position of the oldest entry
	texts map[string]uint64
	seqs  map[uint64]uint64
}

type seen struct {
	claim
	at time.Time
}

// claim is a place in a window; the zero claim is none.
type claim struct {
	text string
	seq  uint64
}

func newWindow(w Window, clock Clock) *window {
	if w.Max == 0 {
		w.Max = DefaultWindow
	}
	return &window{Window: w, clock: clock, texts: map[string]uint64{}, seqs: map[uint64]uint64{}}
}

// of returns the claim that an event makes.
func (w *window) of(e *Event) claim {
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
func (w *window) take(c claim) bool {
	if c == (claim{}) {
		return true
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	var now time.Time
	if w.For > 0 {
		now = w.clock.Now()
		for w.first < w.next && now.Sub(w.at(w.first).at) >= w.For {
			w.drop()
		}
	}
	if w.known(c) {
		return false
	}
	if int(w.next-w.first) == w.Max {
		w.drop()
	}
	w.grow()
	*w.at(w.next) = seen{c, now}
	if c.text != "" {
		w.texts[c.text] = w.next
	} else {
		w.seqs[c.seq] = w.next
	}
	w.next++
	return true
}

// free forgets a claim, so that the event is handled if it comes again.
func (w *window) free(c claim) {
	if c == (claim{}) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.texts, c.text)
	delete(w.seqs, c.seq)
}

func (w *window) known(c claim) bool {
	if c.text != "" {
		_, known := w.texts[c.text]
		return known
	}
	_, known := w.seqs[c.seq]
	return known
}

func (w *window) at(position uint64) *seen { return &w.ring[position%uint64(len(w.ring))] }

// drop forgets the oldest entry, unless it was freed and came again since.
func (w *window) drop() {
	old := w.at(w.first)
	if old.text != "" {
		if w.texts[old.text] == w.first {
			delete(w.texts, old.text)
		}
	} else if w.seqs[old.seq] == w.first {
		delete(w.seqs, old.seq)
	}
	*old = seen{}
	w.first++
}

// grow makes room for one more entry, up to Max.
func (w *window) grow() {
	if int(w.next-w.first) < len(w.ring) {
		return
	}
	ring := make([]seen, min(max(16, 2*len(w.ring)), w.Max))
	for p := w.first; p < w.next; p++ {
		ring[p%uint64(len(ring))] = *w.at(p)
	}
	w.ring = ring
}

func (w *window) len() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.texts) + len(w.seqs)
}
