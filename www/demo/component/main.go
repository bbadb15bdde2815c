//go:build js && wasm

// Command component is the board's component in Go: it counts what happened in each region within a window of the
// recording, and publishes what it found. It shares topics with the components of the page, and nothing else.
package main

import (
	"errors"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/jsoncodec"
	"github.com/trolleybus/trolleybus/jsbridge"
)

func main() {
	b := bus.New(bus.Options{Codec: jsoncodec.Codec{}})
	if err := errors.Join(newBoard(b).subscribe(), subscribeFaults(b)); err != nil {
		println(err.Error())
		return
	}
	if err := jsbridge.Serve(b); !errors.Is(err, bus.ErrClosed) {
		println(err.Error())
	}
}
