package bus

import (
	"errors"
	"strconv"
	"time"
)

var (
	ErrTimeout      error = &sentinel{"TB_TIMEOUT", "bus: no answer in time"}
	ErrNoResponders error = &sentinel{"TB_NO_RESPONDERS", "bus: nobody responds"}
	ErrRemote       error = &sentinel{"TB_REMOTE", "bus: all responders failed"}
	ErrUnavailable  error = &sentinel{"TB_UNAVAILABLE", "bus: the other side is not available"}
	ErrWouldBlock   error = &sentinel{"TB_WOULD_BLOCK", "bus: the page waits for this handler, so the answer could not come: " +
		"subscribe it with Concurrency(1), or request in a goroutine"}
)

// TimeoutError tells that something took longer than it may.
type TimeoutError struct {
	What  string // such as "request"
	Topic string
	After time.Duration
}

func (e *TimeoutError) Error() string {
	return "bus: " + e.What + " " + strconv.Quote(e.Topic) + ": not answered within " + e.After.String()
}
func (e *TimeoutError) Code() string  { return "TB_TIMEOUT" }
func (e *TimeoutError) Timeout() bool { return true }
func (e *TimeoutError) Unwrap() error { return ErrTimeout }

// NoRespondersError tells that nobody answers requests of a topic.
type NoRespondersError struct{ Topic string }

func (e *NoRespondersError) Error() string {
	return "bus: nobody responds to " + strconv.Quote(e.Topic)
}
func (e *NoRespondersError) Code() string  { return "TB_NO_RESPONDERS" }
func (e *NoRespondersError) Unwrap() error { return ErrNoResponders }

// RemoteError tells that all responders failed: Err is the failure of the first.
type RemoteError struct {
	Topic string
	Err   error
}

func (e *RemoteError) Error() string {
	return "bus: responder of " + strconv.Quote(e.Topic) + ": " + e.Err.Error()
}

// Code returns the code of the responder's error, which need not be one of the bus's, or "TB_REMOTE".
func (e *RemoteError) Code() string {
	var c Coder
	if errors.As(e.Err, &c) {
		if code := c.Code(); code != "" {
			return code
		}
	}
	return "TB_REMOTE"
}
func (e *RemoteError) Unwrap() []error { return []error{ErrRemote, e.Err} }
