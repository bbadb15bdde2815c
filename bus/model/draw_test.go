package model

import "pgregory.net/rapid"

// The vocabulary is small so that what is published meets what is subscribed.
var (
	topics   = []string{"a", "b", "a.a", "a.b", "b.a", "a.b.a"}
	patterns = append([]string{">", "*", "a.*", "*.a", "a.>", "*.*", "a.*.a", "*.b.>", "$bus.error", "$bus.>", "$sys.*", "$sys.>"}, topics...)
	wrong    = []string{"", "a..b", ".a", "a.", "a b", "a.>.b", "a*"}
	owned    = []string{"$sys.a", "$sys.b"}
)

// seldom is true once in n; the simplest value is false.
func seldom(t *rapid.T, n int, label string) bool {
	return rapid.IntRange(0, n-1).Draw(t, label) == n-1
}

func drawTopic(t *rapid.T) string {
	if seldom(t, 30, "wrong") {
		return rapid.SampledFrom(append([]string{"a.*", "$sys.a"}, wrong...)).Draw(t, "topic")
	}
	return rapid.SampledFrom(topics).Draw(t, "topic")
}

func drawPost(t *rapid.T) post {
	return post{
		topic: drawTopic(t),
		typed: seldom(t, 3, "typed"),
		text:  seldom(t, 12, "text"),
		named: seldom(t, 4, "named"),
		from:  rapid.SampledFrom([]origin{own, own, own, own, own, own, derived, fresh, kept, kept, ended, none}).Draw(t, "from"),
		index: rapid.IntRange(0, 15).Draw(t, "kept"),
	}
}

func drawSpec(t *rapid.T, depth int) spec {
	s := spec{shape: rapid.SampledFrom([]shape{untyped, untyped, untyped, typed, typed, bare}).Draw(t, "shape")}
	switch {
	case seldom(t, 40, "wrong"):
		s.pattern = rapid.SampledFrom(append([]string{"$sys.a"}, wrong...)).Draw(t, "pattern")
	case s.shape == untyped:
		s.pattern = rapid.SampledFrom(patterns).Draw(t, "pattern")
	default:
		s.pattern = rapid.SampledFrom(topics).Draw(t, "pattern")
	}
	s.sieve = rapid.SampledFrom([]sieve{all, all, all, all, all, all, odd, even, hostile}).Draw(t, "sieve")
	s.life = rapid.SampledFrom([]life{unlimited, unlimited, unlimited, unlimited, unlimited, until, never}).Draw(t, "life")
	s.once = seldom(t, 5, "once")
	s.name = seldom(t, 3, "named")
	s.script = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) turn { return drawTurn(t, depth) }), 0, 3).Draw(t, "script")
	return s
}

func drawTurn(t *rapid.T, depth int) turn {
	out := turn{end: rapid.SampledFrom([]outcome{done, done, done, done, done, fails, panics, exits, returns}).Draw(t, "end")}
	out.ops = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) op { return drawOp(t, depth-1) }), 0, 3).Draw(t, "ops")
	return out
}

func drawChain(t *rapid.T, depth int) chainSpec {
	turns := rapid.Custom(func(t *rapid.T) chainTurn {
		out := chainTurn{act: rapid.SampledFrom([]act{pass, pass, pass, twice, drop, refuse, crash, move, detach}).Draw(t, "act")}
		if out.act == move {
			out.topic = drawTopic(t)
		}
		out.ops = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) op { return drawOp(t, depth-1) }), 0, 1).Draw(t, "ops")
		return out
	})
	return chainSpec{reads: rapid.Bool().Draw(t, "reads"), script: rapid.SliceOfN(turns, 1, 3).Draw(t, "script")}
}

// drawOp draws what a handler does; with depth 0 it makes no subscription, so that scripts end.
func drawOp(t *rapid.T, depth int) op {
	verbs := []verb{publish, publish, publish, publish, publish, publish, end, end, remove, cancel, publishOwn}
	if depth > 0 {
		verbs = append(verbs, subscribe, subscribe, use)
	}
	if seldom(t, 60, "close") {
		return op{verb: closeBus}
	}
	return drawVerb(t, rapid.SampledFrom(verbs).Draw(t, "verb"), depth)
}

func drawVerb(t *rapid.T, v verb, depth int) op {
	o := op{verb: v}
	switch v {
	case publish:
		o.post = drawPost(t)
	case publishOwn:
		o.post.topic = rapid.SampledFrom(owned).Draw(t, "topic")
		if seldom(t, 10, "wrong") {
			o.post.topic = drawTopic(t)
		}
	case subscribe:
		o.spec = drawSpec(t, depth)
	case use:
		o.chain = drawChain(t, depth)
	case end, remove:
		o.index = rapid.IntRange(0, 15).Draw(t, "index")
		o.how = rapid.Bool().Draw(t, "how")
	}
	return o
}

// drawStep draws what is done from outside.
func drawStep(t *rapid.T) op {
	if seldom(t, 100, "close") {
		return op{verb: closeBus}
	}
	verbs := []verb{publish, publish, publish, publish, publish, subscribe, subscribe, subscribe, end, use, remove, publishOwn}
	return drawVerb(t, rapid.SampledFrom(verbs).Draw(t, "verb"), 3)
}
