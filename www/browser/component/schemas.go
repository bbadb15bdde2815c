//go:build js && wasm

package main

import (
	"context"
	"errors"
	"strings"

	"github.com/trolleybus/trolleybus/bus"
)

// Booking is data that validates itself.
type Booking struct {
	Seats int      `json:"seats"`
	Names []string `json:"names"`
}

func (b Booking) Validate() error {
	var wrong []error
	if b.Seats < 1 {
		wrong = append(wrong, &bus.SchemaError{Issues: []bus.Issue{{Message: "must be at least 1", Path: []string{"seats"}}}})
	}
	if len(b.Names) != b.Seats {
		wrong = append(wrong, errors.New("one name for each seat"))
	}
	return errors.Join(wrong...)
}

// schemas declares a topic in Go, and publishes in Go what the page asks for.
func schemas(b *bus.Bus) {
	booked := bus.NewTopic[Booking](b, "go.booked", bus.Version(2), bus.Upcast(1, func(name string) (Booking, error) {
		if name == "" {
			return Booking{}, errors.New("no name")
		}
		return Booking{1, []string{name}}, nil
	}))
	must(booked.Subscribe(func(ctx context.Context, v Booking) error {
		return b.Publish(ctx, "go.got", v)
	}))
	on(b, "go.publish", func(ctx context.Context, e *bus.Event) error {
		ask, err := bus.As[struct {
			Topic, Version string
			Data           any
		}](e)
		if err != nil {
			return err
		}
		var opts []bus.PublishOption
		if ask.Version != "" {
			opts = append(opts, bus.WithVersion(ask.Version))
		}
		err = b.Publish(ctx, ask.Topic, ask.Data, opts...)
		answer := map[string]any{"code": bus.Code(err)}
		var schema *bus.SchemaError
		if errors.As(err, &schema) {
			answer["topic"], answer["issues"] = schema.Topic, schema.Issues
		}
		var version *bus.VersionError
		if errors.As(err, &version) {
			answer["topic"], answer["version"], answer["current"], answer["reason"] = version.Topic, version.Version, version.Current, version.Reason
		}
		return b.Publish(ctx, "go.published", answer)
	})
	on(b, "go.request", func(ctx context.Context, e *bus.Event) error {
		ask, err := bus.As[struct {
			Topic string
			Data  any
		}](e)
		if err != nil {
			return err
		}
		_, err = b.Request(ctx, ask.Topic, ask.Data)
		return b.Publish(context.Background(), "go.requested", map[string]any{"code": bus.Code(err)})
	}, bus.Concurrency(4))
	// An interceptor that publishes for each event of loop.>, until it is told to end.
	on(b, "intercept.loop", func(ctx context.Context, _ *bus.Event) error {
		end := b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
			if strings.HasPrefix(e.Topic, "loop.") {
				if err := b.Publish(ctx, "loop.go", nil); err != nil {
					return err
				}
			}
			return next(ctx, e)
		})
		_, err := b.Subscribe("intercept.loop.end", func(context.Context, *bus.Event) error { end(); return nil }, bus.Once())
		return err
	})
}
