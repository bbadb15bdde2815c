package bus

import (
	"errors"
	"strconv"
	"strings"

	"github.com/trolleybus/trolleybus/bus/internal/brief"
	"github.com/trolleybus/trolleybus/bus/subject"
)

// Sentinels for errors.Is. Every error of this package matches one of them, and has the stable code
// that Code returns.
var (
	ErrTopic           = subject.ErrTopic
	ErrPattern         = subject.ErrPattern
	ErrClosed    error = &sentinel{"TB_CLOSED", "bus: closed"}
	ErrCanceled  error = &sentinel{"TB_CANCELED", "bus: context ended before the publish"}
	ErrRecursion error = &sentinel{"TB_RECURSION", "bus: events publish each other without end"}
	ErrPayload   error = &sentinel{"TB_PAYLOAD", "bus: payload has the wrong type"}
	ErrOption    error = &sentinel{"TB_OPTION", "bus: invalid option"}
	ErrOverflow  error = &sentinel{"TB_OVERFLOW", "bus: queue is full"}
	ErrSchema    error = &sentinel{"TB_SCHEMA", "bus: data does not match its schema"}
	ErrVersion   error = &sentinel{"TB_VERSION", "bus: version cannot be converted"}
	ErrPanic     error = &sentinel{"TB_PANIC", "bus: handler panicked"}
	ErrTimeout   error = &sentinel{"TB_TIMEOUT", "bus: timed out"}
	ErrFeature   error = &sentinel{"TB_FEATURE", "bus: of a feature that the page's bus was made without: give createBus that feature, or use createBus of trolleybus"}
	ErrHost      error = &sentinel{"TB_HOST", "bus: wrong use of the host interface"}
)

// Coder is implemented by errors that carry a stable code such as "TB_TOPIC". Packages built on the bus
// implement it for their own errors; their codes begin with "TB_" too.
type Coder interface{ Code() string }

// Code returns the stable code of the first error in err's tree that has one, and "" for errors that
// have nothing to do with the bus.
func Code(err error) string {
	var c Coder
	if errors.As(err, &c) {
		// Other libraries have Code methods as well; theirs mean something else.
		_, remote := c.(*RemoteError)
		if code := c.Code(); remote || strings.HasPrefix(code, "TB_") {
			return code
		}
	}
	return ""
}

type sentinel struct{ code, text string }

func (s *sentinel) Error() string { return s.text }
func (s *sentinel) Code() string  { return s.code }

// opError says what the bus was doing, and to what, when err came up.
type opError struct {
	op, what string
	err      error
}

func (e *opError) Error() string {
	return "bus: " + e.op + " " + brief.Quote(e.what) + ": " + strings.TrimPrefix(e.err.Error(), "bus: ")
}

func (e *opError) Unwrap() error { return e.err }

// canceledError is a context's error at the door of a publish; errors.Is finds both it and ErrCanceled.
type canceledError struct{ cause error }

func (e *canceledError) Error() string   { return e.cause.Error() }
func (e *canceledError) Code() string    { return "TB_CANCELED" }
func (e *canceledError) Unwrap() []error { return []error{e.cause, ErrCanceled} }

// RecursionError is what the publish gets that would make a chain of events, each published by the
// handler of the one before, longer than Options.MaxDepth (D5). So does one that would make a chain of events longer,
// each published by an interceptor, a validation or an upcast while the one before was passing it: than 1,000, in a page 100.
type RecursionError struct {
	// Topics is the cycle, from the topic that was to be published back to its last occurrence. When
	// no topic repeats it holds the end of the chain, and when the chain is not known (handlers that
	// published with a context of their own) the one topic that was refused.
	Topics []string
	Limit  int
	// admission: the event was published while the one before was being admitted.
	admission bool
}

func (e *RecursionError) Error() string {
	by := "by the handler of the one before"
	if e.admission {
		by = "while the one before was passing interceptors, schema and upcasts"
	}
	return "bus: a chain of more than " + strconv.Itoa(e.Limit) + " events, each published " + by + ", was cut: " + strings.Join(e.Topics, " -> ") +
		"; publish in one of these places only when something has changed"
}
func (e *RecursionError) Code() string  { return "TB_RECURSION" }
func (e *RecursionError) Unwrap() error { return ErrRecursion }

// PanicError is the failure of a handler that panicked, or that ended its goroutine with runtime.Goexit
// (as testing.T.FailNow does), in which case Value is nil.
type PanicError struct {
	Value any
	Stack []byte // of the panicking goroutine, as runtime.Stack writes it
}

func (e *PanicError) Error() string {
	if e.Value == nil {
		return "bus: handler ended its goroutine (runtime.Goexit)"
	}
	return "bus: handler panicked: " + panicText(e.Value)
}
func (e *PanicError) Code() string { return "TB_PANIC" }
func (e *PanicError) Unwrap() []error {
	if err, ok := e.Value.(error); ok {
		return []error{ErrPanic, err}
	}
	return []error{ErrPanic}
}

// panicText writes the values that people panic with; fmt would cost a page 50 KB for the rest.
func panicText(v any) (text string) {
	defer func() {
		if recover() != nil {
			text = "a value whose text panics as well"
		}
	}()
	switch v := v.(type) {
	case error:
		return v.Error()
	case string:
		return v
	case interface{ String() string }:
		return v.String()
	case int:
		return strconv.Itoa(v)
	case bool:
		return strconv.FormatBool(v)
	case float64:
		return strconv.FormatFloat(v, 'g', -1, 64)
	}
	return "a value that is neither an error nor text"
}

// PayloadError tells that an event's data is not what a subscriber asked for.
type PayloadError struct {
	Topic  string
	Detail string // names both types
	Err    error  // what the payload's own Decode said, if that is what failed
}

func (e *PayloadError) Error() string {
	return "bus: payload of " + brief.Quote(e.Topic) + ": " + brief.Cut(e.Detail, brief.Told)
}
func (e *PayloadError) Code() string { return "TB_PAYLOAD" }
func (e *PayloadError) Unwrap() []error {
	if e.Err != nil {
		return []error{ErrPayload, e.Err}
	}
	return []error{ErrPayload}
}

// OptionError tells which option of a call is wrong, and why.
type OptionError struct{ Option, Reason string }

func (e *OptionError) Error() string { return "bus: option " + e.Option + ": " + e.Reason }
func (e *OptionError) Code() string  { return "TB_OPTION" }
func (e *OptionError) Unwrap() error { return ErrOption }

// OverflowError is the failure of a subscription whose full queue refused an event under the Error
// policy, or under Block when the publisher's context ended first. The event is in the Failure that tells of it.
type OverflowError struct {
	Pattern string
	Limit   int
}

func (e *OverflowError) Error() string {
	return "bus: queue of " + brief.Quote(e.Pattern) + " is full: " + strconv.Itoa(e.Limit) + " events wait; consume faster, raise the limit of Overflow or choose another policy"
}
func (e *OverflowError) Code() string  { return "TB_OVERFLOW" }
func (e *OverflowError) Unwrap() error { return ErrOverflow }

// quoteName names a subscription in a message.
func quoteName(pattern, name string) string {
	if name == "" {
		return brief.Quote(pattern)
	}
	return brief.Quote(name) + " (" + brief.Quote(pattern) + ")"
}
