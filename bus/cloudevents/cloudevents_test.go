package cloudevents_test

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/cloudevents"
)

const trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

type order struct {
	Number int64     `json:"number"`
	Placed time.Time `json:"placed"`
	Raw    []byte    `json:"raw,omitempty"`
}

// A whole event goes from one bus to another by its text.
func TestFromBusToBus(t *testing.T) {
	from, to := newBus(t), bus.New(bus.Options{Name: "other"})
	defer to.Close()
	var texts [][]byte
	_, err := from.Subscribe("order.>", func(ctx context.Context, e *bus.Event) error {
		text, err := cloudevents.Marshal(e)
		texts = append(texts, text)
		if e.Topic == "order.placed" {
			return errors.Join(err, from.Publish(ctx, "order.checked", nil))
		}
		return err
	})
	require.NoError(t, err)
	placed := order{Number: math.MaxInt64, Placed: time.Date(2024, 2, 29, 1, 2, 3, 4, time.UTC), Raw: []byte{1, 2}}
	require.NoError(t, from.Publish(t.Context(), "order.placed", placed, bus.WithTraceParent(trace), bus.WithKey("customer")))
	require.Len(t, texts, 2)

	var got []order
	orders := bus.NewTopic[order](to, "order.placed")
	_, err = orders.Subscribe(func(_ context.Context, o order) error { got = append(got, o); return nil })
	require.NoError(t, err)
	var events []*bus.Event
	_, err = to.Subscribe(">", func(_ context.Context, e *bus.Event) error { events = append(events, e); return nil })
	require.NoError(t, err)
	for _, text := range texts {
		in, err := cloudevents.Unmarshal(text)
		require.NoError(t, err)
		require.NoError(t, to.PublishEvent(t.Context(), in))
	}
	assert.Equal(t, []order{placed}, got, "integers that float64 has not, times and bytes inside of JSON")
	require.Len(t, events, 2)
	cause, effect := events[0], events[1]
	assert.Equal(t, []string{"shop", "customer", trace, cause.ID(), ""}, []string{cause.Source(), cause.Key(), cause.TraceParent(), cause.CorrelationID(), cause.CausationID()})
	assert.Equal(t, []string{"shop", "", trace, cause.ID(), cause.ID()}, []string{effect.Source(), effect.Key(), effect.TraceParent(), effect.CorrelationID(), effect.CausationID()})
	assert.NotEqual(t, cause.ID(), effect.ID())
	assert.Nil(t, effect.Data)
	for i, e := range events {
		text, err := cloudevents.Marshal(e)
		require.NoError(t, err)
		assert.Equal(t, string(texts[i]), string(text), "the same text at the next stop")
	}
}

func TestMarshalData(t *testing.T) {
	for name, c := range map[string]struct {
		data any
		want string
	}{
		"nanoseconds of a struct": {order{Placed: time.Unix(0, 1).UTC()}, `"data":{"number":0,"placed":"1970-01-01T00:00:00.000000001Z"}}`},
		"a map in order":          {map[string]int{"b": 1, "a": 2}, `"data":{"a":2,"b":1}}`},
		"raw JSON":                {json.RawMessage("{ \"b\" : \"\\ufffd\" }"), `"data":{"b":"\ufffd"}}`},
		"a large number":          {json.Number("170141183460469231731687303715884105728"), `"data":170141183460469231731687303715884105728}`},
		"no escapes for HTML":     {"<&>\u2028\\u2028", `"data":"<&>` + "\u2028" + `\\u2028"}`},
		"a payload of JSON":       {decoder(func(dst any) error { return json.Unmarshal([]byte(`"aGk="`), dst) }), `"data":"aGk="}`},
		"a payload of bytes": {decoder(func(dst any) error {
			if p, ok := dst.(*[]byte); ok {
				*p = []byte("hi")
				return nil
			}
			return errors.New("bytes")
		}), `"data_base64":"aGk="}`},
		"nil":        {nil, `"correlationid":"1"}`},
		"no bytes":   {[]byte{}, `"data_base64":""}`},
		"a nil list": {[]int(nil), `"data":null}`},
	} {
		t.Run(name, func(t *testing.T) {
			text, err := cloudevents.Marshal(newBus(t).NewEvent(bus.EventInit{Topic: "a", ID: "1", Data: c.data}))
			require.NoError(t, err)
			assert.True(t, strings.HasSuffix(string(text), c.want), "%s, not %s", text, c.want)
		})
	}
}

