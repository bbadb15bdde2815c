package bus

import (
	"errors"
	"time"

	"github.com/trolleybus/trolleybus/bus/internal/brief"
)

var (
	ErrNoResponders error = &sentinel{"TB_NO_RESPONDERS", "bus: no responders"}
	ErrRemote       error = &sentinel{"TB_REMOTE", "bus: all responders failed"}
	ErrUnavailable  error = &sentinel{"TB_UNAVAILABLE", "bus: the other side is not available"}
	ErrWouldBlock   error = &sentinel{"TB_WOULD_BLOCK", "bus: the page waits for this handler, so the answer could not come: " +
		"subscribe it with Concurrency(1), or request in a goroutine"}
)

// RequestTimeoutError tells that a request was not answered in its time.
type RequestTimeoutError struct {
	Topic string
	After time.Duration
}

func (e *RequestTimeoutError) Error() string {
	return "bus: request " + brief.Quote(e.Topic) + " was not answered within " + e.After.String()
}
func (e *RequestTimeoutError) Code() string  { return "TB_TIMEOUT" }
func (e *RequestTimeoutError) Unwrap() error { return ErrTimeout }

// NoRespondersError tells that nobody answers requests of a topic.
type NoRespondersError struct{ Topic string }

func (e *NoRespondersError) Error() string {
	return "bus: no responders for " + brief.Quote(e.Topic) + "; register one with Respond"
}
func (e *NoRespondersError) Code() string  { return "TB_NO_RESPONDERS" }
func (e *NoRespondersError) Unwrap() error { return ErrNoResponders }

// RemoteError tells that all responders failed: Err is the failure of the first.
type RemoteError struct {
	Topic string
	Err   error
}

func (e *RemoteError) Error() string {
	err := e.Err
	// Of a thousand responders that asked each other the last one says it all.
	if r := recursionOf(err); r != nil {
		err = r
	}
	return "bus: responder of " + brief.Quote(e.Topic) + ": " + err.Error()
}

func recursionOf(err error) (r *RecursionError) {
	defer func() { _ = recover() }() // the error's own methods
	errors.As(err, &r)
	return r
}

// Code returns the code of the responder's error, which need not be one of the bus's, or "TB_REMOTE".
func (e *RemoteError) Code() (code string) {
	defer func() {
		if recover() != nil { // the error's own methods
			code = "TB_REMOTE"
		}
	}()
	var c Coder
	if errors.As(e.Err, &c) {
		if code := c.Code(); code != "" {
			return code
		}
	}
	return "TB_REMOTE"
}
func (e *RemoteError) Unwrap() []error { return []error{ErrRemote, e.Err} }
