package bus_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestExtensionsAreKept(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	require.NoError(t, b.Declare("a", bus.Retain()))
	var seen []map[string]any
	_, err := b.Subscribe(">", func(ctx context.Context, e *bus.Event) error {
		seen = append(seen, e.Extensions())
		if e.Topic == "a" {
			return b.Publish(ctx, "effect", nil)
		}
		return nil
	})
	require.NoError(t, err)
	given := map[string]any{"sequence": "5", "empty": "", "rate": 30, "least": int32(math.MinInt32), "flag": true, "0": false}
	want := map[string]any{"sequence": "5", "empty": "", "rate": int32(30), "least": int32(math.MinInt32), "flag": true, "0": false}
	require.NoError(t, b.Publish(t.Context(), "a", 1, bus.WithExtensions(given)))
	given["sequence"] = "changed"
	require.NoError(t, b.Publish(t.Context(), "b", 1, bus.WithExtensions(nil)))
	assert.Equal(t, []map[string]any{want, nil, nil}, seen, "an effect has none of its cause")

	last, ok := b.Last("a")
	require.True(t, ok)
	last.Extensions()["sequence"] = "changed"
	assert.Equal(t, want, last.Extensions(), "each who asks gets a copy")
	seen = nil
	require.NoError(t, b.PublishEvent(t.Context(), last.Init()))
	assert.Equal(t, want, seen[0])
}

func TestExtensionsOutliveFailureAndRedrive(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bus.New(bus.Options{})
		defer b.Close()
		var seen []map[string]any
		_, err := b.Subscribe("a", func(context.Context, *bus.Event) error { return bus.Permanent(errors.New("no")) }, bus.Retry(bus.Backoff{Attempts: 1}))
		require.NoError(t, err)
		_, err = b.Subscribe("elsewhere", func(_ context.Context, e *bus.Event) error { seen = append(seen, e.Extensions()); return nil })
		require.NoError(t, err)
		want := map[string]any{"sequence": "5"}
		require.NoError(t, b.Publish(t.Context(), "a", nil, bus.WithExtensions(want)))
		letters, err := b.DeadLetters("a")
		require.NoError(t, err)
		require.Len(t, letters, 1)
		assert.Equal(t, want, letters[0].Event.Extensions())
		n, err := b.Redrive(letters[0].ID, bus.RedriveTo("elsewhere"))
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		synctest.Wait()
		assert.Equal(t, []map[string]any{want}, seen)
	})
}

func TestExtensionsThatCloudEventsCannotHave(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	_, err := b.Subscribe(">", func(context.Context, *bus.Event) error { t.Error("delivered"); return nil })
	require.NoError(t, err)
	for name, value := range map[string]any{
		"": "x", "Upper": "x", "a.b": "x", "ü": "x", "data_base64": "x", "id": "x", "source": "x", "specversion": "x", "type": "x", "time": "x", "subject": "x",
		"datacontenttype": "x", "dataschema": "x", "data": "x", "traceparent": "x", "correlationid": "x", "causationid": "x", "partitionkey": "x", "version": "x",
		"utf8": "\xff", "float": 1.0, "wide": int64(1), "large": math.MaxInt32 + 1, "null": nil, "list": []any{1}, "bytes": []byte("x"),
	} {
		wrong := map[string]any{"sequence": "5", name: value}
		require.ErrorIs(t, b.Publish(t.Context(), "a", 1, bus.WithExtensions(wrong)), bus.ErrOption, name)
		require.ErrorIs(t, b.PublishEvent(t.Context(), bus.EventInit{Topic: "a", Extensions: wrong}), bus.ErrOption, name)

		remove := b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
			in := e.Init()
			in.Extensions = wrong
			return next(ctx, b.NewEvent(in))
		})
		require.ErrorIs(t, b.Publish(t.Context(), "a", 1), bus.ErrOption, name)
		_, err := b.Request(t.Context(), "a", 1)
		require.ErrorIs(t, err, bus.ErrOption, name)
		remove()
	}
}
