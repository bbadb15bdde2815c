//go:build js && wasm

package jsbridge

import (
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/trolleybus/trolleybus/bus"
)

// Error is a failure at the border: on JavaScript's side of a call, with the code of its class there, or
// of a value that cannot cross.
type Error struct {
	code, message string
	err           error
}

func (e *Error) Error() string { return e.message }
func (e *Error) Unwrap() error { return e.err }

// Code returns the stable code: TB_TOPIC, TB_PAYLOAD, ..., or TB_SCRIPT for errors that are not the bus's.
func (e *Error) Code() string { return e.code }

// Is makes an error that came over the border match the sentinel of its code, as it does on Go's side.
func (e *Error) Is(target error) bool {
	switch target {
	case bus.ErrTopic, bus.ErrPattern, bus.ErrClosed, bus.ErrRecursion, bus.ErrPayload, bus.ErrOption, bus.ErrOverflow, bus.ErrSchema, bus.ErrVersion, bus.ErrPanic:
		return bus.Code(target) == e.code
	}
	return false
}

// pageError is the error of an answer below zero.
func pageError(answer int) error {
	parts := inputStrings(-answer - 1)
	switch code, message := parts[0], parts[1]; {
	case code == "TB_SCHEMA" && len(parts) > 2:
		return schemaError(parts[2:])
	case code == "TB_VERSION" && len(parts) == 6:
		current, _ := strconv.Atoi(parts[4])
		return &bus.VersionError{Topic: parts[2], Version: parts[3], Current: current, Reason: parts[5]}
	default:
		return &Error{code: code, message: message}
	}
}

// schemaError reads a topic and issues, each a message, the length of its path, and the path.
func schemaError(parts []string) *bus.SchemaError {
	e := &bus.SchemaError{Topic: parts[0]}
	for parts = parts[1:]; len(parts) >= 2; {
		n, err := strconv.Atoi(parts[1])
		if err != nil || n < 0 || n > len(parts)-2 {
			break
		}
		e.Issues = append(e.Issues, bus.Issue{Message: parts[0], Path: parts[2 : 2+n]})
		parts = parts[2+n:]
	}
	return e
}

// setError tells JavaScript of an error: code and message, and what else it needs to make the same one.
func setError(err error) { setOutputStrings(errorFields(err)...) }

// maxCode is how many bytes a code may have.
const maxCode = 255

// told returns code and message of what a handler returned, whose own methods may panic: that would end the instance.
func told(err error) (code, message string) {
	code = "TB_GO"
	defer func() {
		if recover() != nil {
			message = "an error whose text panics"
		}
	}()
	return codeOf(bus.Code(err), code), err.Error()
}

// codeOf is a code that JavaScript can have: two that are not the same must not become so on their way.
func codeOf(code, otherwise string) string {
	if code == "" || len(code) > maxCode || !utf8.ValidString(code) {
		return otherwise
	}
	return code
}

// maxTold is how much of a wrong topic is told, in bytes: it may be of any length.
const maxTold = 1000

// units counts the UTF-16 code units, which JavaScript counts, in the first n bytes of a text.
func units(s string, n int) (count int) {
	for i := 0; i < n && i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if i += size; i > n {
			break
		}
		count += utf16.RuneLen(r)
	}
	return count
}

func errorFields(err error) []string {
	code, message := told(err)
	fields := []string{code, message}
	// Not what an error wraps: JavaScript would write another message.
	switch err := err.(type) {
	case *bus.SchemaError:
		fields = append(fields, err.Topic)
		for _, issue := range err.Issues {
			fields = append(append(fields, issue.Message, strconv.Itoa(len(issue.Path))), issue.Path...)
		}
	case *bus.PanicError:
		fields = append(fields, string(err.Stack))
	case *bus.TopicError:
		kind := "topic"
		if err.Pattern {
			kind = "pattern"
		}
		fields = append(fields, strings.ToValidUTF8(err.Input[:min(len(err.Input), maxTold)], "\uFFFD"), strconv.Itoa(units(err.Input, err.Pos)), err.Reason, kind)
	case *bus.VersionError:
		fields = append(fields, err.Topic, err.Version, strconv.Itoa(err.Current), err.Reason)
	}
	return fields
}
