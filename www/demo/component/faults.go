//go:build js && wasm

package main

import (
	"context"
	"errors"

	"github.com/trolleybus/trolleybus/bus"
)

// subscribeFaults lets the visitor see what becomes of a panic: in a handler it is one failure of one subscription;
// in a goroutine it ends the program, and the page starts another.
func subscribeFaults(b *bus.Bus) error {
	_, handler := b.Subscribe("demo.go.panic", func(context.Context, *bus.Event) error {
		panic("deliberate: this Go handler always panics")
	}, bus.Name("always panics"))
	_, goroutine := b.Subscribe("demo.go.crash", func(context.Context, *bus.Event) error {
		go panic("deliberate: the visitor crashed the Go program")
		return nil
	}, bus.Name("crashes"))
	return errors.Join(handler, goroutine)
}
