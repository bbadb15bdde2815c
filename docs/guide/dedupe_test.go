package guide_test

import (
	"context"
	"fmt"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

func Example_dedupe() {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()

	_, _ = b.Subscribe("payment.received", func(_ context.Context, e *bus.Event) error {
		fmt.Println("booked", e.Data)
		return nil
	}, bus.Dedupe(bus.Window{For: time.Hour, Max: 1000}))
	for _, id := range []string{"p-1", "p-1", "p-2"} {
		_ = b.Publish(ctx, "payment.received", 30, bus.WithID(id))
	}
	fmt.Println(b.Stats().Deduped)
	// Output:
	// booked 30
	// booked 30
	// 1
}
