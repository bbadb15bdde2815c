package subject

import (
	"strconv"

	"github.com/trolleybus/trolleybus/bus/internal/brief"
)

// What an *Error matches by errors.Is.
var (
	ErrTopic   error = sentinel("bus: invalid topic")
	ErrPattern error = sentinel("bus: invalid pattern")
)

type sentinel string

func (s sentinel) Error() string { return string(s) }
func (sentinel) Code() string    { return "TB_TOPIC" }

// Error tells what is wrong with a topic or pattern, and where. It matches ErrTopic or ErrPattern.
type Error struct {
	Input   string
	Pos     int // byte offset of the first mistake
	Reason  string
	Pattern bool // a pattern was wanted, not a topic
}

func (e *Error) Error() string {
	kind := "topic "
	if e.Pattern {
		kind = "pattern "
	}
	return "bus: " + kind + brief.Quote(e.Input) + ": " + e.Reason + " (at byte " + strconv.Itoa(e.Pos) + ")"
}

// Code returns TB_TOPIC, for topics and patterns alike.
func (e *Error) Code() string { return "TB_TOPIC" }

func (e *Error) Unwrap() error {
	if e.Pattern {
		return ErrPattern
	}
	return ErrTopic
}
