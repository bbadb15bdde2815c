package bus

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/trolleybus/trolleybus/bus/internal/brief"
)

const (
	// MaxTopicBytes is the longest topic or pattern, in bytes of UTF-8.
	MaxTopicBytes = 255
	// MaxTopicTokens is the largest number of tokens in a topic or pattern.
	MaxTopicTokens = 32
	// A dead letter's topic has that of its event behind two more tokens.
	maxTokens = MaxTopicTokens + 2
)

// TopicError tells what is wrong with a topic or pattern, and where.
type TopicError struct {
	Input   string
	Pos     int // byte offset of the first mistake
	Reason  string
	Pattern bool // a pattern was wanted, not a topic
}

func (e *TopicError) Error() string {
	kind := "topic "
	if e.Pattern {
		kind = "pattern "
	}
	return "bus: " + kind + brief.Quote(e.Input) + ": " + e.Reason + " (at byte " + strconv.Itoa(e.Pos) + ")"
}

// Code returns TB_TOPIC, for topics and patterns alike.
func (e *TopicError) Code() string { return "TB_TOPIC" }

func (e *TopicError) Unwrap() error {
	if e.Pattern {
		return ErrPattern
	}
	return ErrTopic
}

const reservedReason = "topics that begin with '$' are published by the bus only"

const spaceReason = "has white space or a control character"

// ValidateTopic returns a *TopicError unless topic is one that an event can have: 1 to 32 tokens joined
// by dots, at most 255 bytes of valid UTF-8 (so no lone surrogate), no token empty, and no character
// that is white space (Unicode's White_Space) or a control character (category Cc). Of several mistakes it
// names the first, as JavaScript does; a text that is too long is wrong at the character that is too much.
//
// '*' and '>' cannot stand in a topic at all. NATS takes a token such as "foo*" as a literal, other
// brokers do not; a token that contains a wildcard among other characters is an error here, in topics
// and patterns, so that both mean the same everywhere.
//
// A topic that begins with '$' is valid, but only the bus publishes on it; one of a dead letter may be longer,
// by DeadTopic.
func ValidateTopic(topic string) error {
	if err := validate(topic, false); err != nil {
		return err
	}
	return nil
}

// ValidatePattern returns a *TopicError unless pattern is one that can be subscribed to: a topic, some
// of whose tokens may be '*' (exactly one token), and whose last may be '>' (one or more tokens).
func ValidatePattern(pattern string) error {
	if err := validate(pattern, true); err != nil {
		return err
	}
	return nil
}

func validate(s string, pattern bool) *TopicError {
	fail := func(pos int, reason string) *TopicError {
		return &TopicError{Input: s, Pos: pos, Reason: reason, Pattern: pattern}
	}
	if s == "" {
		return fail(0, "is empty")
	}
	tokens, start, most := 1, 0, MaxTopicBytes
	if !pattern && strings.HasPrefix(s, DeadTopic) {
		tokens, most = -1, MaxTopicBytes+len(DeadTopic)
	}
	long := func(pos int) *TopicError { return fail(pos, "is longer than "+strconv.Itoa(most)+" bytes") }
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
			if tokens++; tokens > MaxTopicTokens {
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

// reserved reports whether only the bus itself publishes on topic.
func reserved(topic string) bool { return topic != "" && topic[0] == '$' }

// isLiteral reports whether a valid pattern has no wildcard, and so is a topic.
func isLiteral(pattern string) bool {
	for i := 0; i < len(pattern); i++ {
		if pattern[i] == '*' || pattern[i] == '>' {
			return false
		}
	}
	return true
}

// Match reports whether pattern matches topic, both of which must be valid. The rules are those of NATS
// subjects, and MQTT's for '$': a wildcard as the first token does not match a topic that begins with it.
func Match(pattern, topic string) bool {
	if reserved(topic) && pattern != "" && (pattern[0] == '*' || pattern[0] == '>') {
		return false
	}
	return matchTokens(pattern, topic)
}

// matchTokens is Match for the rest of a pattern and of a topic, where '$' means nothing.
func matchTokens(pattern, topic string) bool {
	p, t := 0, 0
	for p < len(pattern) && t < len(topic) {
		switch pattern[p] {
		case '>':
			return true
		case '*':
			p++
			for t < len(topic) && topic[t] != '.' {
				t++
			}
		default:
			for p < len(pattern) && pattern[p] != '.' {
				if t == len(topic) || pattern[p] != topic[t] {
					return false
				}
				p, t = p+1, t+1
			}
		}
		if p == len(pattern) || t == len(topic) {
			break
		}
		if topic[t] != '.' {
			return false
		}
		p, t = p+1, t+1 // both stand on a dot
	}
	return p == len(pattern) && t == len(topic)
}
