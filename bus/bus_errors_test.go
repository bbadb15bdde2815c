package bus_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/cloudevents"
	"github.com/trolleybus/trolleybus/bus/jsoncodec"
)

type digits string

func (d digits) Decode(dst any) error { return jsoncodec.Codec{}.Unmarshal([]byte(d), dst) }

// An error quotes what it was given, but not all of it.
func TestErrorsAreShortWhateverTheyQuote(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	ctx := t.Context()
	const size = 1 << 20
	long := strings.Repeat("x", size)
	handler := func(context.Context, *bus.Event) error { return nil }
	refuse := func(string) error { return errors.New("wrong: " + long) }
	require.NoError(t, b.Declare("validated", bus.Validate(refuse)))
	require.NoError(t, b.Declare("versioned", bus.Version(2)))
	decode := func(topic string, dst any) error {
		return (&bus.Event{Topic: topic, Data: digits(strings.Repeat("1", size))}).Decode(dst)
	}
	names := map[string]any{"X" + long: "x"}
	batch := `[{"specversion":"1.0","id":"1","source":"/s","type":"a","` + long + `X":1}]`
	_, ofSubscribe := b.Subscribe(long, handler)
	_, ofRespond := b.Respond(long+".*", func(context.Context, *bus.Event) (any, error) { return nil, nil })
	_, ofRequest := b.Request(ctx, long, nil)
	_, ofGather := b.Gather(ctx, long, nil)
	_, ofTopic := bus.NewTopic[int](b, long).Subscribe(func(context.Context, int) error { return nil })
	_, ofLetters := b.DeadLetters(long + "..")
	_, ofDiscard := b.Discard(long + "..")
	_, ofRedrive := b.Redrive(long + "..")
	_, ofClear := b.Clear(long)
	_, ofPressure := b.Pressure(long)
	_, ofTrace := bus.ParseTraceParent(long)
	_, ofCloudEvent := cloudevents.UnmarshalBatch([]byte(batch))
	_, ofMarshal := cloudevents.Marshal(b.NewEvent(bus.EventInit{Topic: "a", Extensions: names}))
	var number int
	for name, err := range map[string]error{
		"ValidateTopic": bus.ValidateTopic(long), "ValidatePattern": bus.ValidatePattern(long + ".>"),
		"Publish": b.Publish(ctx, long, nil), "PublishEvent": b.PublishEvent(ctx, bus.EventInit{Topic: long}),
		"an option": b.Publish(ctx, "a", nil, bus.WithTraceParent(long)), "extensions": b.Publish(ctx, "a", nil, bus.WithExtensions(names)),
		"Subscribe": ofSubscribe, "Respond": ofRespond, "Request": ofRequest, "Gather": ofGather, "NewTopic": ofTopic,
		"Declare": b.Declare(long, bus.Retain()), "DeadLetters": ofLetters, "Discard": ofDiscard, "Redrive": ofRedrive, "Clear": ofClear, "Pressure": ofPressure,
		"a schema": b.Publish(ctx, "validated", "x"), "a version": b.Publish(ctx, "versioned", 1, bus.WithVersion(long)),
		"Decode": decode("a", &number), "Decode of a long topic": decode(long, &number),
		"ParseTraceParent": ofTrace, "a CloudEvent": ofCloudEvent, "a CloudEvent's extension": ofMarshal,
	} {
		if assert.Error(t, err, name) {
			assert.Less(t, len(err.Error()), 1500, name)
		}
	}
	var e *bus.TopicError
	require.ErrorAs(t, bus.ValidateTopic(long), &e)
	assert.Len(t, e.Input, size, "who wants all of it has it")
	assert.ErrorContains(t, bus.ValidateTopic("a..b"), `"a..b"`)
}
