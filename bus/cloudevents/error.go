package cloudevents

import (
	"errors"
	"strconv"

	"github.com/trolleybus/trolleybus/bus/internal/brief"
)

// ErrCloudEvent is matched by every *Error.
var ErrCloudEvent = errors.New("cloudevents: not a CloudEvent 1.0 that a bus can have")

// Error tells which attribute of a CloudEvent is wrong, and why. Its code is TB_CLOUDEVENT.
type Error struct {
	Attribute string // "" where there is none to blame
	Reason    string
	Index     int // which one of a batch, from 0; -1 outside of batches
	Err       error
}

func (e *Error) Error() string {
	text := "cloudevents: "
	if e.Index >= 0 {
		text += "event " + strconv.Itoa(e.Index) + " of the batch: "
	}
	if e.Attribute != "" {
		text += brief.Quote(e.Attribute) + " "
	}
	return text + brief.Cut(e.Reason, brief.Told)
}

// Code returns TB_CLOUDEVENT.
func (e *Error) Code() string { return "TB_CLOUDEVENT" }

func (e *Error) Unwrap() []error {
	if e.Err != nil {
		return []error{ErrCloudEvent, e.Err}
	}
	return []error{ErrCloudEvent}
}

// wrong blames an attribute of an event that is in no batch, as far as is known.
func wrong(attribute, reason string) *Error {
	return &Error{Attribute: attribute, Reason: reason, Index: -1}
}

// within says which event of a batch an error is about.
func within(index int, err error) error {
	var e *Error
	if errors.As(err, &e) {
		e.Index = index
	}
	return err
}
