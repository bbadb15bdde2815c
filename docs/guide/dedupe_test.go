package guide_test

import (
	"context"
	"fmt"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

func Example_dedupe() {
	b := bus.New(bus.Options{})
	defer b.Close()
	_, err := b.Subscribe("payment.received", func(_ context.Context, e *bus.Event) error {
		fmt.Println("booked", e.Data)
		return nil
	}, bus.Dedupe(bus.Window{For: time.Minute, Max: 1000}))
	if err != nil {
		panic(err)
	}
	// A server that is not sure whether it was heard sends again, with the same id.
	for _, id := range []string{"p-1", "p-1", "p-2"} {
		if err := b.Publish(context.Background(), "payment.received", 30, bus.WithID(id)); err != nil {
			panic(err)
		}
	}
	fmt.Println(b.Stats().Deduped)
	// Output:
	// booked 30
	// booked 30
	// 1
}
