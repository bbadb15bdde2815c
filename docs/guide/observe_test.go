package guide_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/trolleybus/trolleybus/bus"
)

func Example_observe() {
	b := bus.New(bus.Options{OnError: func(*bus.Failure) {}})
	defer b.Close()
	orders := bus.NewTopic[string](b, "order.placed")
	_, _ = orders.SubscribeFunc(func(string) {}, bus.Name("mail"))
	_, _ = orders.Subscribe(func(context.Context, string) error { return errors.New("the printer is out of paper") }, bus.Name("invoice"))

	// What became of each call.
	stop := b.Observe(bus.Observer{
		Delivered: func(_ context.Context, e *bus.Event, s bus.ObservedSubscription, d bus.Delivery) {
			fmt.Println(e.Topic, "to", s.Name, d.Outcome, d.Err)
		},
	})
	_ = orders.Publish(context.Background(), "A-1")
	stop()
	_ = orders.Publish(context.Background(), "A-2")
	// Output:
	// order.placed to mail ok <nil>
	// order.placed to invoice failed the printer is out of paper
}
