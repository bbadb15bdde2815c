package bus

import (
	"slices"
	"time"
)

// WindowStore has a dedupe window outlive the program (D8). It belongs to one subscription, or to one queue group,
// whose members share the window and store of the first of them, and knows the name under which it keeps it.
//
// An id is added when its event has been handled and not before, so that a program that ends in the middle of a
// handler handles the event again. One that ends in between, before the store has it, does so too.
//
// Its methods are called one at a time, under no lock of the bus, and do not wait for one another. The first thing
// that goes wrong in one of them (an error, a panic, the end of the goroutine) is reported as a *StoreError; the
// store is asked again the next time, and events are handled all the same.
type WindowStore interface {
	// Load returns what is remembered, in any order. It is called once, by Subscribe.
	Load() ([]Remembered, error)
	// Add remembers an id that the store may know already, with another date then.
	Add(Remembered) error
	// Remove forgets an id. Those that leave the window by time or number are removed before the next one is added.
	Remove(id string) error
}

// Remembered is an entry of a WindowStore: the key of an event, or the id that it was given. An event without
// either is known by its number, which means nothing to another instance and is not stored.
type Remembered struct {
	ID string
	// At is when the event came, by the bus's WallClock, which may jump between two instances. One in the future
	// counts as the moment of loading, and is stored as that, so that it holds its id back no longer than
	// Window.For; one longer ago than that is removed, and does not come back when the clock does.
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

// dedupeStore is what is in the store of a window; guarded by the window's lock. The store is the user's and may call the
// bus: what it has to do is noted under the lock and done without, by one goroutine at a time.
type dedupeStore struct {
	store  WindowStore
	wall   func() time.Time
	report func(error)
	ids    map[string]struct{} // in the store, as far as it did what it was told
	gone   []string            // to be removed from it, not before the next one is added
	todo   []storeCall
	busy   bool
	failed *StoreError // the first failure
	told   bool        // of that
}

// storeCall is one call of a store.
type storeCall struct {
	op   string
	call func() error
}

// open fills a window that nobody has yet from its store.
func (w *dedupeWindow) open(sub *Subscription) {
	b := sub.bus
	s := &dedupeStore{
		store: w.Store, wall: b.clock.Wall, ids: map[string]struct{}{},
		report: func(err error) { b.report(nil, b.newFailure(sub, nil, err)) },
	}
	w.stored = s
	var all []Remembered
	s.todo = append(s.todo, storeCall{"load", func() (err error) {
		all, err = s.store.Load()
		return err
	}})
	defer func() { w.fill(all) }() // whatever the store does
	w.work()
}

func (w *dedupeWindow) fill(all []Remembered) {
	// By age, since the window forgets from its oldest end.
	slices.SortStableFunc(all, func(a, b Remembered) int { return a.At.Compare(b.At) })
	s := w.stored
	now, wall := w.now(), s.wall()
	w.mu.Lock()
	defer w.unlock()
	for _, r := range all {
		age := wall.Sub(r.At)
		c := claim{text: r.ID}
		if w.known(c) {
			continue
		}
		s.ids[r.ID] = struct{}{}
		if c == (claim{}) || w.For > 0 && age >= w.For {
			s.erase(r.ID)
			continue
		}
		if age < 0 {
			age = 0
			s.add(Remembered{r.ID, wall})
		}
		w.remember(c, now-int64(age))
	}
	s.sweep()
}

// persist has the store remember a claim whose event has been handled, unless the window has forgotten it meanwhile.
func (w *dedupeWindow) persist(c claim) {
	s := w.stored
	now, wall := w.now(), s.wall()
	w.mu.Lock()
	defer w.unlock()
	s.sweep()
	position, known := w.texts[c.text]
	if _, there := s.ids[c.text]; there || !known {
		return
	}
	s.ids[c.text] = struct{}{}
	s.add(Remembered{c.text, wall.Add(-time.Duration(now - w.ring[w.place(position)].at))})
}

func (s *dedupeStore) add(r Remembered) {
	s.todo = append(s.todo, storeCall{"add", func() error { return s.store.Add(r) }})
}

// erase has an id that is in the store removed from it, but not here and now: the event that is on its way must
// not be lost where the store ends the goroutine.
func (s *dedupeStore) erase(id string) {
	if s == nil {
		return
	}
	if _, there := s.ids[id]; there {
		delete(s.ids, id)
		s.gone = append(s.gone, id)
	}
}

// sweep removes what is gone from the store.
func (s *dedupeStore) sweep() {
	for _, id := range s.gone {
		s.todo = append(s.todo, storeCall{"remove", func() error { return s.store.Remove(id) }})
	}
	s.gone = nil
}

// unlock gives the lock up and has the store do what there is to do.
func (w *dedupeWindow) unlock() {
	w.mu.Unlock()
	w.work()
}

// work calls the store, unless somebody does already, who goes on until nothing is left. It reports the first failure,
// once: handlers of it may publish for the same window.
func (w *dedupeWindow) work() {
	s := w.stored
	for {
		w.mu.Lock()
		if s.busy || len(s.todo) == 0 {
			break
		}
		next := s.todo[0]
		s.todo, s.busy = s.todo[1:], true
		w.mu.Unlock()
		w.call(next)
	}
	failed, news := s.failed, s.failed != nil && !s.told
	s.told = s.told || news
	w.mu.Unlock()
	if news {
		s.report(failed)
	}
}

// call makes one call of the store and notes what goes wrong. If it ends the goroutine the rest is done from here.
func (w *dedupeWindow) call(next storeCall) {
	s := w.stored
	var err error
	returned, exits := false, false
	defer func() {
		if !returned {
			v := recover()
			exits = v == nil
			err = newPanicError(v)
		}
		w.mu.Lock()
		s.busy = false
		if err != nil && s.failed == nil {
			s.failed = &StoreError{next.op, err}
		}
		w.mu.Unlock()
		if exits {
			w.work()
		}
	}()
	err = next.call()
	returned = true
}