type decoder func(any) error

func (d decoder) Decode(dst any) error { return d(dst) }

func TestMarshalDataThatJSONCannotHave(t *testing.T) {
	failed := errors.New("no data")
	for name, data := range map[string]any{
		"NaN":                         math.NaN(),
		"a channel":                   make(chan int),
		"a function":                  func() {},
		"text that is not UTF-8":      "\xff",
		"text within, not UTF-8":      map[string]any{"a": []string{"\xff"}},
		"a key that is not UTF-8":     map[string]int{"\xff": 1},
		"half a JSON":                 cloudevents.JSON(`{"a":`),
		"no JSON":                     cloudevents.JSON(nil),
		"JSON that is not UTF-8":      cloudevents.JSON("\"\xff\""),
		"JSON with a lone surrogate":  json.RawMessage(`"\ud834"`),
		"JSON ending in an escape":    json.RawMessage(`"\ud83`),
		"a payload that fails":        decoder(func(any) error { return failed }),
		"a payload that gives a half": decoder(func(dst any) error { return json.Unmarshal([]byte("{"), dst) }),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := cloudevents.Marshal(newBus(t).NewEvent(bus.EventInit{Topic: "a.b", Data: data}))
			var e *bus.PayloadError
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "a.b", e.Topic)
			assert.Equal(t, "TB_PAYLOAD", bus.Code(err))
			assert.Equal(t, name == "a payload that fails", errors.Is(err, failed))
		})
	}
}

func TestMarshalAttributesThatCloudEventsCannotHave(t *testing.T) {
	for attribute, in := range map[string]bus.EventInit{
		"id":              {ID: "a\nb"},
		"source":          {Source: "\xff"},
		"type":            {Topic: "a\ufffe"},
		"time":            {Time: time.Unix(9223372036, 0)},
		"subject":         {Subject: "\x7f"},
		"datacontenttype": {DataContentType: "text"},
		"dataschema":      {DataSchema: "order/2"},
		"traceparent":     {TraceParent: "00-1-2-01"},
		"correlationid":   {CorrelationID: "\x00"},
		"causationid":     {CausationID: "\u009f"},
		"partitionkey":    {Key: "\ufdd0"},
		"version":         {Version: "\U0001ffff"},
	} {
		if in.Topic == "" {
			in.Topic = "a"
		}
		_, err := cloudevents.Marshal(newBus(t).NewEvent(in))
		var e *cloudevents.Error
		require.ErrorAs(t, err, &e, attribute)
		assert.Equal(t, attribute, e.Attribute)
		assert.Equal(t, "TB_CLOUDEVENT", bus.Code(err))
		assert.Contains(t, err.Error(), attribute)
	}
	_, err := cloudevents.Marshal(nil)
	require.ErrorIs(t, err, cloudevents.ErrCloudEvent)
	_, err = cloudevents.Marshal(&bus.Event{Topic: "a"})
	assert.ErrorContains(t, err, `"id" is empty`, "an event of no bus")
}

