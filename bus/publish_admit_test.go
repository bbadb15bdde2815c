package bus_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// tariff is what the events of "fare" have to be: valid by its method, at least 10 by the option, of version 2.
type tariff struct{ Cents int }

func (f tariff) Validate() error {
	if f.Cents < 0 {
		return errors.New("below zero")
	}
	return nil
}

// A way in which an event can enter a bus. Only some say a version.
type wayIn struct {
	name    string
	version bool
	enter   func(t *testing.T, b *bus.Bus, topic string, data any, version string) error
}

func waysIn() []wayIn {
	ctx := context.Background()
	withVersion := func(version string) []bus.PublishOption {
		if version == "" {
			return nil
		}
		return []bus.PublishOption{bus.WithVersion(version)}
	}
	nested := func(b *bus.Bus, publish func(ctx context.Context) error) (err error) {
		sub, _ := b.Subscribe("way.in", func(ctx context.Context, _ *bus.Event) error {
			err = publish(ctx)
			return nil
		}, bus.Once())
		defer sub.Unsubscribe()
		if err := b.Publish(ctx, "way.in", nil); err != nil {
			return err
		}
		return err
	}
	return []wayIn{
		{"Publish", true, func(_ *testing.T, b *bus.Bus, topic string, data any, version string) error {
			return b.Publish(ctx, topic, data, withVersion(version)...)
		}},
		{"Publish in a handler", true, func(_ *testing.T, b *bus.Bus, topic string, data any, version string) error {
			return nested(b, func(ctx context.Context) error { return b.Publish(ctx, topic, data, withVersion(version)...) })
		}},
		{"PublishEvent", true, func(_ *testing.T, b *bus.Bus, topic string, data any, version string) error {
			return b.PublishEvent(ctx, bus.EventInit{Topic: topic, Data: data, Version: version})
		}},
		{"Topic.Publish", false, func(t *testing.T, b *bus.Bus, topic string, data any, _ string) error {
			f, ok := data.(tariff)
			if !ok {
				return bus.NewTopic[any](b, topic).Publish(ctx, data)
			}
			return bus.NewTopic[tariff](b, topic).Publish(ctx, f)
		}},
		{"Request", false, func(_ *testing.T, b *bus.Bus, topic string, data any, _ string) error {
			_, err := b.Request(ctx, topic, data)
			return err
		}},
		{"Request in a handler", false, func(_ *testing.T, b *bus.Bus, topic string, data any, _ string) error {
			return nested(b, func(ctx context.Context) error { _, err := b.Request(ctx, topic, data); return err })
		}},
		{"Gather", false, func(_ *testing.T, b *bus.Bus, topic string, data any, _ string) error {
			_, err := b.Gather(ctx, topic, data, bus.GatherMax(1))
			return err
		}},
		{"an interceptor that puts another event in its place", true, func(t *testing.T, b *bus.Bus, topic string, data any, version string) error {
			remove := b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
				if e.Topic != "way.in" {
					return next(ctx, e)
				}
				return next(ctx, b.NewEvent(bus.EventInit{Topic: topic, Data: data, Version: version}))
			})
			defer remove()
			return b.Publish(ctx, "way.in", nil)
		}},
		{"a dead letter redriven to it", true, func(t *testing.T, b *bus.Bus, topic string, data any, version string) (err error) {
			sub, serr := b.Subscribe("way.in", func(context.Context, *bus.Event) error { return errors.New("no") }, bus.Retry(bus.Backoff{Attempts: 1}))
			require.NoError(t, serr)
			defer sub.Unsubscribe()
			require.NoError(t, b.Publish(ctx, "way.in", data, withVersion(version)...))
			failed := make(chan error, 1)
			entered, serr := b.Subscribe(">", func(_ context.Context, e *bus.Event) error {
				if e.Topic == topic {
					failed <- nil
				}
				return nil
			})
			require.NoError(t, serr)
			defer entered.Unsubscribe()
			reports, serr := b.Subscribe(bus.ErrorTopic, func(_ context.Context, e *bus.Event) error {
				failed <- e.Data.(*bus.Failure).Err
				return nil
			})
			require.NoError(t, serr)
			defer reports.Unsubscribe()
			if _, err := b.Redrive("way.in", bus.RedriveTo(topic)); err != nil {
				return err
			}
			err = <-failed
			_, _ = b.Discard("")
			return err
		}},
	}
}

