package guide_test

import (
	"context"
	"fmt"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

func Example_replay() {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()

	user := bus.NewTopic[string](b, "user", bus.Retain())
	lobby := bus.NewTopic[string](b, "chat.lobby", bus.History(bus.Keep{Count: 100, Age: time.Hour}))
	_ = user.Publish(ctx, "Ada")
	for _, text := range []string{"one", "two", "three"} {
		_ = lobby.Publish(ctx, text)
	}
	fmt.Println(user.Value())
	_, _ = b.Subscribe("chat.*", func(_ context.Context, e *bus.Event) error {
		fmt.Println(e.Topic, e.Data)
		return nil
	}, bus.Replay(2))
	_ = lobby.Publish(ctx, "four")
	// Output:
	// Ada true
	// chat.lobby two
	// chat.lobby three
	// chat.lobby four
}
