//go:build js && wasm

package jsbridge

import (
	"errors"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/trolleybus/trolleybus/bus"
)

// How a value crosses; must match www/src/core/crossing/exports.ts.
const (
	kindUndefined = iota
	kindNull
	kindFalse
	kindTrue
	kindNumber
	kindString
	kindBytes
	kindJSON
	kindReference
	kindError
	kindFailure
	kindLetter
	kindPressure
	kindHeld
	kindLetterChange
)

// maxSafeInteger is the largest integer below which JavaScript's numbers are exact.
const maxSafeInteger = 1<<53 - 1

var (
	errNoCodec = errors.New("needs a codec: set bus.Options.Codec, for example to jsoncodec.Codec{}")
	errUTF8    = errors.New("the string is not valid UTF-8; send a []byte")
	// errUTF8Field is about what the publisher said of the event beside its data.
	errUTF8Field = errors.New("an attribute is not valid UTF-8")
)

// encodeValue puts a Go value into the output for JavaScript.
func encodeValue(v any, codec bus.Codec) (kind int32, err error) {
	switch v := v.(type) {
	case nil:
		return kindNull, nil
	case bool:
		if v {
			return kindTrue, nil
		}
		return kindFalse, nil
	case string:
		if !utf8.ValidString(v) {
			return 0, wrong(errUTF8)
		}
		setOutputString(v)
		return kindString, nil
	case []byte:
		setOutput(v)
		return kindBytes, nil
	case float64:
		return encodeNumber(v)
	case float32:
		return encodeNumber(float64(v))
	case int:
		return encodeInt(int64(v))
	case int64:
		return encodeInt(v)
	case int32:
		return encodeNumber(float64(v))
	case int16:
		return encodeNumber(float64(v))
	case int8:
		return encodeNumber(float64(v))
	case uint:
		return encodeUint(uint64(v))
	case uint64:
		return encodeUint(v)
	case uint32:
		return encodeNumber(float64(v))
	case uint16:
		return encodeNumber(float64(v))
	case uint8:
		return encodeNumber(float64(v))
	case *payload:
		if v.state == released {
			return 0, wrong(ErrReleased)
		}
		output.number = float64(v.ref)
		return kindReference, nil
	case *bus.DeadLetter:
		return encodeLetter(v)
	case *bus.LetterChange:
		return encodeLetterChange(v)
	case *bus.Pressure:
		return encodePressure(v)
	}
	if codec == nil {
		return 0, wrong(errNoCodec)
	}
	text, err := codec.Marshal(v)
	if err != nil {
		return 0, wrong(err)
	}
	if err := checkText(text); err != nil {
		return 0, wrong(err)
	}
	setOutput(text)
	return kindJSON, nil
}

func encodeNumber(n float64) (int32, error) {
	output.number = n
	return kindNumber, nil
}

func encodeInt(n int64) (int32, error) {
	if n > maxSafeInteger || n < -maxSafeInteger {
		return 0, wrong(inexact(strconv.FormatInt(n, 10)))
	}
	return encodeNumber(float64(n))
}

func encodeUint(n uint64) (int32, error) {
	if n > maxSafeInteger {
		return 0, wrong(inexact(strconv.FormatUint(n, 10)))
	}
	return encodeNumber(float64(n))
}

// wrong makes a payload's error; the event, which is not known here, names the topic.
func wrong(err error) error { return &Error{"TB_PAYLOAD", err.Error(), err} }

func inexact(digits string) error {
	return errors.New("the integer " + cut(digits) + " is not exact as a JavaScript number; send it as a string (`json:\",string\"`)")
}

// checkText finds what is another value in JavaScript: integers that JSON.parse would round, numbers that it would take
// for Infinity, and what encoding/json writes in the place of bytes that are not UTF-8.
func checkText(text []byte) error {
	for i := 0; i < len(text); {
		switch c := text[i]; {
		case c == '"':
			for i++; i < len(text) && text[i] != '"'; i++ {
				if text[i] == '\\' {
					if i+6 <= len(text) && string(text[i:i+6]) == `\ufffd` {
						return errUTF8
					}
					i++
				}
			}
			i++
		case c >= '0' && c <= '9':
			start := i
			for i < len(text) && text[i] >= '0' && text[i] <= '9' {
				i++
			}
			exact := i < len(text) && (text[i] == '.' || text[i] == 'e' || text[i] == 'E')
			if n, err := strconv.ParseUint(string(text[start:i]), 10, 64); !exact && (err != nil || n > maxSafeInteger) {
				return inexact(string(text[start:i]))
			}
			for i < len(text) && isNumber(text[i]) {
				i++
			}
			if number := string(text[start:i]); exact && (i-start > 300 || strings.ContainsAny(number, "eE")) {
				if _, err := strconv.ParseFloat(number, 64); err != nil {
					return errors.New("the number " + cut(number) + " is beyond those of JavaScript; send it as a string")
				}
			}
		default:
			i++
		}
	}
	return nil
}

