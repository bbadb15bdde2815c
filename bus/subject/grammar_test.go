package subject

import (
	"errors"
	"slices"
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
	} {
		t.Run(row.name, func(t *testing.T) {
			check := func(f func(string) error, sentinel error, isPattern bool) {
				err := f(row.input)
				if row.reason == "" {
					require.NoError(t, err)
					return
				}
				var te *Error
				require.ErrorAs(t, err, &te)
				assert.Equal(t, Error{row.input, row.pos, row.reason, isPattern}, *te)
				assert.ErrorIs(t, err, sentinel)
				assert.Equal(t, "TB_TOPIC", te.Code())
				assert.Contains(t, te.Error(), row.reason)
			}
			if row.as != pattern {
				check(Check, ErrTopic, false)
			}
			if row.as != topic {
				check(CheckPattern, ErrPattern, true)
			}
		})
	}
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

// Random texts seldom hit the ends of the ranges of white space and control characters.
func TestEachCharacterOfTheBasicPlane(t *testing.T) {
	for r := rune(0); r <= 0xffff; r++ {
		for _, s := range []string{"a" + string(r), string(r) + ".b"} {
			for _, pattern := range []bool{false, true} {
				if err := check(s, 0, pattern); naiveValid(s, pattern) != (err == nil) {
					t.Fatalf("%q as pattern %v: %v", s, pattern, err)
				}
			}
		}
	}
}

func TestCheckBehindAPrefix(t *testing.T) {
	const prefix = "$sys.dead."
	long, deep := strings.Repeat("a", MaxBytes), strings.Repeat("a.", MaxTokens-1)+"a"
	for topic, want := range map[string]*Error{
		prefix + long:       nil,
		prefix + deep:       nil,
		"a":                 nil,
		"$sys.dead":         nil,
		prefix:              {Pos: 10, Reason: "has an empty token"},
		prefix + "a..b":     {Pos: 12, Reason: "has an empty token"},
		prefix + long + ".": {Pos: 265, Reason: "is longer than 265 bytes"},
		prefix + deep + ".": {Pos: 73, Reason: "has more than 32 tokens"},
		"$sys." + long:      {Pos: 255, Reason: "is longer than 255 bytes"},
		"":                  {Reason: "is empty"},
	} {
		err := CheckBehind(prefix, topic)
		if want == nil {
			require.NoError(t, err, topic)
			continue
		}
		want.Input = topic
		require.Equal(t, want, err, topic)
	}
}

func TestTokens(t *testing.T) {
	require.Equal(t, []string{"a", "*", "é", ">"}, slices.Collect(Tokens("a.*.é.>")))
	for topic, want := range map[string]bool{"": false, "a": false, "$a": true, "a.$b": false} {
		require.Equal(t, want, IsReserved(topic), topic)
	}
	for pattern, want := range map[string]bool{"a": true, "a.b": true, "*": false, "a.>": false, "a.*.b": false} {
		require.Equal(t, want, IsLiteral(pattern), pattern)
	}
}

func FuzzTopic(f *testing.F) {
	for _, s := range []string{"a.b", "", "a..b", "*.>", "a*", "\xed\xa0\x80", "a\u2003", "$bus.error", strings.Repeat("a.", 32)} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, pattern := range []bool{false, true} {
			err := Check(s)
			if pattern {
				err = CheckPattern(s)
			}
			if naiveValid(s, pattern) != (err == nil) {
				t.Fatalf("%q as pattern %v: %v", s, pattern, err)
			}
			var te *Error
			if err != nil && (!errors.As(err, &te) || te.Pos < 0 || te.Pos > len(s) || te.Error() == "") {
				t.Fatalf("%q: error without a position: %#v", s, err)
			}
		}
	})
}

func TestCheckUnreserved(t *testing.T) {
	for _, topic := range []string{"a", "a.$", "a$", "%", "#.b"} {
		assert.NoError(t, CheckUnreserved(topic), topic)
		assert.False(t, IsReserved(topic), topic)
	}
	for _, topic := range []string{"$", "$bus.error", "$a.b"} {
		var wrong *Error
		require.ErrorAs(t, CheckUnreserved(topic), &wrong, topic)
		assert.Equal(t, topic, wrong.Input)
		assert.Contains(t, wrong.Error(), "published by the bus only")
		assert.True(t, IsReserved(topic), topic)
	}
	assert.False(t, IsReserved(""))
}
