package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

// distinct publishes n topics once each to a wildcard subscriber, after a warm-up of a tenth.
func distinct(n int) (result, memory) {
	b := bus.New(bus.Options{})
	must(b.Subscribe("device.>", func(_ context.Context, e *bus.Event) error { sink += len(e.Topic); return nil }))
	ctx := context.Background()
	// Each name is made as it is published, as a program that has a million would.
	publish := func(from, to int) time.Duration {
		start := time.Now()
		for i := from; i < to; i++ {
			if err := b.Publish(ctx, "device."+strconv.Itoa(i)+".state", nil); err != nil {
				panic(err)
			}
		}
		return time.Since(start)
	}
	publish(0, n/10)
	before := heap()
	took := publish(n/10, n/10+n)
	grown := heap() - before
	name := fmt.Sprintf("distinct topics/%d", n)
	return result{Name: name, Ours: float64(took.Nanoseconds()) / float64(n), Budget: "at most 1500 ns"},
		memory{Name: name + ", heap growth in all", Bytes: grown, Budget: "none"}
}
