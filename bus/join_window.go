package bus

import (
	"strings"
	"sync"
	"sync/atomic"
)

// The ids that are known of events which came by joints, or might come back by one. The oldest go first.
const (
	maxWindow      = 16_384
	maxWindowBytes = 4 << 20
)

// arrival is one event on its way in by a joint, and what is known of it afterwards. It does not hold the event.
type arrival struct {
	_     [0]func() // not comparable: nothing compares them, and a page would load what does
	joint any       // a *Joint, untyped as in joinHooks; nil for an event of this bus
	name  string    // the joint's
	id    string    // "" for one that was given none, which may come again
	state atomic.Uint32
	place uint64 // in the window's queue; its lock guards it

	stamp      *Stamp // of a retained value; set before it is delivered
	superseded atomic.Bool
}

const (
	arrivalAdmitted = iota
	arrivalRefused  // by its schema
	arrivalDelivered
)

// via is the name of the joint, "" for what came by none.
func (a *arrival) via() string {
	if a == nil {
		return ""
	}
	return a.name
}

// stands reports whether the event came, or may still come, this way.
func (a *arrival) stands() bool {
	j, _ := a.joint.(*Joint)
	return j == nil || a.state.Load() != arrivalAdmitted || !j.closed.Load()
}

// idWindow makes an event once over several joints: whose id is in it does not come in again.
type idWindow struct {
	mu    sync.Mutex
	of    map[string]*arrival
	queue []placed // the oldest first; some of them may have been forgotten
	last  uint64
	bytes int // of the ids in the queue
}

type placed struct {
	*arrival
	place uint64
}

// claim puts an arrival in, or returns the one that its event has had already. instance is the bus's.
func (w *idWindow) claim(a *arrival, instance string) (before *arrival) {
	if a.id == "" {
		return nil
	}
	if isOwnID(instance, a.id) {
		return &arrival{id: a.id}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	before = w.of[a.id]
	if before != nil && before != a && before.stands() {
		return before
	}
	if before != a {
		w.put(a)
	}
	return nil
}

// isOwnID reports whether an id is one that this bus made of a number, which is in no window.
func isOwnID(instance, id string) bool {
	number, own := strings.CutPrefix(id, instance+"-")
	number = strings.TrimPrefix(number, "p") // of an event that JavaScript read the id of before it was numbered
	return own && number != "" && strings.Trim(number, "0123456789") == ""
}

// own notes an id that was given to an event of this bus.
func (w *idWindow) own(e *Event) {
	id := e.given().id
	if made := e.id.Load(); id == "" && made != nil {
		id = *made
	}
	if id == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of[id] == nil {
		w.put(&arrival{id: id})
	}
}

// put is called with the lock.
func (w *idWindow) put(a *arrival) {
	w.last++
	a.place = w.last
	w.of[a.id] = a
	w.queue = append(w.queue, placed{a, a.place})
	for w.bytes += len(a.id); len(w.queue) > maxWindow || w.bytes > maxWindowBytes; {
		oldest := w.queue[0]
		w.queue[0] = placed{}
		w.queue = w.queue[1:]
		w.bytes -= len(oldest.id)
		if w.of[oldest.id] == oldest.arrival && oldest.arrival.place == oldest.place {
			delete(w.of, oldest.id)
		}
	}
}

// release takes an arrival out that did not come in after all.
func (w *idWindow) release(a *arrival) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.of[a.id] == a {
		delete(w.of, a.id)
	}
}

func (w *idWindow) forget(ids []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, id := range ids {
		delete(w.of, id)
	}
}
