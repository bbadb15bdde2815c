package model

import "pgregory.net/rapid"

// The vocabulary is small so that what is published meets what is subscribed.
var (
	topics   = []string{"a", "a.b", "b", "a.b.a"}
	patterns = append([]string{">", "*", "a.*", "*.a", "a.>", "*.*", "a.*.a", "*.b.>", "$bus.error", "$bus.>", "$sys.*", "$sys.>"}, topics...)
	wrong    = []string{"", "a..b", ".a", "a.", "a b", "a.>.b", "a*"}
	owned    = []string{"$sys.a", "$sys.b"}
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

func drawConfig(t *rapid.T) config {
	return config{depth: 3 + below(t, 5), listens: one(t, false, true), shouts: seldom(t, 6), plain: one(t, true, false)}
}

func drawTopic(t *rapid.T) string {
	if seldom(t, 30) {
		return one(t, append([]string{"a.*", "$sys.a"}, wrong...)...)
	}
	return one(t, topics...)
}

func drawPost(t *rapid.T) post {
	return post{
		topic: drawTopic(t),
		typed: seldom(t, 3),
		text:  seldom(t, 12),
		named: seldom(t, 4),
		from:  one(t, own, own, own, own, own, own, own, own, own, own, derived, derived, fresh, fresh, kept, kept, kept, ended, none),
		index: below(t, 16),
	}
}

func drawSpec(t *rapid.T, depth int) spec {
	s := spec{shape: one(t, untyped, untyped, untyped, typed, typed, bare)}
	switch {
	case seldom(t, 40):
		s.pattern = one(t, append([]string{"$sys.a"}, wrong...)...)
	case s.shape == untyped:
		s.pattern = one(t, patterns...)
	default:
		s.pattern = one(t, topics...)
	}
	s.sieve = one(t, all, all, all, all, all, all, all, all, all, odd, even, hostile)
	s.life = one(t, unlimited, unlimited, unlimited, unlimited, unlimited, unlimited, unlimited, unlimited, until, until, never)
	s.once = seldom(t, 8)
	s.name = seldom(t, 4)
	s.script = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) turn { return drawTurn(t, depth) }), 0, 3).Draw(t, "script")
	return s
}

func drawTurn(t *rapid.T, depth int) turn {
	out := turn{end: one(t, done, done, done, done, done, done, fails, panics, exits, returns)}
	out.ops = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) op { return drawOp(t, depth-1) }), 0, 3).Draw(t, "ops")
	return out
}

func drawChain(t *rapid.T, depth int) chainSpec {
	turns := rapid.Custom(func(t *rapid.T) chainTurn {
		out := chainTurn{act: one(t, pass, pass, pass, pass, pass, pass, twice, drop, refuse, crash, move, detach)}
		if out.act == move {
			out.topic = drawTopic(t)
		}
		out.ops = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) op { return drawOp(t, depth-1) }), 0, 1).Draw(t, "ops")
		return out
	})
	return chainSpec{reads: one(t, false, true), script: rapid.SliceOfN(turns, 1, 3).Draw(t, "script")}
}

// drawOp draws what a handler does; with depth 0 it makes no subscription, so that scripts end.
func drawOp(t *rapid.T, depth int) op {
	verbs := []verb{publish, publish, publish, publish, publish, publish, publish, publish, end, end, remove, cancel, publishOwn}
	if depth > 0 {
		verbs = append(verbs, subscribe, subscribe, use)
	}
	if seldom(t, 60) {
		return op{verb: closeBus}
	}
	return drawVerb(t, one(t, verbs...), depth)
}

func drawVerb(t *rapid.T, v verb, depth int) op {
	o := op{verb: v}
	switch v {
	case publish:
		o.post = drawPost(t)
	case publishOwn:
		o.post.topic = one(t, owned...)
		if seldom(t, 10) {
			o.post.topic = drawTopic(t)
		}
	case subscribe:
		o.spec = drawSpec(t, depth)
	case use:
		o.chain = drawChain(t, depth)
	case end, remove:
		o.index = below(t, 16)
		o.how = one(t, false, true)
	}
	return o
}

// drawStep draws what is done from outside.
func drawStep(t *rapid.T) op {
	if seldom(t, 100) {
		return op{verb: closeBus}
	}
	verbs := []verb{publish, publish, publish, publish, publish, publish, subscribe, subscribe, subscribe, subscribe, end, use, remove, publishOwn}
	return drawVerb(t, one(t, verbs...), 3)
}
