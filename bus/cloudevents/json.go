package cloudevents

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// JSON is data of an event as it was read: one JSON value. It is a bus.Payload.
type JSON []byte

// Decode stores the value in dst, a pointer, as json.Unmarshal does.
func (j JSON) Decode(dst any) error { return json.Unmarshal(j, dst) }

// MarshalJSON returns the value itself.
func (j JSON) MarshalJSON() ([]byte, error) { return json.RawMessage(j).MarshalJSON() }

// compact returns text without white space.
func compact(text []byte) ([]byte, error) {
	if !utf8.Valid(text) || !wellFormed(text) {
		return nil, errUTF8
	}
	var out bytes.Buffer
	err := json.Compact(&out, text)
	return out.Bytes(), err
}

// encode writes v as JSON.stringify does: without the escapes that only HTML needs.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return unescape(bytes.TrimSuffix(out.Bytes(), []byte{'\n'}))
}

// unescape puts back the line separators, which encoding/json escapes in any case. It finds the escape that
// encoding/json writes for what is not UTF-8.
func unescape(text []byte) ([]byte, error) {
	if !bytes.Contains(text, []byte(`\u202`)) && !bytes.Contains(text, []byte(`\ufffd`)) {
		return text, nil
	}
	out := text[:0]
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			out = append(out, text[i])
			continue
		}
		if rest := text[i:]; bytes.HasPrefix(rest, []byte(`\ufffd`)) {
			return nil, errUTF8
		} else if bytes.HasPrefix(rest, []byte(`\u2028`)) || bytes.HasPrefix(rest, []byte(`\u2029`)) {
			out = append(out, 0xe2, 0x80, 0xa0|rest[5]&0xf)
			i += 5
			continue
		}
		out = append(out, text[i], text[i+1])
		i++
	}
	return out, nil
}

// wellFormed reports whether no escape in valid JSON is half of a surrogate pair alone, which
// encoding/json would read as U+FFFD.
func wellFormed(text []byte) bool {
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			continue
		}
		r := unit(text[i:])
		switch {
		case r >= 0xd800 && r < 0xdc00:
			if utf16.DecodeRune(r, unit(text[i+6:])) == utf8.RuneError {
				return false
			}
			i += 11
		case r >= 0xdc00 && r < 0xe000:
			return false
		default:
			i++
		}
	}
	return true
}

// deeper reports whether valid JSON has more than so many objects and arrays within each other.
func deeper(text []byte, most int) bool {
	depth := 0
	for i := 0; i < len(text); i++ {
		switch text[i] {
		case '"':
			for i++; text[i] != '"'; i++ {
				if text[i] == '\\' {
					i++
				}
			}
		case '[', '{':
			if depth++; depth > most {
				return true
			}
		case ']', '}':
			depth--
		}
	}
	return false
}

// unit is the UTF-16 unit of the escape that text begins with, or -1.
func unit(text []byte) (r rune) {
	if len(text) < 6 || text[0] != '\\' || text[1] != 'u' {
		return -1
	}
	for _, c := range text[2:6] {
		r = r<<4 | rune(strings.IndexByte("0123456789abcdef", c|0x20))
	}
	return r
}
