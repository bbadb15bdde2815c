//go:build js && wasm

// Command go-component adds up what is in the cart: a component of the page, written in Go.
package main

import (
	"context"
	"errors"
	"log"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/jsoncodec"
	"github.com/trolleybus/trolleybus/jsbridge"
)

type item struct {
	Name  string `json:"name"`
	Price int    `json:"price"`
}

func main() {
	b := bus.New(bus.Options{Codec: jsoncodec.Codec{}})
	added, total := bus.NewTopic[item](b, "cart.added"), bus.NewTopic[int](b, "cart.total")
	sum := 0
	if _, err := added.Subscribe(func(ctx context.Context, i item) error {
		sum += i.Price
		return total.Publish(ctx, sum)
	}); err != nil {
		log.Fatal(err)
	}
	if err := jsbridge.Serve(b); !errors.Is(err, bus.ErrClosed) {
		log.Fatal(err)
	}
}
