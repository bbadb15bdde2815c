package bus_test

import (
	"context"
	"fmt"

	"github.com/trolleybus/trolleybus/bus"
)

func ExampleReplay() {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()
	theme := bus.NewTopic[string](b, "settings.theme", bus.Retain())
	_ = theme.Publish(ctx, "light")
	_ = theme.Publish(ctx, "dark")

	// A late subscriber first receives what the topic retained, then live events.
	_, _ = theme.SubscribeFunc(func(v string) { fmt.Println("theme:", v) }, bus.Replay(1))
	_ = theme.Publish(ctx, "contrast")
	fmt.Println(theme.Value())
	// Output:
	// theme: dark
	// theme: contrast
	// contrast true
}

func ExampleHistory() {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()
	_ = b.Declare("chat.message", bus.History(bus.Keep{Count: 2}))
	for _, text := range []string{"one", "two", "three"} {
		_ = b.Publish(ctx, "chat.message", text)
	}
	_, _ = b.Subscribe("chat.*", func(_ context.Context, e *bus.Event) error {
		fmt.Println(e.Data)
		return nil
	}, bus.ReplayAll())
	// Output:
	// two
	// three
}
