//go:build js && wasm

package main

import (
	"context"
	"syscall/js"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/jsoncodec"
	"github.com/trolleybus/trolleybus/jsbridge"
)

type order struct {
	ID    int     `json:"id"`
	Value float64 `json:"value"`
}

// sum is what the handlers have added up: the page compares it, so that both sides do the same work.
var sum float64

func main() {
	b := bus.New(bus.Options{Codec: jsoncodec.Codec{}})
	if err := subscribe(b); err != nil {
		panic(err)
	}
	expose()
	if err := jsbridge.Serve(b); err != bus.ErrClosed {
		panic(err)
	}
}

func subscribe(b *bus.Bus) error {
	handlers := map[string]bus.Handler{
		"go.event": func(context.Context, *bus.Event) error {
			sum++
			return nil
		},
		"go.number": func(_ context.Context, e *bus.Event) error {
			v, err := bus.As[float64](e)
			sum += v
			return err
		},
		"go.object": func(_ context.Context, e *bus.Event) error {
			o, err := bus.As[order](e)
			sum += o.Value
			return err
		},
		"go.reply": func(ctx context.Context, e *bus.Event) error {
			v, err := bus.As[float64](e)
			if err != nil {
				return err
			}
			return b.Publish(ctx, "go.replied", v)
		},
		"sum.take": func(ctx context.Context, _ *bus.Event) error {
			defer func() { sum = 0 }()
			return b.Publish(ctx, "sum.taken", sum)
		},
	}
	for topic, h := range handlers {
		if _, err := b.Subscribe(topic, h); err != nil {
			return err
		}
	}
	return nil
}

// expose sets the functions that one would write without the bus. They get what a handler gets: topic and data.
func expose() {
	js.Global().Set("funcOf", map[string]any{
		"event": js.FuncOf(func(js.Value, []js.Value) any {
			sum++
			return nil
		}),
		"number": js.FuncOf(func(_ js.Value, args []js.Value) any {
			sum += args[1].Float()
			return nil
		}),
		"object": js.FuncOf(func(_ js.Value, args []js.Value) any {
			o := order{ID: args[1].Get("id").Int(), Value: args[1].Get("value").Float()}
			sum += o.Value
			return nil
		}),
		"reply": js.FuncOf(func(_ js.Value, args []js.Value) any {
			args[2].Invoke(args[1].Float())
			return nil
		}),
	})
}
