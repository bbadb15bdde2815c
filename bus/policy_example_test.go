package bus_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

func ExampleRetry() {
	clock := &bustest.Clock{} // time goes on when the example says so
	b := bus.New(bus.Options{Clock: clock})
	defer b.Close()
	dead := make(chan *bus.DeadLetter, 1)
	_, _ = b.Subscribe(bus.DeadTopic+">", func(_ context.Context, e *bus.Event) error {
		dead <- e.Data.(*bus.DeadLetter)
		return nil
	})
	attempts := make(chan int, 2)
	_, _ = b.Subscribe("mail.send", func(context.Context, *bus.Event) error {
		attempts <- len(attempts)
		return errors.New("mail server is away")
	}, bus.Name("mailer"), bus.Retry(bus.Backoff{Attempts: 2, Initial: time.Second, NoJitter: true}))

	_ = b.Publish(context.Background(), "mail.send", "hello")
	clock.Advance(time.Second)
	letter := <-dead
	fmt.Println(letter.Subscription, letter.Attempts, letter.Err)
	fmt.Println(len(attempts))
	n, err := b.Discard(letter.ID) // or Redrive, once the mail server is back
	fmt.Println(n, err)
	// Output:
	// mailer 2 mail server is away
	// 2
	// 1 <nil>
}

func ExampleDedupe() {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()
	_, _ = b.Subscribe("payment.received", func(_ context.Context, e *bus.Event) error {
		fmt.Println("booked", e.Data)
		return nil
	}, bus.Dedupe(bus.Window{For: time.Hour}))
	for range 2 {
		_ = b.Publish(ctx, "payment.received", 30, bus.WithID("P-1"))
	}
	fmt.Println(b.Stats().Deduped)
	// Output:
	// booked 30
	// 1
}

func ExampleQueue() {
	b := bus.New(bus.Options{})
	defer b.Close()
	for _, worker := range []string{"first", "second"} {
		_, _ = b.Subscribe("job", func(_ context.Context, e *bus.Event) error {
			fmt.Println(worker, "does", e.Data)
			return nil
		}, bus.Queue("workers"))
	}
	_ = b.Publish(context.Background(), "job", 1)
	_ = b.Publish(context.Background(), "job", 2)
	// Output:
	// first does 1
	// second does 2
}
