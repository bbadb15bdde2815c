package cloudevents_test

import (
	"bytes"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/cloudevents"
)

// vectors are in testdata/events.json, which the tests of the npm package read too: both sides write the
// same text for an event, read the same event from a text, and refuse the same texts for the same reason.
type vectors struct {
	Written []struct {
		Name  string
		Event vector
		Text  string
	}
	Sources []struct{ Name, Source string }
	Read    []struct {
		Name  string
		Event vector
		Text  string
	}
	Wrong []struct{ Name, Text, Attribute, Reason string }
}

// vector is an event in the names of the npm package.
type vector struct {
	Topic, ID, Source, Subject, Key, Traceparent            string
	CorrelationID, CausationID, Dataschema, Datacontenttype string
	Time                                                    *int64
	Version                                                 any
	Extensions                                              map[string]any
	Data                                                    json.RawMessage
	Bytes                                                   *string
}

// Embedded, since the tests run in a page too.
//
//go:embed testdata/events.json
var events []byte

func load(t *testing.T) (v vectors) {
	t.Helper()
	require.NoError(t, json.Unmarshal(events, &v))
	return v
}

// init is the event, its data being what decode makes of JSON.
func (v *vector) init(t *testing.T, decode func(json.RawMessage) any) bus.EventInit {
	t.Helper()
	in := bus.EventInit{
		Topic: v.Topic, ID: v.ID, Source: v.Source, Subject: v.Subject, Key: v.Key, TraceParent: v.Traceparent,
		CorrelationID: v.CorrelationID, CausationID: v.CausationID, DataSchema: v.Dataschema, DataContentType: v.Datacontenttype,
	}
	if v.Time != nil {
		in.Time = time.UnixMilli(*v.Time)
	}
	switch version := v.Version.(type) {
	case string:
		in.Version = version
	case float64:
		in.Version = strconv.Itoa(int(version))
	}
	for name, value := range v.Extensions {
		if in.Extensions == nil {
			in.Extensions = map[string]any{}
		}
		if n, ok := value.(float64); ok {
			value = int32(n)
		}
		in.Extensions[name] = value
	}
	if v.Data != nil {
		in.Data = decode(v.Data)
	}
	if v.Bytes != nil {
		raw, err := base64.StdEncoding.DecodeString(*v.Bytes)
		require.NoError(t, err)
		in.Data = raw
	}
	return in
}

func asJSON(raw json.RawMessage) any {
	var out bytes.Buffer
	if err := json.Compact(&out, raw); err != nil {
		panic(err)
	}
	return cloudevents.JSON(out.Bytes())
}

// asValue is what Go code would publish; null stays JSON, since nil is no data.
func asValue(raw json.RawMessage) any {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if bytes.Contains(raw, []byte("9007199254740991")) {
		decoder.UseNumber()
	}
	var v any
	if err := decoder.Decode(&v); err != nil {
		panic(err)
	}
	if v == nil {
		return cloudevents.JSON("null")
	}
	return v
}

func newBus(t *testing.T) *bus.Bus {
	b := bus.New(bus.Options{Name: "shop"})
	t.Cleanup(func() { assert.NoError(t, b.Close()) })
	return b
}

func TestVectorsWritten(t *testing.T) {
	b := newBus(t)
	for _, v := range load(t).Written {
		t.Run(v.Name, func(t *testing.T) {
			text, err := cloudevents.Marshal(b.NewEvent(v.Event.init(t, asValue)))
			require.NoError(t, err)
			assert.Equal(t, v.Text, string(text))
			in, err := cloudevents.Unmarshal(text)
			require.NoError(t, err)
			again, err := cloudevents.Marshal(b.NewEvent(in))
			require.NoError(t, err)
			assert.Equal(t, v.Text, string(again), "nothing is lost")
		})
	}
}

func TestVectorsOfSources(t *testing.T) {
	for _, v := range load(t).Sources {
		b := bus.New(bus.Options{Name: v.Name})
		text, err := cloudevents.Marshal(b.NewEvent(bus.EventInit{Topic: "a", ID: "1"}))
		require.NoError(t, err, v.Name)
		in, err := cloudevents.Unmarshal(text)
		require.NoError(t, err, v.Name)
		assert.Equal(t, v.Source, in.Source, v.Name)
		require.NoError(t, b.Close())
	}
}

func TestVectorsRead(t *testing.T) {
	for _, v := range load(t).Read {
		t.Run(v.Name, func(t *testing.T) {
			in, err := cloudevents.Unmarshal([]byte(v.Text))
			require.NoError(t, err)
			want := v.Event.init(t, asJSON)
			assert.True(t, want.Time.Equal(in.Time), "%v %v", want.Time, in.Time)
			want.Time, in.Time = time.Time{}, time.Time{}
			if want, ok := want.Data.(cloudevents.JSON); ok {
				assert.JSONEq(t, string(want), string(in.Data.(cloudevents.JSON)))
				in.Data = want
			}
			assert.Equal(t, want, in)
		})
	}
}

func TestVectorsOfWhatIsWrong(t *testing.T) {
	for _, v := range load(t).Wrong {
		t.Run(v.Name, func(t *testing.T) {
			_, err := cloudevents.Unmarshal([]byte(v.Text))
			require.Error(t, err)
			assert.Equal(t, "TB_CLOUDEVENT", bus.Code(err))
			require.ErrorIs(t, err, cloudevents.ErrCloudEvent)
			var e *cloudevents.Error
			require.True(t, errors.As(err, &e))
			assert.Equal(t, v.Attribute, e.Attribute)
			assert.True(t, strings.HasPrefix(e.Reason, v.Reason), "%q, not %q", e.Reason, v.Reason)
			assert.Equal(t, -1, e.Index)
		})
	}
}
