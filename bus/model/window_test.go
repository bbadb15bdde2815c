package model

import "time"

// modelWindow is what a subscription, or a group, remembers (D8).
type modelWindow struct {
	max      int
	remember time.Duration
	stands   bool
	seen     []claimed
	known    map[string]int // the number of the latest entry
	last     int
}

type claimed struct {
	claim string
	at    time.Duration
	n     int
}

func (w *modelWindow) take(claim string, now time.Duration) bool {
	if claim == "" {
		return true
	}
	for w.remember > 0 && len(w.seen) > 0 && now-w.seen[0].at >= w.remember {
		w.forget()
	}
	if w.known[claim] != 0 {
		return false
	}
	if len(w.seen) == w.max {
		w.forget()
	}
	w.last++
	w.seen = append(w.seen, claimed{claim, now, w.last})
	w.known[claim] = w.last
	return true
}

func (w *modelWindow) forget() {
	if old := w.seen[0]; w.known[old.claim] == old.n {
		delete(w.known, old.claim)
	}
	w.seen = w.seen[1:]
}
