package bus

import (
	"context"
	"time"

	"github.com/trolleybus/trolleybus/bus/internal/formats"
)

// maxEventTime is how far from 1970 an event's time can be, so that it fits into 64 bits of nanoseconds.
const maxEventTime = 9223372036 * time.Second

// PublishEvent publishes an event that came from elsewhere, for example from a CloudEvent, with all that is
// given of it. Seq is ignored: the bus numbers the event. The errors are those of Publish, and an
// *OptionError for text that is not UTF-8 or longer than 65,535 bytes, a Time more than 292 years from 1970, a
// TraceParent that ParseTraceParent refuses, a DataSchema that is no URI (RFC 3986), a DataContentType that is no
// media type (RFC 2046), or Extensions that WithExtensions refuses.
func (b *Bus) PublishEvent(ctx context.Context, in EventInit) error {
	if err := b.open(ctx); err != nil {
		return &opError{"publish", in.Topic, err}
	}
	if err := in.check(); err != nil {
		return &opError{"publish", in.Topic, err}
	}
	in.Seq = 0
	return b.publish(ctx, b.NewEvent(in))
}

func (in *EventInit) check() error {
	for _, text := range [...][2]string{
		{"ID", in.ID}, {"Source", in.Source}, {"Subject", in.Subject}, {"Key", in.Key}, {"Version", in.Version}, {"TraceParent", in.TraceParent},
		{"CorrelationID", in.CorrelationID}, {"CausationID", in.CausationID}, {"DataSchema", in.DataSchema}, {"DataContentType", in.DataContentType},
	} {
		if text[1] != "" {
			if err := checkText("EventInit."+text[0], text[1]); err != nil {
				return err
			}
		}
	}
	if in.TraceParent != "" {
		if _, err := parseTraceParent("EventInit.TraceParent", in.TraceParent); err != nil {
			return err
		}
	}
	if !in.Time.IsZero() {
		// Sub would saturate; seconds do not.
		if limit := int64(maxEventTime / time.Second); in.Time.Unix() >= limit || in.Time.Unix() < -limit {
			return &OptionError{"EventInit.Time", "must be within 292 years of 1970"}
		}
	}
	if in.DataSchema != "" && !formats.IsURI(in.DataSchema) {
		return &OptionError{"EventInit.DataSchema", "must be a URI"}
	}
	if in.DataContentType != "" && !formats.IsMediaType(in.DataContentType) {
		return &OptionError{"EventInit.DataContentType", "must be a media type, such as application/json"}
	}
	_, err := newExtensions("EventInit.Extensions", in.Extensions)
	return err
}
