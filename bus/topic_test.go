package bus

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestValidate(t *testing.T) {
	const both, topic, pattern = "both", "topic", "pattern"
	long := strings.Repeat("a", 255)
	deep := strings.Repeat("a.", 31) + "a"
	for _, row := range []struct {
		name, input string
		as          string // which of the two is checked
		reason      string // "" when valid
		pos         int
	}{
		{"one token", "order", both, "", 0},
		{"tokens", "order.eu.placed", both, "", 0},
		{"unicode", "größe.café.日本.🚎", both, "", 0},
		{"255 bytes", long, both, "", 0},
		{"32 tokens", deep, both, "", 0},
		{"reserved is well-formed", "$bus.error", both, "", 0},
		{"dollar inside", "a.$b", both, "", 0},
		{"prototype names", "__proto__.constructor.toString", both, "", 0},
		{"U+FFFD itself", "a.\uFFFD", both, "", 0},
		{"zero-width no-break space is no white space", "a\uFEFFb", both, "", 0},
		{"punctuation", "a-b_c/d:e#f+g", both, "", 0},
		{"empty", "", both, "is empty", 0},
		{"256 bytes", long + "b", both, "is longer than 255 bytes", 255},
		{"33 tokens", deep + ".a", both, "has more than 32 tokens", 63},
		{"leading dot", ".a", both, "has an empty token", 0},
		{"trailing dot", "a.", both, "has an empty token", 2},
		{"double dot", "a..b", both, "has an empty token", 2},
		{"dot", ".", both, "has an empty token", 0},
		{"space", "a b", both, "has white space", 1},
		{"tab", "a.\tb", both, spaceReason, 2},
		{"newline", "a\n", both, spaceReason, 1},
		{"no-break space", "a\u00A0", both, spaceReason, 1},
		{"next line", "a\u0085", both, spaceReason, 1},
		{"ideographic space", "a.\u3000", both, spaceReason, 2},
		{"NUL", "a\x00b", both, spaceReason, 1},
		{"DEL", "a\x7f", both, spaceReason, 1},
		{"C1", "a\u0090", both, spaceReason, 1},
		{"invalid UTF-8", "a.\xff", both, "is not valid UTF-8", 2},
		{"lone surrogate", "ab\xed\xa0\x80", both, "is not valid UTF-8", 2},
		{"cut-off rune", "a\xe6\x97", both, "is not valid UTF-8", 1},
		{"star in a topic", "a.*", topic, "'*' belongs in patterns, not in topics", 2},
		{"rest in a topic", ">", topic, "'>' belongs in patterns, not in topics", 0},
		{"star", "a.*.b", pattern, "", 0},
		{"rest", "a.>", pattern, "", 0},
		{"only star", "*", pattern, "", 0},
		{"only rest", ">", pattern, "", 0},
		{"rest not last", "a.>.b", pattern, "'>' must be the last token", 2},
		{"star after a letter", "ab*", pattern, "'*' must be a token of its own", 2},
		{"star before a letter", "a.*b", pattern, "'*' must be a token of its own", 2},
		{"rest after a letter", "a>", pattern, "'>' must be a token of its own", 1},
		{"two stars", "**", pattern, "'*' must be a token of its own", 0},
		{"several: the first", "a..b \x00*\xff" + long, both, "has an empty token", 2},
		{"several: the first, which is the last of all in a text", "a b..", both, "has white space", 1},
		{"several: a control character before a token too many", "\x7f." + deep, both, spaceReason, 0},
		{"several: what is not UTF-8 before white space", "\xffa\u2003", both, "is not valid UTF-8", 0},
		{"several: a mistake before the text is too long", "a " + long, both, "has white space", 1},
		{"several: a mistake behind the longest text", long + " ", both, "is longer than 255 bytes", 255},
		{"several: too long at a token too many", deep + strings.Repeat("a", 192) + ".a", both, "is longer than 255 bytes", 255},
		{"too long by half a character", long[1:] + "é", both, "is longer than 255 bytes", 254},
		{"too long by the end of a character of four bytes", long[2:] + "😀", both, "is longer than 255 bytes", 253},
		{"too long for a dead letter", DeadTopic + long + ".", topic, "is longer than 265 bytes", 265},
	} {
		t.Run(row.name, func(t *testing.T) {
			check := func(f func(string) error, sentinel error, isPattern bool) {
				err := f(row.input)
				if row.reason == "" {
					require.NoError(t, err)
					return
				}
				var te *TopicError
				require.ErrorAs(t, err, &te)
				assert.Equal(t, TopicError{row.input, row.pos, row.reason, isPattern}, *te)
				assert.ErrorIs(t, err, sentinel)
				assert.Equal(t, "TB_TOPIC", Code(err))
			}
			if row.as != pattern {
				check(ValidateTopic, ErrTopic, false)
			}
			if row.as != topic {
				check(ValidatePattern, ErrPattern, true)
			}
		})
	}
}

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

// naiveValid is the grammar by package unicode and strings.
func naiveValid(s string, pattern bool) bool {
	if len(s) > 255 || !utf8.ValidString(s) {
		return false
	}
	toks := strings.Split(s, ".")
	if len(toks) > 32 {
		return false
	}
	for i, tok := range toks {
		if tok == "" || strings.ContainsFunc(tok, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }) {
			return false
		}
		if strings.ContainsAny(tok, "*>") {
			if !pattern || len(tok) > 1 || tok == ">" && i < len(toks)-1 {
				return false
			}
		}
	}
	return true
}

func FuzzTopic(f *testing.F) {
	for _, s := range []string{"a.b", "", "a..b", "*.>", "a*", "\xed\xa0\x80", "a\u2003", "$bus.error", strings.Repeat("a.", 32)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, pattern := range []bool{false, true} {
			err := ValidateTopic(s)
			if pattern {
				err = ValidatePattern(s)
			}
			if naiveValid(s, pattern) != (err == nil) {
				t.Fatalf("%q as pattern %v: %v", s, pattern, err)
			}
			var te *TopicError
			if err != nil && (!errors.As(err, &te) || te.Pos < 0 || te.Pos > len(s) || te.Error() == "") {
				t.Fatalf("%q: error without a position: %#v", s, err)
			}
		}
	})
}

func FuzzMatch(f *testing.F) {
	f.Add("a.*.>", "a.b.c")
	f.Add(">", "$a")
	f.Add("a", "a.b")
	f.Add("*.a", "a.a.a")
	f.Fuzz(func(t *testing.T, pattern, topic string) {
		got := Match(pattern, topic) // must not panic, whatever the input
		if ValidatePattern(pattern) == nil && ValidateTopic(topic) == nil && got != naiveMatch(pattern, topic) {
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