func newFareBus(t *testing.T) (*bus.Bus, *[]*bus.Event) {
	t.Helper()
	b := bus.New(bus.Options{})
	topic := bus.NewTopic[tariff](b, "fare", bus.Retain(), bus.Version(2),
		bus.Upcast(1, func(euros int) (tariff, error) { return tariff{100 * euros}, nil }),
		bus.Validate(func(f tariff) error {
			if f.Cents < 10 {
				return errors.New("less than 10")
			}
			return nil
		}))
	require.NoError(t, topic.Err())
	got := new([]*bus.Event)
	_, err := b.Subscribe("fare", func(_ context.Context, e *bus.Event) error { *got = append(*got, e); return nil })
	require.NoError(t, err)
	_, err = b.Respond(">", func(context.Context, *bus.Event) (any, error) { return 1, nil })
	require.NoError(t, err)
	t.Cleanup(func() { _ = b.Close() })
	return b, got
}

// Whatever way an event comes, it passes the same: grammar, interceptors, upcast, version and schema.
func TestEveryWayInPassesOneAdmission(t *testing.T) {
	for _, way := range waysIn() {
		t.Run(way.name, func(t *testing.T) {
			t.Run("schema", func(t *testing.T) {
				b, got := newFareBus(t)
				var e *bus.SchemaError
				require.ErrorAs(t, way.enter(t, b, "fare", tariff{-1}, ""), &e)
				assert.Equal(t, []bus.Issue{{Message: "below zero"}}, e.Issues)
				require.ErrorAs(t, way.enter(t, b, "fare", tariff{5}, ""), &e)
				assert.Equal(t, []bus.Issue{{Message: "less than 10"}}, e.Issues)
				require.ErrorIs(t, way.enter(t, b, "fare", "text", ""), bus.ErrSchema)
				assert.Empty(t, *got, "nobody got it")
				require.NoError(t, way.enter(t, b, "fare", tariff{20}, ""))
				require.Len(t, *got, 1)
				assert.Equal(t, tariff{20}, (*got)[0].Data)
				assert.Equal(t, "2", (*got)[0].Version(), "the version of the topic")
			})
			if way.version {
				t.Run("version", func(t *testing.T) {
					b, got := newFareBus(t)
					require.ErrorIs(t, way.enter(t, b, "fare", tariff{20}, "3"), bus.ErrVersion)
					require.NoError(t, way.enter(t, b, "fare", 2, "1"))
					require.Len(t, *got, 1)
					assert.Equal(t, tariff{200}, (*got)[0].Data)
					assert.Equal(t, "2", (*got)[0].Version())
				})
			}
			t.Run("interceptor", func(t *testing.T) {
				b, got := newFareBus(t)
				refusal := errors.New("refused")
				defer b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
					if e.Topic == "fare" {
						return refusal
					}
					return next(ctx, e)
				})()
				if way.name == "an interceptor that puts another event in its place" {
					return // its event is that of the interceptor, which those before it have passed
				}
				require.ErrorIs(t, way.enter(t, b, "fare", tariff{20}, ""), refusal)
				assert.Empty(t, *got)
			})
			t.Run("grammar", func(t *testing.T) {
				b, _ := newFareBus(t)
				for _, topic := range []string{"", "a..b", "a b", "$bus.error", "a.*"} {
					require.ErrorIs(t, way.enter(t, b, topic, tariff{20}, ""), bus.ErrTopic, topic)
				}
			})
		})
	}
}
