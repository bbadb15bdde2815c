package guide_test

import (
	"context"
	"fmt"

	"github.com/trolleybus/trolleybus/bus"
)

func Example_pressure() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b := bus.New(bus.Options{})
	defer b.Close()

	// The loop is slower than the publisher: of what waits only the newest price of each item.
	prices := b.Events(ctx, "price.*", bus.Coalesce(func(e *bus.Event) string { return e.Topic }))
	for _, price := range []int{1, 2, 3} {
		_ = b.Publish(ctx, "price.tea", price)
	}
	steps := b.Events(ctx, "step", bus.Overflow(2, bus.DropOldest))
	for step := range 3 {
		_ = b.Publish(ctx, "step", step)
	}
	for e := range prices {
		fmt.Println(e.Topic, e.Data)
		break
	}
	for e := range steps {
		fmt.Println(e.Topic, e.Data)
		if e.Data == 2 {
			break
		}
	}
	fmt.Println(b.Stats().Coalesced, b.Stats().Dropped)
	// Output:
	// price.tea 3
	// step 1
	// step 2
	// 2 1
}
