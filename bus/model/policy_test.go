package model

import (
	"fmt"

	"pgregory.net/rapid"
)

// policy is what a managed subscription asks of the bus beyond plain delivery. Its handler has no script: what
// becomes of an attempt follows from the event and the attempt alone, and so from no order of goroutines.
type policy struct {
	attempts int  // 0: no Retry
	initial  int  // pause in milliseconds
	keyed    bool // order kept for each key
	max      int  // of the dedupe window, 0: no Dedupe
	remember int  // its milliseconds, 0: no limit
	stands   bool // it has a key of its own
	group    string
	lanes    int // Concurrency, 0: on the publisher's goroutine
	limit    int // of the queue, 0: the default
	overflow overflow
	coalesce bool
	timeout  int // milliseconds
	ends     []outcome
}

type overflow int

const (
	refuses overflow = iota
	dropsNewest
	dropsOldest
	keepsLatest
)

func (p *policy) String() string {
	s := ""
	if p.attempts > 0 {
		s += fmt.Sprintf(" retry(%d, %dms%s)", p.attempts, p.initial, words(p.keyed, ", keyed"))
	}
	if p.max > 0 {
		s += fmt.Sprintf(" dedupe(%d, %dms%s)", p.max, p.remember, words(p.stands, ", key"))
	}
	if p.group != "" {
		s += " group " + p.group
	}
	if p.lanes > 0 {
		s += fmt.Sprintf(" lanes %d", p.lanes)
	}
	if p.limit > 0 {
		s += fmt.Sprintf(" overflow(%d, %s)", p.limit, []string{"error", "newest", "oldest", "latest"}[p.overflow])
	}
	if p.timeout > 0 {
		s += fmt.Sprintf(" timeout %dms", p.timeout)
	}
	s += words(p.coalesce, " coalesce") + " ends"
	for _, e := range p.ends {
		s += " " + e.String()
	}
	return s
}

// end is what becomes of an attempt at an event.
func (p *policy) end(event, try int) outcome {
	if len(p.ends) == 0 {
		return done
	}
	return p.ends[(event+3*try)%len(p.ends)]
}

// The keys that the functions of a policy give: "" for every fourth event.

func orderKey(n int) string { return keyOf("order", n, 2) }
func standsFor(n int) string {
	if n%4 == 0 {
		return ""
	}
	return keyOf("event", n, 5)
}
func mergeKey(n int) string {
	if n%4 == 3 {
		return ""
	}
	return keyOf("merge", n, 2)
}

func keyOf(what string, n, of int) string { return fmt.Sprintf("%s%d", what, n%of) }

// drawPolicy draws a policy that neither leaves something to chance nor needs more than one goroutine at a time to
// be seen through: members of groups have lanes, which a call leaves only when the program says so, and what drops by
// age has no keys, since among those of one moment none is the oldest.
func drawPolicy(t *rapid.T, s *spec) *policy {
	p := &policy{ends: rapid.SliceOfN(rapid.Custom(func(t *rapid.T) outcome {
		return one(t, done, done, fails, fails, fails, permanent, panics, exits)
	}), 1, 5).Draw(t, "ends")}
	p.lanes = one(t, 0, 0, 1, 1, 2)
	if p.lanes > 0 {
		p.group = one(t, "", "", "g", "g", "h")
		p.limit = one(t, 0, 1, 2, 3)
		p.overflow = one(t, refuses, dropsNewest, dropsOldest, keepsLatest)
		p.coalesce = seldom(t, 4)
		p.timeout = one(t, 0, 0, 0, 20)
	}
	if one(t, true, true, false) {
		p.attempts = 1 + below(t, 4)
		p.initial = one(t, 10, 20)
		p.keyed = one(t, false, true)
	}
	if seldom(t, 3) {
		p.max, p.remember, p.stands = 1+below(t, 4), one(t, 0, 30, 60), one(t, false, true)
	}
	if p.limit > 0 && p.overflow >= dropsOldest {
		p.keyed = false
	}
	if p.group != "" {
		s.once = false
	}
	return p
}
