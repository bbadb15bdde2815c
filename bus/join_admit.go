package bus

import (
	"context"

	"github.com/trolleybus/trolleybus/bus/internal/brief"
)

// ErrDuplicate is matched by a DuplicateError.
var ErrDuplicate error = &sentinel{"TB_DUPLICATE", "bus: the event has come already"}

// DuplicateError tells a joint that an event is there already, which is no failure: it came by another joint or by this
// one, or was published here.
type DuplicateError struct {
	Topic, ID string
	Via       string // the joint that it came by; "" if it was published here
}

func (e *DuplicateError) Error() string {
	from := "was published here"
	if e.Via != "" {
		from = "came by the joint " + brief.Quote(e.Via)
	}
	return "bus: event " + brief.Quote(e.ID) + " of " + brief.Quote(e.Topic) + " " + from + " already; drop it"
}
func (e *DuplicateError) Code() string  { return "TB_DUPLICATE" }
func (e *DuplicateError) Unwrap() error { return ErrDuplicate }

// Admit takes an event in from elsewhere, which Deliver then delivers: its topic and attributes are checked, and it is
// brought to the version and schema of its topic. Interceptors were its sender's, and are not called. Of what is not given,
// the source and the time are this bus's.
//
// The error is a *TopicError; an *OptionError of what PublishEvent refuses; a *DuplicateError for an id that the bus knows;
// or a *VersionError or *SchemaError, which is also reported as a failure with the event (D4), since its sender does not
// hear of it. The bus knows the last 16,384 ids of 4 MiB that came by its joints or were given to events of its own, and
// all that it made itself. They are compared without the source: give ids that are short of a prefix of their own.
// An event without an id is always new.
func (j *Joint) Admit(draft EventInit) (*Event, error) {
	b := j.bus
	if err := j.open("admit", draft.Topic); err != nil {
		return nil, err
	}
	if err := publishable(draft.Topic); err != nil {
		return nil, err
	}
	if err := draft.check(); err != nil {
		return nil, &opError{"admit", draft.Topic, err}
	}
	draft.Seq = 0
	e := b.NewEvent(draft)
	given, a := *e.given(), &arrival{joint: j, name: j.name, id: draft.ID}
	given.arrival = a
	e.attrs = &given
	window := &j.joinery.window
	if before := window.claim(a, b.instance); before != nil {
		return nil, &DuplicateError{e.Topic, a.id, before.via()}
	}
	if err := b.check(e); err != nil {
		if !j.refused(e, err) {
			window.release(a) // it is within too many others
		}
		return nil, err
	}
	return e, nil
}

// refused reports what the schema of a topic refuses, once whatever it comes by.
func (j *Joint) refused(e *Event, err error) bool {
	if code := Code(err); code != "TB_SCHEMA" && code != "TB_VERSION" {
		return false
	}
	e.given().arrival.state.Store(arrivalRefused)
	b := j.bus
	b.report(nil, &Failure{Err: err, Event: e, Subscription: j.name, Pattern: "Join", Time: b.clock.Wall()})
	return true
}

// Deliver delivers an event that the joint has admitted, once. It keeps its id, source, time and cause, and gets a number
// of this bus. As with Publish, it is delivered when Deliver returns, and with the context of a handler that is being called
// it waits its turn (D1), and counts towards the chain of that handler's event (D5).
//
// The error is an *OptionError for an event that is not the joint's, a *DuplicateError for one that has been delivered, or
// one of Publish: then the event has not been delivered, and it may be tried again, here or by another joint.
func (j *Joint) Deliver(ctx context.Context, e *Event) error {
	return j.deliver(ctx, e, func(*arrival) error { return j.bus.enter(ctx, e) })
}

// deliver has enter deliver an event, which is then out, if it returns no error.
func (j *Joint) deliver(ctx context.Context, e *Event, enter func(*arrival) error) error {
	const op = "deliver"
	b := j.bus
	a, err := j.arrivalOf(e)
	if err != nil {
		return err
	}
	if err := j.open(op, e.Topic); err != nil {
		return err
	}
	if err := b.open(ctx); err != nil {
		return &opError{op, e.Topic, err}
	}
	if !a.state.CompareAndSwap(arrivalAdmitted, arrivalDelivered) {
		return &DuplicateError{e.Topic, a.id, j.name}
	}
	window := &j.joinery.window
	if before := window.claim(a, b.instance); before != nil { // it was forgotten, and came by another joint
		return &DuplicateError{e.Topic, a.id, before.via()}
	}
	if err := enter(a); err != nil {
		if b.host.Load() == nil || !j.refused(e, err) { // the host's side has schemas too
			a.state.Store(arrivalAdmitted)
			window.release(a)
		}
		return &opError{op, e.Topic, err}
	}
	return nil
}

// arrivalOf says how an event of this joint came in.
func (j *Joint) arrivalOf(e *Event) (*arrival, error) {
	if e == nil {
		return nil, &OptionError{"event", "must not be nil"}
	}
	a := e.given().arrival
	if a == nil || a.joint != j {
		return nil, &opError{"deliver", e.Topic, &OptionError{"event", "must be one that Admit of this joint returned"}}
	}
	return a, nil
}

// enter is accept for an event that a joint admitted.
func (b *Bus) enter(ctx context.Context, e *Event) error {
	if h := b.host.Load(); h != nil {
		b.counts.shard().published.Add(1)
		return (*h).Publish(ctx, e)
	}
	if at := b.handlerContextOf(ctx); at != nil {
		if queued, err := at.publish(ctx, e); queued || err != nil {
			return err
		}
	}
	return b.start(ctx, b.subscribers(e.Topic), e, nil)
}

// Via returns the name of the joint that an event came by, or "".
func (j *Joint) Via(e *Event) string {
	if e == nil {
		return ""
	}
	return e.given().arrival.via()
}
