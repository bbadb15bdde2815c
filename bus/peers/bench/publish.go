package main

import (
	"context"
	"encoding/json"
	"fmt"
	"sync/atomic"

	"github.com/ThreeDotsLabs/watermill"
	"github.com/ThreeDotsLabs/watermill/message"
	"github.com/ThreeDotsLabs/watermill/pubsub/gochannel"
	"github.com/asaskevich/EventBus"
	"github.com/trolleybus/trolleybus/bus"
)

type order struct {
	ID    int
	Name  string
	Price float64
}

const (
	topic  = "order.placed"
	others = 50 // topics beside the one measured
)

// publish delivers one order to n subscribers, each of which adds up its ID.
func publish(m measure, n int) []result {
	peers := []contender{copyOnWrite(n), watermillChannel(n), eventBus(n)}
	suffix := fmt.Sprintf("/%d", n)
	return []result{
		m.compare("typed publish"+suffix, "at least 0.5", append([]contender{typed(n)}, peers...)),
		m.compare("typed publish with context"+suffix, "", append([]contender{typedContext(n)}, peers[:1]...)),
		m.compare("untyped publish"+suffix, "", append([]contender{untyped(n)}, peers...)),
	}
}

func crowded() *bus.Bus {
	b := bus.New(bus.Options{})
	for i := range others {
		must(b.Subscribe(fmt.Sprint("other.", i), func(context.Context, *bus.Event) error { return nil }))
	}
	return b
}

func typed(n int) contender {
	t := bus.NewTopic[order](crowded(), topic)
	for range n {
		must(t.SubscribeFunc(func(o order) { sink += o.ID }))
	}
	ctx := context.Background()
	return contender{"trolleybus", func(times int) {
		for i := range times {
			if err := t.Publish(ctx, order{ID: i}); err != nil {
				panic(err)
			}
		}
	}}
}

func typedContext(n int) contender {
	t := bus.NewTopic[order](crowded(), topic)
	for range n {
		must(t.Subscribe(func(_ context.Context, o order) error { sink += o.ID; return nil }))
	}
	ctx := context.Background()
	return contender{"trolleybus", func(times int) {
		for i := range times {
			if err := t.Publish(ctx, order{ID: i}); err != nil {
				panic(err)
			}
		}
	}}
}

func untyped(n int) contender {
	b := crowded()
	for range n {
		must(b.Subscribe(topic, func(_ context.Context, e *bus.Event) error {
			o, err := bus.As[order](e)
			sink += o.ID
			return err
		}))
	}
	ctx := context.Background()
	return contender{"trolleybus", func(times int) {
		for i := range times {
			if err := b.Publish(ctx, topic, order{ID: i}); err != nil {
				panic(err)
			}
		}
	}}
}

// copyOnWrite is what one would write by hand: no wildcards, no isolation, no order, no counts.
func copyOnWrite(n int) contender {
	subs := make(map[string][]func(order))
	for i := range others {
		subs[fmt.Sprint("other.", i)] = []func(order){func(order) {}}
	}
	for range n {
		subs[topic] = append(subs[topic], func(o order) { sink += o.ID })
	}
	var current atomic.Pointer[map[string][]func(order)]
	current.Store(&subs)
	return contender{"copy-on-write map", func(times int) {
		for i := range times {
			o := order{ID: i}
			for _, h := range (*current.Load())[topic] {
				h(o)
			}
		}
	}}
}

// watermillChannel publishes until all subscribers have acknowledged, which is what the others do too. Its
// payload is bytes.
func watermillChannel(n int) contender {
	ctx := context.Background()
	ps := gochannel.NewGoChannel(gochannel.Config{BlockPublishUntilSubscriberAck: true}, watermill.NopLogger{})
	var sum atomic.Int64
	for range n {
		messages := must(ps.Subscribe(ctx, topic))
		go func() {
			for msg := range messages {
				var o order
				if err := json.Unmarshal(msg.Payload, &o); err != nil {
					panic(err)
				}
				sum.Add(int64(o.ID))
				msg.Ack()
			}
		}()
	}
	return contender{"watermill gochannel", func(times int) {
		for i := range times {
			msg := message.NewMessage("1", must(json.Marshal(order{ID: i})))
			if err := ps.Publish(topic, msg); err != nil {
				panic(err)
			}
		}
	}}
}

func eventBus(n int) contender {
	b := EventBus.New()
	for i := range others {
		if err := b.Subscribe(fmt.Sprint("other.", i), func(order) {}); err != nil {
			panic(err)
		}
	}
	for range n {
		if err := b.Subscribe(topic, func(o order) { sink += o.ID }); err != nil {
			panic(err)
		}
	}
	return contender{"asaskevich/EventBus", func(times int) {
		for i := range times {
			b.Publish(topic, order{ID: i})
		}
	}}
}
