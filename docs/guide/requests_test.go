package guide_test

import (
	"context"
	"fmt"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

func Example_requests() {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()

	_, _ = bus.Respond(b, "price.get", func(ctx context.Context, item string) (int, error) {
		if item != "ticket" {
			return 0, fmt.Errorf("no %s here", item)
		}
		return 3, nil
	})
	price, err := bus.Request[int](ctx, b, "price.get", "ticket", bus.RequestTimeout(time.Second))
	fmt.Println(price, err)
	for _, topic := range []string{"price.get", "stock.get"} {
		_, err := bus.Request[int](ctx, b, topic, "boat")
		fmt.Println(bus.Code(err))
	}
	// Output:
	// 3 <nil>
	// TB_REMOTE
	// TB_NO_RESPONDERS
}
