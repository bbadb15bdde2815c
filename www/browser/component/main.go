//go:build js && wasm

// Command component is the Go side of the browser tests: one handler for each way in which Go and the
// page can meet.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"syscall/js"
	"time"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/jsoncodec"
	"github.com/trolleybus/trolleybus/jsbridge"
)

// Order is data with a type.
type Order struct {
	ID    string `json:"id"`
	Items int    `json:"items"`
}

func main() {
	b := bus.New(bus.Options{Codec: jsoncodec.Codec{}})
	values(b)
	schemas(b)
	failures(b)
	waiting(b)
	document(b)
	requests(b)
	if err := jsbridge.Serve(b); !errors.Is(err, bus.ErrClosed) {
		println(err.Error())
	}
}

func values(b *bus.Bus) {
	orders := bus.NewTopic[Order](b, "order.placed")
	done := bus.NewTopic[Order](b, "order.done")
	must(orders.Subscribe(func(ctx context.Context, o Order) error {
		o.Items++
		return done.Publish(ctx, o)
	}, bus.Name("orders")))
	on(b, "echo.*", func(ctx context.Context, e *bus.Event) error {
		return b.Publish(ctx, "echoed", e.Data)
	})
	on(b, "decode", func(ctx context.Context, e *bus.Event) error {
		var v any
		if err := e.Decode(&v); err != nil {
			return err
		}
		return b.Publish(ctx, "decoded", v)
	})
	on(b, "clock.ask", func(ctx context.Context, e *bus.Event) error {
		return b.Publish(ctx, "clock.told", e.Time().UnixMilli())
	})
	on(b, "describe", func(ctx context.Context, e *bus.Event) error {
		return b.Publish(ctx, "described", map[string]any{
			"topic": e.Topic, "seq": e.Seq, "id": e.ID(), "subject": e.Subject(), "key": e.Key(), "version": e.Version(),
			"traceparent": e.TraceParent(), "causationId": e.CausationID(), "correlationId": e.CorrelationID(), "extensions": e.Extensions(),
		})
	})
	on(b, "extend", func(ctx context.Context, e *bus.Event) error {
		return b.Publish(ctx, "extended", nil, bus.WithExtensions(e.Extensions()))
	})
	on(b, "extend.*", func(ctx context.Context, e *bus.Event) error {
		return b.PublishEvent(ctx, bus.EventInit{Topic: "extended", Extensions: map[string]map[string]any{
			"extend.name": {"not.a.name": "x"}, "extend.value": {"list": []any{}},
		}[e.Topic]})
	})
	on(b, "send.*", func(ctx context.Context, e *bus.Event) error {
		return b.Publish(ctx, "sent", map[string]any{
			"send.int": 42, "send.big": int64(1) << 60, "send.utf8": "a\xffb", "send.bytes": []byte{1, 2, 3}, "send.nil": nil,
			"send.struct": Order{"s", 1}, "send.bigstruct": struct{ N int64 }{1 << 60}, "send.chan": make(chan int),
			"send.utf8in": map[string]any{"a": []string{"\xff"}}, "send.infinite": json.RawMessage(`[1e999]`),
			"send.digits": json.RawMessage(strings.Repeat("1", 1<<20)), "send.deep": chain(100_000), "send.cycle": chain(0),
			"send.zero": map[string]any{"zero": math.Copysign(0, -1)},
		}[e.Topic])
	})
	counted := 0
	on(b, "count", func(context.Context, *bus.Event) error { counted++; return nil })
	on(b, "counted", func(ctx context.Context, e *bus.Event) error { return b.Publish(ctx, "count.is", counted) })
	var late *bus.Subscription
	on(b, "late.subscribe", func(ctx context.Context, e *bus.Event) error {
		var err error
		late, err = b.Subscribe("late.*", func(ctx context.Context, e *bus.Event) error { return b.Publish(ctx, "was.late", e.Topic) })
		return err
	})
	on(b, "late.unsubscribe", func(context.Context, *bus.Event) error { late.Unsubscribe(); return nil })
	on(b, "intercept.start", func(context.Context, *bus.Event) error {
		b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
			switch e.Topic {
			case "guarded.refuse":
				return errors.New("refused")
			case "guarded.drop":
				return nil
			case "guarded.replace":
				in := e.Init()
				in.Data = "replaced"
				return next(ctx, b.NewEvent(in))
			}
			return next(ctx, e)
		})
		return nil
	})
}

// link is data that may be in itself.
type link struct{ Next *link }

// chain has n links; none of its own: one that is its next.
func chain(n int) *link {
	first := &link{}
	if n == 0 {
		first.Next = first
	}
	for range n - 1 {
		first = &link{first}
	}
	return first
}

func failures(b *bus.Bus) {
	on(b, "fail", func(context.Context, *bus.Event) error { return errors.New("no good") })
	on(b, "panic", func(context.Context, *bus.Event) error { panic("oh") })
	on(b, "crash", func(context.Context, *bus.Event) error {
		go func() { panic("crashed as asked") }()
		return nil
	})
}

func waiting(b *bus.Bus) {
	// So long that it can't be over before Go returns to JavaScript, however slow the machine is.
	on(b, "block", func(context.Context, *bus.Event) error { time.Sleep(time.Hour); return nil })
	on(b, "slow", func(ctx context.Context, e *bus.Event) error {
		time.Sleep(time.Millisecond)
		var v any
		if err := e.Decode(&v); err != nil {
			return err
		}
		if v == "fail" {
			return errors.New("slow and no good")
		}
		return b.Publish(ctx, "slow.done", v)
	}, bus.Concurrency(1))
	events := make(chan string)
	go func() {
		for topic := range events {
			if err := b.Publish(context.Background(), "channel.done", topic); err != nil {
				println(err.Error())
			}
		}
	}()
	on(b, "channel", func(_ context.Context, e *bus.Event) error {
		// Twice, so that the second waits until the goroutine is ready again.
		events <- e.Topic
		events <- e.Topic
		return nil
	})
	on(b, "later", func(context.Context, *bus.Event) error {
		go func() {
			time.Sleep(time.Millisecond)
			if err := b.Publish(context.Background(), "later.done", "from a goroutine"); err != nil {
				println(err.Error())
			}
		}()
		return nil
	})
}

// document joins the page's document when it is asked to.
func document(b *bus.Bus) {
	var end func()
	on(b, "dom.start", func(context.Context, *bus.Event) (err error) {
		end, err = jsbridge.Bridge(js.Global().Get("document"), jsbridge.DOM{
			From: map[string]jsbridge.FromDOM{
				"go:ask":  {Topic: "dom.asked", Fields: []string{"detail.n", "target.nodeName", "no.such.field"}},
				"go:stop": {Topic: "dom.stop", PreventDefault: true},
			},
			To: map[string]string{"dom.answer": "", "dom.other": "go:other"},
		})
		return err
	})
	on(b, "dom.asked", func(ctx context.Context, e *bus.Event) error {
		asked, err := bus.As[struct {
			N        int
			NodeName string
			Field    any
		}](e)
		if err != nil {
			return err
		}
		return b.Publish(ctx, "dom.answer", map[string]any{"n": asked.N + 1, "from": asked.NodeName, "field": asked.Field})
	})
	on(b, "dom.stop", func(context.Context, *bus.Event) error { end(); return nil })
}

func on(b *bus.Bus, pattern string, h bus.Handler, opts ...bus.SubscribeOption) {
	must(b.Subscribe(pattern, h, opts...))
}

func must(_ *bus.Subscription, err error) {
	if err != nil {
		panic(err)
	}
}
