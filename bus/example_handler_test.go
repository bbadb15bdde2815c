package bus_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// What a handler publishes with its own context comes after what is being delivered, and knows its cause.
func Example_handler() {
	type Order struct {
		ID    string
		Total int
	}
	b := bus.New(bus.Options{OnError: func(f *bus.Failure) { fmt.Println("failed:", f.Subscription, f.Err) }})
	defer b.Close()
	orders := bus.NewTopic[Order](b, "order.placed")

	_, _ = orders.Subscribe(func(ctx context.Context, o Order) error {
		if o.Total == 0 {
			return errors.New("nothing to pay") // told once, to OnError; nobody else is held up
		}
		return b.Publish(ctx, "invoice.wanted", o.ID)
	}, bus.Name("billing"))
	_, _ = orders.SubscribeFunc(func(o Order) { fmt.Println("in stock:", o.ID) })
	_, _ = b.Subscribe("invoice.wanted", func(_ context.Context, e *bus.Event) error {
		id, err := bus.As[string](e) // also of data that comes from JavaScript
		if err != nil {
			return err
		}
		fmt.Println("invoice:", id)
		return nil
	})

	_ = orders.Publish(context.Background(), Order{"A-1", 30})
	_ = orders.Publish(context.Background(), Order{"A-2", 0})
	// Output:
	// in stock: A-1
	// invoice: A-1
	// failed: billing nothing to pay
	// in stock: A-2
}

// A test publishes and then looks: when Publish returns, the handlers have been called.
func Example_testing() {
	test := func(t bustest.T) {
		b := bus.New(bus.Options{OnError: func(f *bus.Failure) { t.Errorf("%s: %v", f.Subscription, f.Err) }})
		defer b.Close()
		var got []bus.EventInit // in a test, bustest.Record(t, b, ">") keeps them
		_, _ = b.Subscribe(">", func(_ context.Context, e *bus.Event) error {
			in := e.Init()
			in.ID = e.ID()
			got = append(got, in)
			return nil
		})
		// What is tested: every order asks for an invoice.
		_, _ = b.Subscribe("order.placed", func(ctx context.Context, e *bus.Event) error {
			return b.Publish(ctx, "invoice.wanted", e.Data)
		}, bus.Name("billing"))

		_ = b.Publish(context.Background(), "order.placed", "A-1")
		fmt.Println(bustest.ExpectEvents(t, got,
			bustest.Topic("order.placed").Data("A-1"),
			bustest.Topic("invoice.wanted").Data("A-1").CausedBy("order.placed"),
		))
	}
	test(&standIn{}) // in a test, its *testing.T
	// Output:
	// true
}

// standIn stands in for a *testing.T.
type standIn struct{}

func (*standIn) Helper()                   {}
func (*standIn) Errorf(f string, a ...any) { fmt.Printf(f, a...) }

// Who is there, what a topic reaches, and what became of its events.
func Example_debugging() {
	b := bus.New(bus.Options{OnError: func(f *bus.Failure) {
		fmt.Println("failed:", f.Event.Topic, "in", f.Subscription, bus.Code(f.Err))
	}})
	defer b.Close()
	_, _ = bus.NewTopic[int](b, "price.eur").SubscribeFunc(func(int) {}, bus.Name("chart"))
	_, _ = b.Subscribe("price.*", func(context.Context, *bus.Event) error { return nil },
		bus.Name("alarm"), bus.Filter(func(e *bus.Event) bool { return false }))

	_ = b.Publish(context.Background(), "price.eur", "12.50") // a string, which the chart does not take
	for _, t := range b.Topics() {
		fmt.Println(t.Topic, "reaches", t.Subscriptions)
	}
	for _, s := range b.Subscriptions() {
		fmt.Println(s.Name, "has", s.Pattern)
	}
	fmt.Println(bus.Match("price.*", "price.eur.high"), b.Stats().Failed)
	// Output:
	// failed: price.eur in chart TB_PAYLOAD
	// price.eur reaches 2
	// chart has price.eur
	// alarm has price.*
	// false 1
}
