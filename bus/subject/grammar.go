package subject

import (
	"iter"
	"strconv"
	"strings"
	"unicode/utf8"
)

const (
	// MaxBytes is the longest topic or pattern, in bytes of UTF-8.
	MaxBytes = 255
	// MaxTokens is the largest number of tokens in a topic or pattern.
	MaxTokens = 32
	// prefixTokens is how many tokens the prefix of CheckBehind may have.
	prefixTokens = 2
)

const spaceReason = "has white space or a control character"

// Check returns an *Error unless topic is one that an event can have: 1 to 32 tokens joined by dots, at most 255 bytes
// of valid UTF-8 (so no lone surrogate), no token empty, and no character that is white space (Unicode's White_Space)
// or a control character (category Cc). Of several mistakes the error names the first.
//
// '*' and '>' cannot stand in a topic at all. NATS takes a token such as "foo*" as a literal, other brokers do not; a
// token that contains a wildcard among other characters is an error here, in topics and patterns, so that both mean the
// same everywhere.
//
// A topic that begins with '$' passes: who may publish on it is the caller's to say, by IsReserved.
func Check(topic string) error { return asError(check(topic, 0, false)) }

// CheckPattern returns an *Error unless pattern is one that can be subscribed to: a topic, some of whose tokens may be
// '*' (exactly one token), and whose last may be '>' (one or more tokens).
func CheckPattern(pattern string) error { return asError(check(pattern, 0, true)) }

// CheckBehind is Check for a topic behind a prefix, such as "$bus.dead.order.placed" behind "$bus.dead.": without the
// prefix it has all the room that a topic has. A topic that does not begin with the prefix is checked as by Check. The
// prefix is a topic of at most two tokens, and a dot.
func CheckBehind(prefix, topic string) error {
	if !strings.HasPrefix(topic, prefix) {
		return Check(topic)
	}
	return asError(check(topic, len(prefix), false))
}

// asError keeps a nil *Error from being an error.
func asError(e *Error) error {
	if e == nil {
		return nil
	}
	return e
}

// check finds the first mistake of a topic or pattern, of which the first bytes, so many, are a prefix.
func check(s string, prefix int, pattern bool) *Error {
	fail := func(pos int, reason string) *Error {
		return &Error{Input: s, Pos: pos, Reason: reason, Pattern: pattern}
	}
	if s == "" {
		return fail(0, "is empty")
	}
	tokens, start, most := 1, 0, MaxBytes+prefix
	for _, c := range []byte(s[:prefix]) {
		if c == '.' {
			tokens--
		}
	}
	long := func(pos int) *Error { return fail(pos, "is longer than "+strconv.Itoa(most)+" bytes") }
	for i := 0; i < len(s); {
		if i == most {
			return long(i)
		}
		c := s[i]
		if ordinary[c] {
			i++
			continue
		}
		switch {
		case c == '.':
			if i == start {
				return fail(i, "has an empty token")
			}
			if tokens++; tokens > MaxTokens {
				return fail(i, "has more than 32 tokens")
			}
			start = i + 1
		case c == '*' || c == '>':
			if !pattern {
				return fail(i, "'"+s[i:i+1]+"' belongs in patterns, not in topics")
			}
			if i != start || i+1 < len(s) && s[i+1] != '.' {
				return fail(i, "'"+s[i:i+1]+"' must be a token of its own")
			}
			if c == '>' && i+1 < len(s) {
				return fail(i, "'>' must be the last token")
			}
		case c == ' ':
			return fail(i, "has white space")
		case c < ' ' || c == 0x7f:
			return fail(i, spaceReason)
		case c >= utf8.RuneSelf:
			r, size := utf8.DecodeRuneInString(s[i:])
			switch {
			case i+size > most:
				return long(i)
			case r == utf8.RuneError && size == 1:
				return fail(i, "is not valid UTF-8")
			case isSpace(r), r < 0xa0:
				return fail(i, spaceReason)
			}
			i += size
			continue
		}
		i++
	}
	if start == len(s) {
		return fail(start, "has an empty token")
	}
	return nil
}

// ordinary marks the ASCII characters that may stand anywhere: all that are printable but '.', '*' and '>'.
var ordinary = func() (table [256]bool) {
	for c := '!'; c <= '~'; c++ {
		table[c] = c != '.' && c != '*' && c != '>'
	}
	return table
}()

// isSpace is Unicode's White_Space beyond ASCII; the property has not changed since Unicode 6.3.
func isSpace(r rune) bool {
	switch r {
	case 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000:
		return true
	}
	return r >= 0x2000 && r <= 0x200a
}

// IsReserved reports whether a topic begins with '$': only the system itself publishes there, and a wildcard as the first
// token of a pattern does not match it.
func IsReserved(topic string) bool { return topic != "" && topic[0] == '$' }

// CheckUnreserved returns an *Error if a topic IsReserved: users may not publish on it.
func CheckUnreserved(topic string) error {
	if !IsReserved(topic) {
		return nil
	}
	return &Error{Input: topic, Reason: "topics that begin with '$' are published by the bus only"}
}

// IsLiteral reports whether a valid pattern has no wildcard, and so is a topic and matches that alone.
func IsLiteral(pattern string) bool {
	for i := 0; i < len(pattern); i++ {
		if pattern[i] == '*' || pattern[i] == '>' {
			return false
		}
	}
	return true
}

// Tokens returns the tokens of a topic or pattern from left to right.
func Tokens(s string) iter.Seq[string] { return strings.SplitSeq(s, ".") }

// token returns the token of a valid topic or pattern at byte off, and where the next one begins: behind the end, if
// there is none.
func token(s string, off int) (tok string, next int) {
	end := off
	for end < len(s) && s[end] != '.' {
		end++
	}
	return s[off:end], end + 1
}
