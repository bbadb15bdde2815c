package subject

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMatch(t *testing.T) {
	for _, row := range []struct {
		pattern, topic string
		want           bool
	}{
		{"a", "a", true},
		{"a", "b", false},
		{"a", "a.b", false},
		{"a.b", "a", false},
		{"ab", "a", false},
		{"a", "ab", false},
		{"*", "a", true},
		{"*", "a.b", false},
		{"a.*", "a.b", true},
		{"a.*", "a", false},
		{"a.*", "a.b.c", false},
		{"*.b", "a.b", true},
		{"*.b", "a.c", false},
		{"a.*.c", "a.b.c", true},
		{"a.*.c", "a.b.d", false},
		{"a.>", "a", false},
		{"a.>", "a.b", true},
		{"a.>", "a.b.c.d", true},
		{"a.>", "b.c", false},
		{">", "a", true},
		{">", "a.b", true},
		{"*.>", "a", false},
		{"*.>", "a.b.c", true},
		{"*.*", "a.b", true},
		{">", "$bus.error", false},
		{"*.error", "$bus.error", false},
		{"*.>", "$bus.error", false},
		{"$bus.error", "$bus.error", true},
		{"$bus.*", "$bus.error", true},
		{"$bus.>", "$bus.dead.a", true},
		{"a.>", "a.$b", true},
		{"a.*", "a.$b", true},
		{"__proto__", "__proto__", true},
	} {
		t.Run(row.pattern+" "+row.topic, func(t *testing.T) {
			assert.Equal(t, row.want, Match(row.pattern, row.topic))
			assert.Equal(t, row.want, naiveMatch(row.pattern, row.topic), "the oracle itself")
		})
	}
}

// naiveMatch is the specification, as slow as it is plain.
func naiveMatch(pattern, topic string) bool {
	p, t := strings.Split(pattern, "."), strings.Split(topic, ".")
	if strings.HasPrefix(topic, "$") && (p[0] == "*" || p[0] == ">") {
		return false
	}
	for i, tok := range p {
		if tok == ">" {
			return len(t) > i
		}
		if i >= len(t) || tok != "*" && tok != t[i] {
			return false
		}
	}
	return len(p) == len(t)
}

func FuzzMatch(f *testing.F) {
	f.Add("a.*.>", "a.b.c")
	f.Add(">", "$a")
	f.Add("a", "a.b")
	f.Add("*.a", "a.a.a")
	f.Fuzz(func(t *testing.T, pattern, topic string) {
		got := Match(pattern, topic) // must not panic, whatever the input
		if CheckPattern(pattern) == nil && Check(topic) == nil && got != naiveMatch(pattern, topic) {
			t.Fatalf("Match(%q, %q) = %v", pattern, topic, got)
		}
	})
}

// TestMatchRandom covers what mutation of bytes seldom reaches: valid patterns near valid topics.
func TestMatchRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 200_000 {
		pattern, topic := randomPattern(r), randomTopic(r)
		require.Equal(t, naiveMatch(pattern, topic), Match(pattern, topic), "%s against %s", pattern, topic)
	}
}

var vocabulary = []string{"a", "b", "c", "ab", "$x", "é", "__proto__"}

func randomTopic(r *rand.Rand) string {
	toks := make([]string, 1+r.IntN(4))
	for i := range toks {
		toks[i] = vocabulary[r.IntN(len(vocabulary))]
	}
	return strings.Join(toks, ".")
}

func randomPattern(r *rand.Rand) string {
	toks := strings.Split(randomTopic(r), ".")
	for i := range toks {
		if r.IntN(3) == 0 {
			toks[i] = "*"
		}
	}
	if r.IntN(3) == 0 {
		toks[len(toks)-1] = ">"
	}
	return strings.Join(toks, ".")
}
