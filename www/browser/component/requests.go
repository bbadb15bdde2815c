//go:build js && wasm

package main

import (
	"context"
	"errors"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

type stockError struct{}

func (stockError) Error() string { return "out of stock" }
func (stockError) Code() string  { return "E_STOCK" }

func requests(b *bus.Bus) {
	answer := func(pattern string, h bus.Responder, o ...bus.SubscribeOption) { must(b.Respond(pattern, h, o...)) }
	must(bus.Respond(b, "go.order", func(_ context.Context, o Order) (Order, error) {
		o.Items++
		return o, nil
	}))
	answer("go.echo.*", func(_ context.Context, e *bus.Event) (any, error) { return e.Data, nil })
	answer("go.fail", func(context.Context, *bus.Event) (any, error) { return nil, stockError{} })
	answer("go.error", func(context.Context, *bus.Event) (any, error) { return nil, errors.New("no good") })
	answer("go.panic", func(context.Context, *bus.Event) (any, error) { panic("oh") })
	answer("go.big", func(context.Context, *bus.Event) (any, error) { return int64(1) << 60, nil })
	answer("go.once", func(context.Context, *bus.Event) (any, error) { return "once", nil }, bus.Once(), bus.Name("once"))
	answer("go.slow", func(_ context.Context, e *bus.Event) (any, error) {
		time.Sleep(time.Millisecond)
		return bus.As[string](e)
	}, bus.Concurrency(4))
	answer("go.never", func(ctx context.Context, _ *bus.Event) (any, error) {
		if err := b.Publish(context.Background(), "go.begun", nil); err != nil {
			return nil, err
		}
		<-ctx.Done()
		return nil, errors.Join(ctx.Err(), b.Publish(context.Background(), "go.ended", nil))
	}, bus.Concurrency(4))
	answer("go.crash", func(context.Context, *bus.Event) (any, error) {
		time.Sleep(time.Millisecond)
		panicked := make(chan any)
		go func() { panic("crashed as asked") }()
		return <-panicked, nil
	}, bus.Concurrency(1))
	// Go asks: the topic is the data.
	report := func(e *bus.Event, ask func(topic string) (any, error)) error {
		topic, err := bus.As[string](e)
		if err != nil {
			return err
		}
		reply, err := ask(topic)
		if err != nil {
			return b.Publish(context.Background(), "asked", map[string]any{"code": bus.Code(err), "error": err.Error()})
		}
		return b.Publish(context.Background(), "asked", reply)
	}
	on(b, "go.ask", func(ctx context.Context, e *bus.Event) error {
		return report(e, func(topic string) (any, error) {
			return bus.Request[any](ctx, b, topic, map[string]any{"n": 1}, bus.RequestTimeout(50*time.Millisecond))
		})
	}, bus.Concurrency(4))
	on(b, "go.ask.all", func(ctx context.Context, e *bus.Event) error {
		return report(e, func(topic string) (any, error) {
			all, err := bus.Gather[any](ctx, b, topic, "x", bus.GatherMax(2))
			return all, err
		})
	}, bus.Concurrency(4))
	on(b, "go.ask.here", func(ctx context.Context, e *bus.Event) error {
		return report(e, func(topic string) (any, error) { return b.Request(ctx, topic, nil) })
	})
}