// cut keeps a number short that somebody wrote with a million digits.
func cut(number string) string {
	const most = 40
	if len(number) <= most {
		return number
	}
	return number[:most] + "..."
}

func isNumber(c byte) bool {
	return c >= '0' && c <= '9' || c == '.' || c == 'e' || c == 'E' || c == '+' || c == '-'
}

// decodeValue stores what JavaScript put into the input in dst.
func decodeValue(kind int32, data []byte, dst any, codec bus.Codec) error {
	switch dst := dst.(type) {
	case *any:
		v, err := untyped(kind, data, codec)
		if err == nil {
			*dst = v
		}
		return err
	case *string:
		if kind == kindString {
			*dst = string(data)
			return nil
		}
	case *float64:
		if kind == kindNumber {
			*dst = number(data)
			return nil
		}
	case *int:
		if kind == kindNumber {
			n, err := integer(data)
			if err == nil {
				*dst = int(n)
			}
			return err
		}
	case *int64:
		if kind == kindNumber {
			n, err := integer(data)
			if err == nil {
				*dst = n
			}
			return err
		}
	case *bool:
		if kind == kindTrue || kind == kindFalse {
			*dst = kind == kindTrue
			return nil
		}
	case *[]byte:
		if kind == kindBytes {
			*dst = append([]byte(nil), data...)
			return nil
		}
	}
	text, err := asJSON(kind, data)
	if err != nil {
		return err
	}
	if codec == nil {
		return wrong(errNoCodec)
	}
	if err := codec.Unmarshal(text, dst); err != nil {
		return wrong(err)
	}
	return nil
}

func integer(data []byte) (int64, error) {
	n := number(data)
	if n != math.Trunc(n) || math.Abs(n) > maxSafeInteger {
		return 0, wrong(errors.New("the number " + strconv.FormatFloat(n, 'g', -1, 64) + " is not an exact integer"))
	}
	return int64(n), nil
}

func untyped(kind int32, data []byte, codec bus.Codec) (v any, err error) {
	switch kind {
	case kindUndefined, kindNull:
		return nil, nil
	case kindFalse, kindTrue:
		return kind == kindTrue, nil
	case kindNumber:
		return number(data), nil
	case kindString:
		return string(data), nil
	case kindBytes:
		return append([]byte(nil), data...), nil
	}
	if codec == nil {
		return nil, wrong(errNoCodec)
	}
	if err := codec.Unmarshal(data, &v); err != nil {
		return nil, wrong(err)
	}
	return v, nil
}

// asJSON writes what crossed in another form for a codec, so that types of the user's own can be decoded into.
func asJSON(kind int32, data []byte) ([]byte, error) {
	switch kind {
	case kindUndefined, kindNull:
		return []byte("null"), nil
	case kindFalse:
		return []byte("false"), nil
	case kindTrue:
		return []byte("true"), nil
	case kindNumber:
		n := number(data)
		if math.IsNaN(n) || math.IsInf(n, 0) {
			return nil, wrong(errors.New("the number " + strconv.FormatFloat(n, 'g', -1, 64) + " has no JSON form; decode it into a float64"))
		}
		return strconv.AppendFloat(nil, n, 'g', -1, 64), nil
	case kindString:
		return quote(data), nil
	case kindBytes:
		return nil, wrong(errors.New("the data is bytes; decode it into a []byte"))
	}
	return data, nil
}

// quote writes a JSON string; strconv.Quote writes Go's escapes, which JSON has not.
func quote(s []byte) []byte {
	const hex = "0123456789abcdef"
	out := append(make([]byte, 0, len(s)+2), '"')
	for _, c := range s {
		switch {
		case c == '"' || c == '\\':
			out = append(out, '\\', c)
		case c < 0x20:
			out = append(out, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			out = append(out, c)
		}
	}
	return append(out, '"')
}

func parseMillis(s string) (int64, bool) {
	ms, err := strconv.ParseFloat(s, 64)
	return int64(ms), err == nil
}
