package topics

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxBytes  = 255
	maxTokens = 32
)

// check returns what is wrong with a topic that is to be published, and at which byte; "" if nothing is. It
// is the grammar of bus.ValidateTopic, which this module cannot import as long as it is run by itself.
func check(topic string) (pos int, reason string) {
	switch {
	case topic == "":
		return 0, "is empty"
	case len(topic) > maxBytes:
		return maxBytes, "is longer than 255 bytes"
	case topic[0] == '$':
		return 0, "topics that begin with '$' are published by the bus only"
	}
	tokens := 0
	for token := range strings.SplitSeq(topic, ".") {
		if tokens++; tokens > maxTokens {
			return pos - 1, "has more than 32 tokens"
		}
		if token == "" {
			return pos, "has an empty token"
		}
		for i, r := range token {
			if _, size := utf8.DecodeRuneInString(token[i:]); r == utf8.RuneError && size == 1 {
				return pos + i, "is not valid UTF-8"
			}
			switch {
			case r == '*' || r == '>':
				return pos + i, "'" + string(r) + "' belongs in patterns, not in topics"
			case r == ' ':
				return pos + i, "has white space"
			case unicode.Is(unicode.White_Space, r), unicode.IsControl(r):
				return pos + i, "has white space or a control character"
			}
		}
		pos += len(token) + 1
	}
	return 0, ""
}
