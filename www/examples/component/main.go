//go:build js && wasm

// Command component is the shop's component in Go, the same for every example: it keeps the catalogue and the cart,
// and shares topics with the components of the page, whatever they are written with.
package main

import (
	"errors"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/jsoncodec"
	"github.com/trolleybus/trolleybus/jsbridge"
)

func main() {
	b := bus.New(bus.Options{Codec: jsoncodec.Codec{}})
	if err := newShop(b).open(); err != nil {
		println(err.Error())
		return
	}
	if err := jsbridge.Serve(b); !errors.Is(err, bus.ErrClosed) {
		println(err.Error())
	}
}
