package model

import "pgregory.net/rapid"

// The vocabulary is small so that what is published meets what is subscribed.
var (
	topics    = []string{"a", "a.b", "b", "a.b.a"}
	wildcards = []string{">", "*", "a.*", "a.>", "*.*", "a.*.a", "*.b.>", "$bus.error", "$bus.>", "$sys.*", "$sys.>"}
	patterns  = append(wildcards, topics...)
	wrong     = []string{"", "a..b", ".a", "a.", "a b", "a.>.b", "a*"}
	reports   = []string{"$bus.error", "$bus.dead.a"}
	owned     = []string{"$sys.a", "$sys.b"}
)

// below draws a number below n with the same chance for each, where generators of rapid prefer small ones. It
// shrinks to 0 all the same.
func below(t *rapid.T, n int) int {
	sum := 0
	for range 7 {
		sum *= 2
		if rapid.Bool().Draw(t, "bit") {
			sum++
		}
	}
	return sum * n / 128
}

// seldom is true once in n.
func seldom(t *rapid.T, n int) bool { return below(t, n) == n-1 }

// one draws one of a list whose first is the simplest.
func one[T any](t *rapid.T, list ...T) T { return list[below(t, len(list))] }

// config is what a bus is made with, and what the programs for it are made of. Each leaves much out, so that the
// rest meets more often.
type config struct {
	depth    int
	listens  bool // has an OnError
	shouts   bool // which panics
	topics   []string
	patterns []string
	shapes   []shape
	ends     []outcome
	options  bool // subscriptions have some
	use      bool // there are interceptors
	closes   bool
	letters  int  // how many dead ones are kept
	watched  bool // somebody observes
	managed  bool // subscriptions have policies, and the bus a clock that the program advances
}

func drawConfig(t *rapid.T) config {
	return config{
		depth: 3 + below(t, 5), listens: one(t, false, true), shouts: seldom(t, 6),
		topics:   topics[:1+below(t, len(topics))],
		patterns: one(t, patterns, wildcards, topics),
		shapes:   one(t, []shape{untyped}, []shape{untyped, untyped, typed, bare}, []shape{typed}, []shape{bare}, []shape{typed, typed, bare}),
		ends:     one(t, []outcome{done}, []outcome{done, done, done, done, done, fails, panics, exits, returns}),
		options:  one(t, false, true), use: one(t, false, true), closes: seldom(t, 4), watched: one(t, false, true),
	}
}

// drawManaged draws a config for programs with policies.
func drawManaged(t *rapid.T) config {
	c := drawConfig(t)
	c.managed, c.use, c.letters = true, false, one(t, 1000, 5, 2)
	// No ">", which would hear of each handler's goroutine.
	c.patterns = append([]string{"*", "a.*", "*.*", "$bus.error", "$bus.dead.>", "$bus.dead.a", "$bus.dead.*"}, topics...)
	return c
}

func (c config) drawTopic(t *rapid.T) string {
	if seldom(t, 40) {
		return one(t, append([]string{"a.*", "$sys.a"}, wrong...)...)
	}
	return one(t, c.topics...)
}

func (c config) drawPost(t *rapid.T) post {
	return post{
		topic: c.drawTopic(t),
		typed: one(t, false, true),
		text:  !c.managed && seldom(t, 12),
		named: seldom(t, 4),
		from:  one(t, own, own, own, own, own, own, own, own, own, own, derived, derived, fresh, fresh, kept, kept, kept, ended, none),
		index: below(t, 16),
	}
}

func (c config) drawSpec(t *rapid.T, depth int) spec {
	s := spec{shape: one(t, c.shapes...)}
	switch {
	case seldom(t, 40):
		s.pattern = one(t, append([]string{"$sys.a"}, wrong...)...)
	case s.shape == untyped:
		s.pattern = one(t, c.patterns...)
	default:
		s.pattern = one(t, c.topics...)
	}
	if c.options {
		s.sieve = one(t, all, all, all, all, all, all, odd, even, hostile)
		s.life = one(t, unlimited, unlimited, unlimited, unlimited, unlimited, until, until, never)
		s.once = seldom(t, 6)
		s.name = seldom(t, 4)
	}
	if c.managed && s.pattern != "" && s.pattern[0] != '$' && one(t, true, true, false) {
		s.policy = drawPolicy(t, &s)
		return s
	}
	s.script = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) turn { return c.drawTurn(t, depth) }), 0, 3).Draw(t, "script")
	return s
}

func (c config) drawTurn(t *rapid.T, depth int) turn {
	out := turn{end: one(t, c.ends...)}
	out.ops = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) op { return c.drawOp(t, depth-1) }), 0, 3).Draw(t, "ops")
	return out
}

func (c config) drawChain(t *rapid.T, depth int) chainSpec {
	turns := rapid.Custom(func(t *rapid.T) chainTurn {
		out := chainTurn{act: one(t, pass, pass, pass, pass, pass, pass, twice, drop, refuse, crash, move, detach)}
		if out.act == move {
			out.topic = c.drawTopic(t)
		}
		out.ops = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) op { return c.drawOp(t, depth-1) }), 0, 1).Draw(t, "ops")
		return out
	})
	return chainSpec{reads: one(t, false, true), script: rapid.SliceOfN(turns, 1, 3).Draw(t, "script")}
}

// drawOp draws what a handler does; with depth 0 it makes no subscription, so that scripts end.
func (c config) drawOp(t *rapid.T, depth int) op {
	verbs := []verb{publish, publish, publish, publish, publish, publish, publish, publish, end, end, end, end, remove, cancel, publishOwn}
	if depth > 0 {
		verbs = append(verbs, subscribe, subscribe, subscribe)
	}
	if depth > 0 && c.use {
		verbs = append(verbs, use)
	}
	if c.closes && seldom(t, 60) {
		return op{verb: closeBus}
	}
	return c.drawVerb(t, one(t, verbs...), depth)
}

func (c config) drawVerb(t *rapid.T, v verb, depth int) op {
	o := op{verb: v}
	switch v {
	case publish:
		o.post = c.drawPost(t)
	case publishOwn:
		o.post.topic = one(t, owned...)
		if seldom(t, 10) {
			o.post.topic = c.drawTopic(t)
		}
	case subscribe:
		o.spec = c.drawSpec(t, depth)
	case use:
		o.chain = c.drawChain(t, depth)
	case end, remove:
		o.index = below(t, 16)
		o.how = one(t, false, true)
	case advance:
		o.amount = one(t, 0, 5, 10, 20, 40, 80)
	case release, discard, redrive:
		o.index = below(t, 16)
		if v == redrive {
			o.to = one(t, "", "", "", "a", "b")
		}
	}
	return o
}

// drawStep draws what is done from outside.
func (c config) drawStep(t *rapid.T) op {
	if c.closes && seldom(t, 60) {
		return op{verb: closeBus}
	}
	verbs := []verb{publish, publish, publish, publish, publish, publish, subscribe, subscribe, subscribe, subscribe, end, publishOwn}
	if c.use {
		verbs = append(verbs, use, remove)
	}
	if c.managed {
		verbs = append(verbs, advance, advance, advance, release, release, release, redrive, discard)
	}
	return c.drawVerb(t, one(t, verbs...), 3)
}
