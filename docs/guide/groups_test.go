package guide_test

import (
	"context"
	"fmt"

	"github.com/trolleybus/trolleybus/bus"
)

func Example_groups() {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()

	for _, name := range []string{"first", "second"} {
		_, _ = b.Subscribe("image.resize", func(_ context.Context, e *bus.Event) error {
			fmt.Println(name, e.Data)
			return nil
		}, bus.Queue("resizers"), bus.Name(name))
	}
	_ = b.Publish(ctx, "image.resize", "a.png")
	_ = b.Publish(ctx, "image.resize", "b.png")
	// Output:
	// first a.png
	// second b.png
}
