package bustest

import (
	"context"
	"strconv"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/internal/brief"
)

// Replay publishes recorded events in their order, each with the id, subject, key, version, trace context and
// extensions that it had. Between two of them clock, which should be the bus's, is advanced by the time that lay between them, or
// not at all where the wall clock had jumped back; nil leaves the time alone. A clock made by
// NewClock(events[0].Time) gives them the times that they had.
//
// Events that handlers on this bus publish anyway would be there twice: see Roots. The error is that of the first
// Publish that returned one, with the event's place and topic.
func Replay(ctx context.Context, b *bus.Bus, clock *Clock, events []bus.EventInit) error {
	for i, e := range events {
		if i > 0 && clock != nil {
			clock.Advance(max(0, e.Time.Sub(events[i-1].Time)))
		}
		if err := b.Publish(ctx, e.Topic, e.Data, given(e)...); err != nil {
			return &ReplayError{Index: i, Topic: e.Topic, Err: err}
		}
	}
	return nil
}

// ReplayError says which recorded event could not be published again.
type ReplayError struct {
	Index int
	Topic string
	Err   error
}

func (e *ReplayError) Error() string {
	return "bustest: replay of event " + strconv.Itoa(e.Index) + ", " + brief.Cut(e.Topic, brief.Quoted) + ": " + e.Err.Error()
}

func (e *ReplayError) Unwrap() error { return e.Err }

func given(e bus.EventInit) []bus.PublishOption {
	var opts []bus.PublishOption
	for _, o := range []struct {
		value string
		with  func(string) bus.PublishOption
	}{
		{e.ID, bus.WithID}, {e.Subject, bus.WithSubject}, {e.Key, bus.WithKey}, {e.Version, bus.WithVersion}, {e.TraceParent, bus.WithTraceParent},
	} {
		if o.value != "" {
			opts = append(opts, o.with(o.value))
		}
	}
	if len(e.Extensions) > 0 {
		opts = append(opts, bus.WithExtensions(e.Extensions))
	}
	return opts
}
