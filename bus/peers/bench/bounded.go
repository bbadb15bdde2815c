package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/trolleybus/trolleybus/bus"
)

// bounded publishes n events to a dedupe window of 10,000, half of them with an id of their own, and n to a topic that
// keeps 1,000, each after a warm-up of a tenth.
func bounded(n int) []memory {
	ctx := context.Background()
	grow := func(name string, publish func(b *bus.Bus, i int) error, declare func(b *bus.Bus) error) memory {
		b := bus.New(bus.Options{})
		if err := declare(b); err != nil {
			panic(err)
		}
		all := func(from, to int) {
			for i := from; i < to; i++ {
				if err := publish(b, i); err != nil {
					panic(err)
				}
			}
		}
		all(0, n/10)
		before := heap()
		all(n/10, n/10+n)
		grown := heap() - before
		sink += int(b.Stats().Published)
		if err := b.Close(); err != nil {
			panic(err)
		}
		return memory{Name: fmt.Sprintf("%s/%d, heap growth in all", name, n), Bytes: grown, Budget: "at most 1 MiB"}
	}
	return []memory{
		grow("deduped", func(b *bus.Bus, i int) error {
			if i%2 == 0 {
				return b.Publish(ctx, topic, order{ID: i}, bus.WithID("order-"+strconv.Itoa(i)))
			}
			return b.Publish(ctx, topic, order{ID: i})
		}, func(b *bus.Bus) error {
			_, err := b.Subscribe(topic, func(context.Context, *bus.Event) error { sink++; return nil }, bus.Dedupe(bus.Window{Max: 10_000}))
			return err
		}),
		grow("retained", func(b *bus.Bus, i int) error { return b.Publish(ctx, topic, order{ID: i}) },
			func(b *bus.Bus) error { return b.Declare(topic, bus.Retain(), bus.History(bus.Keep{Count: 1000})) }),
	}
}
