package bus_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

func ExampleRequest() {
	ctx := context.Background()
	b := bus.New(bus.Options{})
	defer b.Close()
	_, _ = bus.Respond(b, "price.get", func(_ context.Context, article string) (int, error) {
		if article == "" {
			return 0, errors.New("which article?")
		}
		return 12, nil
	})
	fmt.Println(bus.Request[int](ctx, b, "price.get", "tea", bus.RequestTimeout(time.Second)))
	_, err := bus.Request[int](ctx, b, "price.get", "")
	fmt.Println(errors.Is(err, bus.ErrRemote), err)
	_, err = bus.Request[int](ctx, b, "price.set", 13)
	fmt.Println(errors.Is(err, bus.ErrNoResponders))
	// Output:
	// 12 <nil>
	// true bus: request "price.get": responder of "price.get": which article?
	// true
}
