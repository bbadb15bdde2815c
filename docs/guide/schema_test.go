package guide_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/trolleybus/trolleybus/bus"
)

type orderV1 struct{ ID, Sum string }

type order struct{ ID, Total string }

// Validate is called for every order before anybody gets it.
func (o order) Validate() error {
	if o.Total == "" {
		return errors.New("total is missing")
	}
	return nil
}

func Example_schema() {
	b := bus.New(bus.Options{})
	defer b.Close()
	ctx := context.Background()
	orders := bus.NewTopic[order](b, "order.placed", bus.Version(2),
		bus.Upcast(1, func(o orderV1) (order, error) { return order{o.ID, o.Sum}, nil }))
	_, err := orders.Subscribe(func(_ context.Context, o order) error {
		fmt.Println(o.ID, o.Total)
		return nil
	})
	if err != nil {
		panic(err)
	}
	fmt.Println(orders.Publish(ctx, order{"A-1", "30"}))
	fmt.Println(b.Publish(ctx, "order.placed", orderV1{"A-2", "20"}, bus.WithVersion("1")))
	fmt.Println(bus.Code(orders.Publish(ctx, order{ID: "A-3"})))
	fmt.Println(bus.Code(b.Publish(ctx, "order.placed", order{"A-4", "1"}, bus.WithVersion("7"))))
	// Output:
	// A-1 30
	// <nil>
	// A-2 20
	// <nil>
	// TB_SCHEMA
	// TB_VERSION
}
