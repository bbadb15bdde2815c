package main

import (
	"context"

	"github.com/trolleybus/trolleybus/bus"
)

// policies publishes to one handler with retry and dedupe, beside the same handler without.
func policies(m measure) result {
	with := func(name string, opts ...bus.SubscribeOption) contender {
		b := crowded()
		must(b.Subscribe(topic, func(_ context.Context, e *bus.Event) error {
			o, err := bus.As[order](e)
			sink += o.ID
			return err
		}, opts...))
		ctx := context.Background()
		return contender{name, func(times int) {
			for i := range times {
				if err := b.Publish(ctx, topic, order{ID: i}); err != nil {
					panic(err)
				}
			}
		}}
	}
	return m.compare("publish with retry and dedupe", "", []contender{
		with("trolleybus", bus.Retry(bus.Backoff{}), bus.Dedupe(bus.Window{})), with("without policies"),
	})
}
