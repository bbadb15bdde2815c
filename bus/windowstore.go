package bus

import (
	"slices"
	"time"
)

// WindowStore keeps a dedupe window across instances of the program (D8). It belongs to one subscription, or to
// one queue group, and carries the name under which it keeps it. Its methods are called one at a time, during
// deliveries, and neither publish nor wait. What one of them fails or panics with is reported as a *StoreError,
// and the event is handled all the same.
type WindowStore interface {
	// Load returns what is remembered, the oldest first. It is called once, before the first event.
	Load() ([]Remembered, error)
	Add(Remembered) error
	// Remove forgets an id that left the window, or whose event failed for good.
	Remove(id string) error
}

// Remembered is an entry of a WindowStore: the key of an event or the id that it was given. An event without
// either is known by its number, which means nothing to another instance and is not stored.
type Remembered struct {
	ID string
	// At is a date by the bus's WallClock, which may jump between two instances. One in the future counts as the
	// moment of loading, so that it holds an id back no longer than Window.For.
	At time.Time
}

// StoreError is the failure of a WindowStore.
type StoreError struct {
	Op  string // "load", "add" or "remove"
	Err error
}

func (e *StoreError) Error() string { return "bus: dedupe store, " + e.Op + ": " + e.Err.Error() }
func (e *StoreError) Code() string  { return "TB_STORE" }
func (e *StoreError) Unwrap() error { return e.Err }

// persist calls the store, and keeps what goes wrong until the window is unlocked.
func (w *window) persist(op string, call func() error) {
	returned := false
	defer func() {
		if !returned {
			w.failed = append(w.failed, &StoreError{op, newPanicError(recover())})
		}
	}()
	if err := call(); err != nil {
		w.failed = append(w.failed, &StoreError{op, err})
	}
	returned = true
}

// load fills the window from its store. The caller holds the lock.
func (w *window) load(now int64) {
	w.loaded = true
	var stored []Remembered
	w.persist("load", func() (err error) {
		stored, err = w.Store.Load()
		return err
	})
	wall := w.wall()
	// By age, since the window forgets from its oldest end, and a wall clock that jumped mixes up the dates.
	slices.SortStableFunc(stored, func(a, b Remembered) int { return a.At.Compare(b.At) })
	for _, r := range stored {
		age := max(0, wall.Sub(r.At))
		if r.ID == "" || w.For > 0 && age >= w.For {
			w.erase(r.ID)
		} else if c := (claim{text: r.ID}); !w.known(c) {
			w.remember(c, now-int64(age))
		}
	}
}

func (w *window) erase(id string) {
	if w.Store != nil {
		w.persist("remove", func() error { return w.Store.Remove(id) })
	}
}

// unlock tells of the store's failures, which handlers may answer with events for the same window.
func (w *window) unlock() {
	failed := w.failed
	w.failed = nil
	w.mu.Unlock()
	for _, err := range failed {
		w.report(err)
	}
}
