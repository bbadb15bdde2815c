package bus_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/trolleybus/trolleybus/bus"
)

func Example() {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()

	sub, err := b.Subscribe("order.placed", func(ctx context.Context, e *bus.Event) error {
		fmt.Println("billing:", e.Data)
		return b.Publish(ctx, "invoice.sent", e.Data)
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer sub.Unsubscribe()
	_, _ = b.Subscribe(">", func(ctx context.Context, e *bus.Event) error {
		fmt.Println("log:", e.Topic)
		return nil
	})
	_ = b.Publish(ctx, "order.placed", "A-1")
	// Output:
	// billing: A-1
	// log: order.placed
	// log: invoice.sent
}

func ExampleNewTopic() {
	type Order struct {
		ID    string
		Total int
	}
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()

	orders := bus.NewTopic[Order](b, "order.placed")
	_, _ = orders.Subscribe(func(ctx context.Context, o Order) error {
		fmt.Println(o.ID, o.Total)
		return nil
	})
	_ = orders.Publish(ctx, Order{"A-1", 30})
	fmt.Println(bus.NewTopic[Order](b, "order..placed").Publish(ctx, Order{}))
	// Output:
	// A-1 30
	// bus: topic "order..placed": has an empty token (at byte 6)
}

func ExampleBus_Subscribe_wildcards() {
	b := bus.New(bus.Options{})
	defer b.Close()
	for _, pattern := range []string{"order.*.placed", "order.>"} {
		_, _ = b.Subscribe(pattern, func(_ context.Context, e *bus.Event) error {
			fmt.Println(pattern, "got", e.Topic)
			return nil
		})
	}
	_ = b.Publish(context.Background(), "order.eu.placed", nil)
	_ = b.Publish(context.Background(), "order.eu", nil)
	// Output:
	// order.*.placed got order.eu.placed
	// order.> got order.eu.placed
	// order.> got order.eu
}

func ExampleBus_Events() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b := bus.New(bus.Options{})
	defer b.Close()

	events := b.Events(ctx, "step.*") // what is published from here on waits for the loop
	for _, step := range []string{"step.one", "step.two", "step.three"} {
		_ = b.Publish(ctx, step, nil)
	}
	for e := range events {
		fmt.Println(e.Topic)
		if e.Topic == "step.two" {
			break // ends the subscription
		}
	}
	// Output:
	// step.one
	// step.two
}

func ExampleBus_Use() {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()
	remove := b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		if e.Data == "" {
			return errors.New("empty order")
		}
		return next(ctx, e)
	})
	defer remove()
	_, _ = b.Subscribe("order.placed", func(_ context.Context, e *bus.Event) error {
		fmt.Println("placed:", e.Data)
		return nil
	})
	fmt.Println(b.Publish(ctx, "order.placed", ""))
	fmt.Println(b.Publish(ctx, "order.placed", "A-1"))
	// Output:
	// empty order
	// placed: A-1
	// <nil>
}

func ExampleOnce() {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()
	_, _ = b.Subscribe("price", func(_ context.Context, e *bus.Event) error {
		fmt.Println("above 100 for the first time:", e.Data)
		return nil
	}, bus.Once(), bus.Filter(func(e *bus.Event) bool { return e.Data.(int) > 100 }))
	for _, price := range []int{90, 120, 130} {
		_ = b.Publish(ctx, "price", price)
	}
	// Output:
	// above 100 for the first time: 120
}

func ExampleConcurrency() {
	b := bus.New(bus.Options{})
	defer b.Close()
	done := make(chan struct{})
	_, _ = b.Subscribe("mail.send", func(_ context.Context, e *bus.Event) error {
		fmt.Println("sending", e.Data) // on a goroutine of its own, the publisher does not wait
		close(done)
		return nil
	}, bus.Concurrency(1), bus.Overflow(100, bus.DropOldest))
	_ = b.Publish(context.Background(), "mail.send", "hello")
	<-done
	// Output:
	// sending hello
}

func ExampleOptions_onError() {
	b := bus.New(bus.Options{OnError: func(f *bus.Failure) {
		fmt.Println(f.Event.Topic, f.Subscription, bus.Code(f.Err), f.Err)
	}})
	defer b.Close()
	_, _ = b.Subscribe("a", func(context.Context, *bus.Event) error { panic("out of paper") }, bus.Name("printer"))
	fmt.Println(b.Publish(context.Background(), "a", nil)) // the publisher has done nothing wrong
	// Output:
	// a printer TB_PANIC bus: handler panicked: out of paper
	// <nil>
}

func ExampleValidate() {
	b := bus.New(bus.Options{})
	defer b.Close()
	type order struct{ Total int }
	orders := bus.NewTopic[order](b, "order.placed",
		bus.Version(2), bus.Upcast(1, func(total int) (order, error) { return order{total}, nil }),
		bus.Validate(func(o order) error {
			if o.Total <= 0 {
				return errors.New("total must be above 0")
			}
			return nil
		}))
	_, _ = orders.SubscribeFunc(func(o order) { fmt.Println("got", o.Total) })
	ctx := context.Background()
	fmt.Println(orders.Publish(ctx, order{5}))
	fmt.Println(orders.Publish(ctx, order{0}))
	fmt.Println(b.Publish(ctx, "order.placed", 7, bus.WithVersion("1"))) // from before order was a struct
	// Output:
	// got 5
	// <nil>
	// bus: data of "order.placed" does not match its schema: $: total must be above 0
	// got 7
	// <nil>
}
