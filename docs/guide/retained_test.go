package guide_test

import (
	"context"
	"fmt"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

func Example_retained() {
	b := bus.New(bus.Options{})
	defer b.Close()
	ctx := context.Background()
	theme := bus.NewTopic[string](b, "ui.theme", bus.Retain())
	messages := bus.NewTopic[string](b, "chat.message", bus.History(bus.Keep{Count: 100, Age: time.Hour}))

	for _, err := range []error{theme.Publish(ctx, "dark"), messages.Publish(ctx, "hello"), messages.Publish(ctx, "is anybody there?")} {
		if err != nil {
			panic(err)
		}
	}
	// Who comes later gets what was kept first, before Subscribe returns, and then what comes.
	_, err := b.Subscribe(">", func(_ context.Context, e *bus.Event) error {
		fmt.Println(e.Seq, e.Topic, e.Data)
		return nil
	}, bus.ReplayAll())
	if err != nil {
		panic(err)
	}
	if err := messages.Publish(ctx, "yes"); err != nil {
		panic(err)
	}
	fmt.Println(theme.Value())
	// Output:
	// 1 ui.theme dark
	// 2 chat.message hello
	// 3 chat.message is anybody there?
	// 4 chat.message yes
	// dark true
}
