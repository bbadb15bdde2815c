package peers

import (
	"encoding/json"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/cloudevents/sdk-go/v2/event"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/cloudevents"
)

// The CloudEvents SDK of Go as an oracle: it accepts what is written here and reads the same from it, and
// the other way round.

func equal(t testing.TB, what string, got, want any) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: %v, not %v", what, got, want)
	}
}

type random struct{ *rand.Rand }

func pick[T any](r random, of ...T) T { return of[r.IntN(len(of))] }

func (r random) text() string {
	var s strings.Builder
	s.WriteString(pick(r, "x", "é", "𝄞"))
	for range r.IntN(6) {
		s.WriteString(pick(r, "a", "ä", "€", "𝄞", `"`, `\`, "/", "<&>", " ", "%", "\u00a0", "\u2028", "\ufffd", "constructor"))
	}
	return s.String()
}

func (r random) maybe() string {
	if r.IntN(3) == 0 {
		return ""
	}
	return r.text()
}

func (r random) topic() string {
	topic := pick(r, "order", "größe", "constructor")
	for range r.IntN(4) {
		topic += "." + pick(r, "eu", "x-1", "𝄞", "__proto__")
	}
	return topic
}

func (r random) value(depth int) any {
	kinds := 8
	if depth == 0 {
		kinds = 6
	}
	switch r.IntN(kinds) {
	case 0:
		return nil
	case 1:
		return r.IntN(2) == 0
	case 2:
		return pick(r, 0.0, 0.1, -1e21, 1e-7, math.MaxFloat64, math.SmallestNonzeroFloat64)
	case 3:
		return pick[any](r, math.MaxInt64, uint64(math.MaxUint64), json.Number("170141183460469231731687303715884105728"), r.IntN(1000))
	case 4:
		return r.text() + pick(r, "", "\x00\n\x1f\x7f")
	case 5:
		return ""
	case 6:
		list := make([]any, r.IntN(5))
		for i := range list {
			list[i] = r.value(depth - 1)
		}
		return list
	}
	object := map[string]any{}
	for range r.IntN(5) {
		object[r.text()] = r.value(depth - 1)
	}
	return object
}

func (r random) event() bus.EventInit {
	in := bus.EventInit{
		Topic: r.topic(), ID: r.text(), Subject: r.maybe(), Key: r.maybe(), Version: r.maybe(), CorrelationID: r.maybe(), CausationID: r.maybe(),
		Time:       time.Unix(0, r.Int64()-r.Int64()).UTC(),
		Source:     pick(r, "", "/a", "urn:x:y", "https://h.example:8/p%20q?r=1#s", "two words", "größe", "../up"),
		DataSchema: pick(r, "", "https://h.example/s.json", "urn:schema:1"), TraceParent: pick(r, "", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"),
		Data: r.value(3),
	}
	if r.IntN(6) == 0 {
		raw := make([]byte, r.IntN(40)+1)
		for i := range raw {
			raw[i] = byte(r.Uint32())
		}
		in.Data = raw
	}
	return in
}

func rounds(t *testing.T, check func(r random)) {
	var seed uint64
	defer func() {
		if t.Failed() {
			t.Logf("with seed %d", seed)
		}
	}()
	for seed = range 500 {
		check(random{rand.New(rand.NewPCG(seed, 1))})
	}
}

func TestCloudEventsSDKReadsWhatIsWritten(t *testing.T) {
	b := bus.New(bus.Options{Name: "https://shop.example/"})
	defer b.Close()
	rounds(t, func(r random) {
		in := r.event()
		e := b.NewEvent(in)
		text, err := cloudevents.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		back, err := cloudevents.Unmarshal(text)
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		var got event.Event
		if err := json.Unmarshal(text, &got); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		if err := got.Validate(); err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		equal(t, "id", got.ID(), e.ID())
		equal(t, "type", got.Type(), e.Topic)
		equal(t, "source", got.Source(), back.Source)
		equal(t, "subject", got.Subject(), e.Subject())
		equal(t, "time", got.Time().UnixNano(), in.Time.UnixNano())
		equal(t, "dataschema", got.DataSchema(), e.DataSchema())
		for name, want := range map[string]string{
			"traceparent": e.TraceParent(), "correlationid": e.CorrelationID(), "causationid": e.CausationID(), "partitionkey": e.Key(), "version": e.Version(),
		} {
			value, _ := got.Extensions()[name].(string)
			equal(t, name, value, want)
		}
		switch data := back.Data.(type) {
		case nil:
			equal(t, "data", len(got.Data()), 0)
		case []byte:
			equal(t, "data", string(got.Data()), string(data))
		default:
			equal(t, "data", string(got.Data()), string(data.(cloudevents.JSON)))
		}
	})
}

func TestCloudEventsSDKWritesWhatIsRead(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	rounds(t, func(r random) {
		in := r.event()
		written := event.New()
		written.SetID(in.ID)
		written.SetType(in.Topic)
		written.SetSource(pick(r, "/a", "urn:x:y", "https://h.example/p?q#r"))
		written.SetTime(in.Time)
		if in.Subject != "" {
			written.SetSubject(in.Subject)
		}
		written.SetExtension("sequence", r.IntN(1000))
		written.SetExtension("partitionkey", "k"+in.Key)
		kind := event.ApplicationJSON
		if raw, ok := in.Data.([]byte); ok {
			kind = pick(r, "application/octet-stream", "image/png")
			if err := written.SetData(kind, raw); err != nil {
				t.Fatal(err)
			}
		} else if err := written.SetData(kind, in.Data); err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(written)
		if err != nil {
			t.Fatal(err)
		}
		got, err := cloudevents.Unmarshal(text)
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		equal(t, "id", got.ID, written.ID())
		equal(t, "type", got.Topic, written.Type())
		equal(t, "source", got.Source, written.Source())
		equal(t, "subject", got.Subject, written.Subject())
		equal(t, "time", got.Time.UnixNano(), written.Time().UnixNano())
		equal(t, "key", got.Key, "k"+in.Key)
		switch data := got.Data.(type) {
		case nil:
			equal(t, "data", len(written.Data()), 0)
		case []byte:
			equal(t, "data", string(data), string(written.Data()))
			equal(t, "media type", b.NewEvent(got).DataContentType() == "image/png", kind == "image/png")
		case cloudevents.JSON:
			equal(t, "data", string(data), string(written.Data()))
		}
	})
}

// What is read here the SDK reads too, unless it is stricter than the specification.
func FuzzCloudEventsSDK(f *testing.F) {
	f.Add([]byte(`{"specversion":"1.0","id":"1","source":"/s","type":"a","time":"2024-02-29T01:02:03.5+05:30","data":[1,"x"]}`))
	f.Add([]byte(`{"specversion":"1.0","id":"1","source":"http://[::1]:80/%20","type":"a.b","ext":-5,"data_base64":"AA=="}`))
	b := bus.New(bus.Options{})
	f.Fuzz(func(t *testing.T, text []byte) {
		in, err := cloudevents.Unmarshal(text)
		if err != nil {
			return
		}
		written, err := cloudevents.Marshal(b.NewEvent(in))
		if err != nil {
			t.Fatalf("%v: %s", err, text)
		}
		var got event.Event
		if err := json.Unmarshal(written, &got); err != nil {
			if strings.Contains(err.Error(), "media type") || !plain(in) {
				return
			}
			t.Fatalf("%v: %s", err, written)
		}
		equal(t, "id", got.ID(), in.ID)
		equal(t, "type", got.Type(), in.Topic)
	})
}

// plain reports whether the URIs are without what package net/url refuses beyond RFC 3986.
func plain(in bus.EventInit) bool {
	return !strings.ContainsAny(in.Source+in.DataSchema, "[%") && utf8.ValidString(in.ID)
}
