package guide_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

func Example_retry() {
	clock := bustest.NewClock(time.Now()) // so that the example need not wait
	b := bus.New(bus.Options{Clock: clock})
	defer b.Close()
	ctx := context.Background()
	settled := make(chan string)
	online := false

	_, err := b.Subscribe("order.placed", func(_ context.Context, e *bus.Event) error {
		if !online {
			return errors.New("the server does not answer") // bus.Permanent(err) where another attempt is of no use
		}
		settled <- fmt.Sprint("sent ", e.Data)
		return nil
	}, bus.Name("server"), bus.Retry(bus.Backoff{Attempts: 3, Initial: 10 * time.Millisecond, NoJitter: true}))
	if err != nil {
		panic(err)
	}
	_, err = b.Subscribe("$bus.dead.order.>", func(_ context.Context, e *bus.Event) error {
		letter, err := bus.As[*bus.DeadLetter](e)
		settled <- fmt.Sprint(letter.Subscription, " gave up after ", letter.Attempts, ": ", letter.Err)
		return err
	})
	if err != nil {
		panic(err)
	}

	if err := b.Publish(ctx, "order.placed", "A-1"); err != nil {
		panic(err)
	}
	// The next attempts are made on goroutines of the bus.
	for attempts := uint64(1); attempts < 3; attempts++ {
		for b.Stats().Retried < attempts {
			clock.Advance(0)
		}
		clock.Advance(time.Second)
	}
	fmt.Println(<-settled)

	online = true
	fmt.Println(b.Redrive("order.>", bus.RedriveRate(100)))
	clock.Advance(0)
	fmt.Println(<-settled)
	// Output:
	// server gave up after 3: the server does not answer
	// 1 <nil>
	// sent A-1
}
