package cloudevents

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/internal/formats"
)

// attribute is one that an event has. get and set are for its form in a CloudEvent.
type attribute struct {
	name  string
	check func(string) (reason string)
	get   func(*bus.EventInit) string
	set   func(*bus.EventInit, string)
}

// attributes are in the order of writing, which is that of the npm package too.
var attributes = []attribute{
	field("id", text, func(in *bus.EventInit) *string { return &in.ID }),
	{"source", form("a URI reference", formats.IsReference), func(in *bus.EventInit) string { return reference(in.Source) },
		func(in *bus.EventInit, s string) { in.Source = s }},
	field("type", text, func(in *bus.EventInit) *string { return &in.Topic }),
	{"time", form("a time of RFC 3339 within 292 years from 1970", func(s string) bool { _, ok := parseTime(s); return ok }),
		func(in *bus.EventInit) string { return formatTime(in.Time) },
		func(in *bus.EventInit, s string) { in.Time, _ = parseTime(s) }},
	field("subject", text, func(in *bus.EventInit) *string { return &in.Subject }),
	field("datacontenttype", form("a media type", formats.IsMediaType), func(in *bus.EventInit) *string { return &in.DataContentType }),
	field("dataschema", form("a URI", formats.IsURI), func(in *bus.EventInit) *string { return &in.DataSchema }),
	field("traceparent", form("a W3C traceparent", isTraceParent), func(in *bus.EventInit) *string { return &in.TraceParent }),
	field("correlationid", text, func(in *bus.EventInit) *string { return &in.CorrelationID }),
	field("causationid", text, func(in *bus.EventInit) *string { return &in.CausationID }),
	field("partitionkey", text, func(in *bus.EventInit) *string { return &in.Key }),
	field("version", text, func(in *bus.EventInit) *string { return &in.Version }),
}

func field(name string, check func(string) string, at func(*bus.EventInit) *string) attribute {
	return attribute{name, check, func(in *bus.EventInit) string { return *at(in) }, func(in *bus.EventInit, s string) { *at(in) = s }}
}

func required(name string) bool { return name == "id" || name == "source" || name == "type" }

// text is CloudEvents' type String, where it must not be empty.
func text(s string) (reason string) {
	if s == "" {
		return "is empty"
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, illegal) {
		return "has a character that CloudEvents does not allow"
	}
	return ""
}

// illegal reports control characters and code points that are no characters.
func illegal(r rune) bool {
	return r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0xfdd0 && r <= 0xfdef || r&0xfffe == 0xfffe
}

func form(what string, test func(string) bool) func(string) string {
	return func(s string) string {
		if reason := text(s); reason != "" {
			return reason
		}
		if !test(s) {
			return "is not " + what
		}
		return ""
	}
}

func isTraceParent(s string) bool {
	_, err := bus.ParseTraceParent(s)
	return err == nil
}

// reference makes a URI reference of any text, as encodeURIComponent of JavaScript does.
func reference(source string) string {
	if formats.IsReference(source) || !utf8.ValidString(source) {
		return source // text finds what is not UTF-8
	}
	const hex = "0123456789ABCDEF"
	var out strings.Builder
	for i := range len(source) {
		c := source[i]
		if c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || strings.IndexByte("-_.!~*'()", c) >= 0 {
			out.WriteByte(c)
		} else {
			out.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return out.String()
}

// formatTime writes milliseconds, as JavaScript does, and more digits only where they say something.
func formatTime(t time.Time) string {
	if t.Nanosecond()%1e6 == 0 {
		return t.UTC().Format("2006-01-02T15:04:05.000Z07:00")
	}
	return t.UTC().Format("2006-01-02T15:04:05.000000000Z07:00")
}

// maxSeconds from 1970 fit into 64 bits of nanoseconds.
const maxSeconds = 9223372036

func parseTime(s string) (t time.Time, ok bool) {
	// T and Z may be of lower case, which package time does not know. It also takes hours of one digit, a
	// comma for the point and offsets of more than a day, for the sake of old programs.
	s = strings.ToUpper(s)
	if len(s) < len("2006-01-02T15:04:05Z") || s[13] != ':' || strings.Contains(s, ",") {
		return t, false
	}
	if zone := s[len(s)-6:]; s[len(s)-1] != 'Z' && zone[1:3] > "23" {
		return t, false
	}
	t, err := time.Parse(time.RFC3339, s)
	return t, err == nil && t.Unix() >= -maxSeconds && t.Unix() < maxSeconds
}
