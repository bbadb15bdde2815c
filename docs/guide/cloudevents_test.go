package guide_test

import (
	"context"
	"fmt"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/cloudevents"
)

func Example_cloudEvents() {
	ctx := context.Background()
	b := bus.New(bus.Options{Name: "/shop"})
	defer b.Close()

	var text []byte
	_, _ = b.Subscribe("order.placed", func(ctx context.Context, e *bus.Event) error {
		return b.Publish(ctx, "order.paid", e.Data)
	})
	_, _ = b.Subscribe("order.paid", func(_ context.Context, e *bus.Event) (err error) {
		text, err = cloudevents.Marshal(e)
		return err
	})
	trace := "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	_ = b.Publish(ctx, "order.placed", map[string]any{"id": "A-1"}, bus.WithTraceParent(trace))

	in, err := cloudevents.Unmarshal(text)
	fmt.Println(in.Topic, in.Source, in.TraceParent == trace, err)
	// Output:
	// order.paid /shop true <nil>
}
