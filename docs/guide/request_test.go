package guide_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

type quote struct{ SKU string }

func Example_request() {
	b := bus.New(bus.Options{})
	defer b.Close()
	ctx := context.Background()

	_, err := bus.Respond(b, "price.get", func(_ context.Context, q quote) (int, error) {
		if q.SKU == "gold" {
			return 0, errors.New("not for sale")
		}
		return 3, nil
	})
	if err != nil {
		panic(err)
	}
	price, err := bus.Request[int](ctx, b, "price.get", quote{"ticket"}, bus.RequestTimeout(time.Second))
	fmt.Println(price, err)
	_, err = bus.Request[int](ctx, b, "price.get", quote{"gold"})
	fmt.Println(bus.Code(err), err)
	_, err = bus.Request[int](ctx, b, "stock.get", nil)
	fmt.Println(errors.Is(err, bus.ErrNoResponders))
	// Output:
	// 3 <nil>
	// TB_REMOTE bus: request "price.get": responder of "price.get": not for sale
	// true
}
