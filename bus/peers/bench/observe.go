package main

import (
	"context"

	"github.com/trolleybus/trolleybus/bus"
)

// observed publishes on buses that somebody observes, or no longer does, beside one that nobody ever observed.
func observed(m measure) []result {
	with := func(name string, o bus.Observer, ends bool) contender {
		b := crowded()
		t := bus.NewTopic[order](b, topic)
		must(t.SubscribeFunc(func(o order) { sink += o.ID }))
		if stop := b.Observe(o); ends {
			stop()
		}
		ctx := context.Background()
		return contender{name, func(times int) {
			for i := range times {
				if err := t.Publish(ctx, order{ID: i}); err != nil {
					panic(err)
				}
			}
		}}
	}
	delivered := bus.Observer{Delivered: func(context.Context, *bus.Event, bus.ObservedSubscription, bus.Delivery) { sink++ }}
	interest := bus.Observer{Interest: func(context.Context, string, bus.Interest) { sink++ }}
	never := func() contender { c := typed(1); c.name = "nobody ever observed"; return c }
	return []result{
		m.compare("typed publish, observers have ended", "at least 0.95", []contender{with("trolleybus", delivered, true), never()}),
		m.compare("typed publish, observer of interest", "", []contender{with("trolleybus", interest, false), never()}),
		m.compare("typed publish, observer of deliveries", "", []contender{with("trolleybus", delivered, false), never()}),
	}
}
