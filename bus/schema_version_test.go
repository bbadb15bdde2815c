package bus_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func same(n int) (int, error)      { return n, nil }
func increased(n int) (int, error) { return n + 1, nil }

// fare is at version 3: 1 was cents as text, 2 a number.
type fare struct{ Cents int }

func (f fare) Validate() error {
	if f.Cents < 0 {
		return errors.New("negative")
	}
	return nil
}

var errFare = errors.New("no fare")

func fares(b *bus.Bus) *bus.Topic[fare] {
	return bus.NewTopic[fare](b, "fare", bus.Version(3),
		bus.Upcast(1, func(text string) (int, error) {
			if text == "panic" {
				panic(text)
			}
			n, err := strconv.Atoi(text)
			if err != nil {
				return 0, errFare
			}
			return n, nil
		}),
		bus.Upcast(2, func(cents int) (fare, error) { return fare{cents}, nil }))
}

func TestVersionIsBroughtUpStepByStep(t *testing.T) {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()
	topic := fares(b)
	require.NoError(t, topic.Err())
	type seen struct {
		data                 any
		version, schema, sub string
	}
	var got []seen
	_, err := b.Subscribe("fare", func(_ context.Context, e *bus.Event) error {
		got = append(got, seen{e.Data, e.Version(), e.DataSchema(), e.Subject()})
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, b.Publish(ctx, "fare", "100", bus.WithVersion("1"), bus.WithSubject("s")))
	require.NoError(t, b.Publish(ctx, "fare", 200, bus.WithVersion("2")))
	require.NoError(t, b.Publish(ctx, "fare", fare{300}, bus.WithVersion("3")))
	require.NoError(t, b.Publish(ctx, "fare", fare{400}))
	require.NoError(t, topic.Publish(ctx, fare{500}))
	assert.Equal(t, []seen{
		{fare{100}, "3", "", "s"}, {fare{200}, "3", "", ""}, {fare{300}, "3", "", ""},
		{fare{400}, "3", "", ""}, {fare{500}, "3", "", ""},
	}, got)
	refused(t, b.Publish(ctx, "fare", "-5", bus.WithVersion("1")), "fare", "negative")
	assert.Len(t, got, 5)
}

func TestVersionOfATypedEventThatFailed(t *testing.T) {
	var failed *bus.Failure
	b := bus.New(bus.Options{OnError: func(f *bus.Failure) { failed = f }})
	defer b.Close()
	topic := fares(b)
	_, err := topic.Subscribe(func(context.Context, fare) error { return errFare })
	require.NoError(t, err)
	require.NoError(t, topic.Publish(context.Background(), fare{1}))
	require.NotNil(t, failed)
	assert.Equal(t, "3", failed.Event.Version())
}

func TestVersionThatCannotBeHad(t *testing.T) {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()
	fares(b)
	require.NoError(t, b.Declare("gap", bus.Version(3), bus.Upcast(1, same)))
	got := collect[any](t, b, ">")
	for _, tc := range []struct {
		topic, version string
		data           any
		reason         string
		cause          error
	}{
		{"fare", "4", fare{1}, "it is newer", nil},
		{"fare", "0", fare{1}, "it is no whole number from 1", nil},
		{"fare", "-1", fare{1}, "it is no whole number from 1", nil},
		{"fare", "1.0", fare{1}, "it is no whole number from 1", nil},
		{"fare", "01", fare{1}, "it is no whole number from 1", nil},
		{"fare", "one", fare{1}, "it is no whole number from 1", nil},
		{"fare", "99999999999999999999", fare{1}, "it is no whole number from 1", nil},
		{"fare", "1", "x", "the upcast from 1 failed: no fare", errFare},
		{"fare", "1", "panic", "the upcast from 1 failed: it panicked: panic", bus.ErrPanic},
		{"fare", "1", 7, "the upcast from 1 failed: interface conversion: interface {} is int, not string", bus.ErrPayload},
		{"gap", "1", 7, "there is no upcast from 2", nil},
		{"gap", "2", 7, "there is no upcast from 2", nil},
	} {
		t.Run(tc.topic+" "+tc.version, func(t *testing.T) {
			err := b.Publish(ctx, tc.topic, tc.data, bus.WithVersion(tc.version))
			var e *bus.VersionError
			require.ErrorAs(t, err, &e)
			require.ErrorIs(t, err, bus.ErrVersion)
			assert.Equal(t, "TB_VERSION", bus.Code(err))
			assert.Equal(t, []any{tc.topic, tc.version, 3, tc.reason}, []any{e.Topic, e.Version, e.Current, e.Reason})
			assert.Contains(t, err.Error(), tc.reason)
			if tc.cause != nil {
				require.ErrorIs(t, err, tc.cause)
			}
		})
	}
	assert.Empty(t, *got)
}

func TestAGivenDataSchemaOfTheCurrentVersionStays(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	fares(b)
	e := b.NewEvent(bus.EventInit{Topic: "fare", Data: fare{1}, Version: "3", DataSchema: "https://example.com/fare"})
	require.NoError(t, bus.PortOf(b).Check(e))
	assert.Equal(t, "https://example.com/fare", e.DataSchema())
	e = b.NewEvent(bus.EventInit{Topic: "fare", Data: 1, Version: "2", DataSchema: "https://example.com/old"})
	require.NoError(t, bus.PortOf(b).Check(e))
	assert.Empty(t, e.DataSchema(), "another version has another schema")
}

func TestCheckOfTopicsThatAreNotDeclared(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	e := b.NewEvent(bus.EventInit{Topic: "a", Data: 1, Version: "9"})
	require.NoError(t, bus.PortOf(b).Check(e))
	assert.False(t, bus.PortOf(b).Declares("a"))
	fares(b)
	require.NoError(t, bus.PortOf(b).Check(e))
	assert.False(t, bus.PortOf(b).Declares("a"))
	assert.True(t, bus.PortOf(b).Declares("fare"))
}
