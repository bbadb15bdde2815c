//go:build js && wasm

package main

import (
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/jsbridge"
)

func main() {
	if err := jsbridge.Serve(bus.New(bus.Options{})); err != nil && err != bus.ErrClosed {
		println(err.Error())
	}
}
