package guide_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/trolleybus/trolleybus/bus"
)

type order struct {
	ID    string
	Total float64
}

// Validate is asked before anybody gets an order.
func (o order) Validate() error {
	if o.Total <= 0 {
		return errors.New("total must be above 0")
	}
	return nil
}

type orderV1 struct {
	ID    string
	Cents int
}

func Example_schema() {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()

	orders := bus.NewTopic[order](b, "order.placed", bus.Version(2),
		bus.Upcast(1, func(o orderV1) (order, error) { return order{o.ID, float64(o.Cents) / 100}, nil }))
	_, _ = orders.SubscribeFunc(func(o order) { fmt.Println(o.ID, o.Total) })
	_ = orders.Publish(ctx, order{"A-1", 30})
	_ = b.Publish(ctx, "order.placed", orderV1{"A-2", 4000}, bus.WithVersion("1"))
	fmt.Println(bus.Code(orders.Publish(ctx, order{"A-3", -1})))
	fmt.Println(bus.Code(b.Publish(ctx, "order.placed", order{}, bus.WithVersion("3"))))
	// Output:
	// A-1 30
	// A-2 40
	// TB_SCHEMA
	// TB_VERSION
}