func TestBatch(t *testing.T) {
	b := newBus(t)
	events := []*bus.Event{b.NewEvent(bus.EventInit{Topic: "a", ID: "1", Data: 1}), b.NewEvent(bus.EventInit{Topic: "b", ID: "2"})}
	text, err := cloudevents.MarshalBatch(events)
	require.NoError(t, err)
	first, err := cloudevents.Marshal(events[0])
	require.NoError(t, err)
	second, err := cloudevents.Marshal(events[1])
	require.NoError(t, err)
	assert.Equal(t, "["+string(first)+","+string(second)+"]", string(text))
	got, err := cloudevents.UnmarshalBatch(text)
	require.NoError(t, err)
	require.Len(t, got, 2)
	assert.Equal(t, []string{"a", "b"}, []string{got[0].Topic, got[1].Topic})

	text, err = cloudevents.MarshalBatch(nil)
	require.NoError(t, err)
	got, err = cloudevents.UnmarshalBatch(text)
	require.NoError(t, err)
	assert.Empty(t, got)

	var e *cloudevents.Error
	_, err = cloudevents.MarshalBatch([]*bus.Event{events[0], nil})
	require.ErrorAs(t, err, &e)
	assert.Equal(t, 1, e.Index)
	_, err = cloudevents.UnmarshalBatch([]byte("[" + string(first) + `,{"specversion":"1.0","id":"1","source":""}]`))
	require.ErrorAs(t, err, &e)
	assert.Equal(t, &cloudevents.Error{Attribute: "source", Reason: "is empty", Index: 1}, e)
	assert.Equal(t, `cloudevents: event 1 of the batch: "source" is empty`, err.Error())
	for _, text := range []string{"", "null", "{}", "[", `["x"]`, "[null]", "[[]]", "[1,"} {
		_, err = cloudevents.UnmarshalBatch([]byte(text))
		assert.ErrorIs(t, err, cloudevents.ErrCloudEvent, text)
	}
}

func TestUnmarshalOfAnySize(t *testing.T) {
	prefix := `{"specversion":"1.0","id":"1","source":"/s","type":"a","data":`
	for name, text := range map[string]string{
		"too long":      prefix + `"` + strings.Repeat("x", 16<<20) + `"}`,
		"nested":        prefix + strings.Repeat("[", 1<<20) + strings.Repeat("]", 1<<20) + "}",
		"nested openly": strings.Repeat(`{"a":`, 1<<20),
		"not UTF-8":     prefix + "\"\xff\"}",
	} {
		_, err := cloudevents.Unmarshal([]byte(text))
		assert.ErrorIs(t, err, cloudevents.ErrCloudEvent, name)
	}
	in, err := cloudevents.Unmarshal([]byte(prefix + `"` + strings.Repeat(`\n`, 4<<20) + `"}`))
	require.NoError(t, err)
	s, err := bus.As[string](&bus.Event{Data: in.Data})
	require.NoError(t, err)
	assert.Len(t, s, 4<<20)
}

// What is read is written, and then read and written again as the same.
func FuzzUnmarshal(f *testing.F) {
	for _, v := range []string{
		`{"specversion":"1.0","id":"1","source":"/s","type":"a","time":"2024-02-29T01:02:03.5+05:30","data":{"a":[1e400,"\ud834\udd1e\u2028"]}}`,
		`{"specversion":"1.0","id":"𝄞","source":"http://u@[::1]:80/%20?#","type":"a.b","ext":-5,"version":3,"data_base64":"AA=="}`,
		`{"specversion":"1.0","id":"1","source":"s","type":"a","traceparent":"` + trace + `","dataschema":"urn:a","datacontenttype":"a/b;c","data":null}`,
		`{"specversion":"1.0","__proto__":1}`,
	} {
		f.Add([]byte(v))
	}
	b := bus.New(bus.Options{})
	f.Fuzz(func(t *testing.T, text []byte) {
		in, err := cloudevents.Unmarshal(text)
		if err != nil {
			require.Equal(t, "TB_CLOUDEVENT", bus.Code(err))
			return
		}
		require.NoError(t, b.PublishEvent(t.Context(), in))
		written, err := cloudevents.Marshal(b.NewEvent(in))
		require.NoError(t, err)
		again, err := cloudevents.Unmarshal(written)
		require.NoError(t, err, "%s", written)
		rewritten, err := cloudevents.Marshal(b.NewEvent(again))
		require.NoError(t, err)
		if in.Time.IsZero() {
			again.Time = in.Time // it was stamped
		}
		if in.CorrelationID == "" {
			again.CorrelationID = ""
		}
		require.True(t, in.Time.Equal(again.Time))
		again.Time = in.Time
		require.Equal(t, in, again)
		require.Equal(t, string(written), string(rewritten))
	})
}
