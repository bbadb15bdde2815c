package main

import (
	"context"

	"github.com/trolleybus/trolleybus/bus"
)

const pumpLimit = 1024

// pump publishes orders to one subscriber behind a bounded queue with one goroutine, and waits for the last.
func pump(m measure) result {
	return m.compare("bounded pump", "at least 0.5", []contender{pumpOfTheBus(), pumpByHand()})
}

func pumpOfTheBus() contender {
	b, last := crowded(), make(chan struct{})
	must(b.Subscribe(topic, received(last), bus.Concurrency(1), bus.Overflow(pumpLimit, bus.Block)))
	return contender{"trolleybus", func(times int) { publishAll(b, times, last) }}
}

// pumpByHand is what a handler would do without the option.
func pumpByHand() contender {
	b, last := crowded(), make(chan struct{})
	queue, handle := make(chan *bus.Event, pumpLimit), received(last)
	go func() {
		for e := range queue {
			if err := handle(context.Background(), e); err != nil {
				panic(err)
			}
		}
	}()
	must(b.Subscribe(topic, func(_ context.Context, e *bus.Event) error { queue <- e; return nil }))
	return contender{"by hand", func(times int) { publishAll(b, times, last) }}
}

// received adds up the orders, and tells of the one that is the last.
func received(last chan<- struct{}) bus.Handler {
	return func(_ context.Context, e *bus.Event) error {
		o, err := bus.As[order](e)
		if err != nil {
			return err
		}
		sink += o.ID
		if o.Name == "last" {
			last <- struct{}{}
		}
		return nil
	}
}

func publishAll(b *bus.Bus, times int, last <-chan struct{}) {
	ctx := context.Background()
	for i := range times {
		o := order{ID: i}
		if i == times-1 {
			o.Name = "last"
		}
		if err := b.Publish(ctx, topic, o); err != nil {
			panic(err)
		}
	}
	<-last
}
