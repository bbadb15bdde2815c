package guide_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

func Example_retry() {
	ctx := context.Background()
	b := bus.New(bus.Options{OnError: func(*bus.Failure) {}}) // the failure is told here too
	defer b.Close()

	down, sent := true, make(chan any, 1)
	_, _ = b.Subscribe("mail.send", func(_ context.Context, e *bus.Event) error {
		if down {
			return errors.New("server is down")
		}
		sent <- e.Data
		return nil
	}, bus.Name("mailer"), bus.Timeout(5*time.Second), bus.Retry(bus.Backoff{Attempts: 3, Initial: time.Millisecond}))
	dead := make(chan *bus.DeadLetter, 1)
	_, _ = b.Subscribe("$bus.dead.>", func(_ context.Context, e *bus.Event) error {
		dead <- e.Data.(*bus.DeadLetter)
		return nil
	})

	_ = b.Publish(ctx, "mail.send", "ada@example.com")
	letter := <-dead
	fmt.Println(letter.Subscription, "failed", letter.Attempts, "times:", letter.Err)

	down = false
	fmt.Println(b.Redrive(letter.ID))
	fmt.Println("sent to", <-sent)
	// Output:
	// mailer failed 3 times: server is down
	// 1 <nil>
	// sent to ada@example.com
}
