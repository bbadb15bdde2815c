package guide_test

import (
	"context"
	"fmt"

	"github.com/trolleybus/trolleybus/bus"
)

func Example_backPressure() {
	b := bus.New(bus.Options{})
	defer b.Close()
	ctx, begun, hold, done := context.Background(), make(chan int), make(chan struct{}), make(chan int)
	sub, err := b.Subscribe("frame.rendered", func(_ context.Context, e *bus.Event) error {
		n := e.Data.(int)
		if n == 0 {
			begun <- n
			<-hold
		}
		done <- n
		return nil
	}, bus.Concurrency(1), bus.Overflow(2, bus.DropOldest))
	if err != nil {
		panic(err)
	}
	go func() {
		for n := range 6 {
			if err := b.Publish(ctx, "frame.rendered", n); err != nil {
				panic(err)
			}
			if n == 0 {
				<-begun
			}
		}
		full, err := b.Pressure("frame.rendered") // a publisher that can wait asks first
		fmt.Println("full:", full, err)
		close(hold)
	}()
	for range 3 {
		fmt.Println(<-done)
	}
	fmt.Println("dropped", sub.Dropped())
	// Output:
	// full: 1 <nil>
	// 0
	// 4
	// 5
	// dropped 3
}
