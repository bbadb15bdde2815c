package bustest

import (
	"context"
	"errors"

	"github.com/stretchr/testify/assert"
)

type next = func(context.Context, Event) error

func interceptors(k *kit) {
	refused := errors.New("refused")
	k.s.Use(func(ctx context.Context, e Event, next next) error {
		k.log = append(k.log, "first")
		return next(ctx, e)
	})
	k.s.Use(func(ctx context.Context, e Event, next next) error {
		k.log = append(k.log, "second")
		switch e.Data {
		case "drop":
			return nil
		case "refuse":
			return refused
		}
		e.Data = "changed"
		return next(ctx, e)
	})
	k.subscribe("a", func(_ context.Context, e Event) error {
		k.log = append(k.log, e.Data.(string))
		return nil
	})
	k.publish(k.ctx, "a", "x")
	k.logged("first", "second", "changed")
	k.publish(k.ctx, "a", "drop")
	k.logged("first", "second")
	assert.ErrorIs(k.T, k.s.Publish(k.ctx, "a", "refuse"), refused)
	k.logged("first", "second")
	k.code("TB_TOPIC", k.s.Publish(k.ctx, "a..b", "x"))
	k.logged()
	assert.Equal(k.T, Stats{Published: 1, Delivered: 1, Intercepted: 2, Subscriptions: 1}, k.s.Stats())
	k.failures(0)
}

func interceptTopic(k *kit) {
	to := "b"
	k.s.Use(func(ctx context.Context, e Event, next next) error {
		e.Topic = to
		return next(ctx, e)
	})
	k.logs("got", ">")
	k.publish(k.ctx, "a", nil)
	k.logged("got b")
	for _, to = range []string{"", "a..b", "*", "$bus.error"} {
		k.code("TB_TOPIC", k.s.Publish(k.ctx, "a", nil))
	}
	k.logged()
}

func interceptNested(k *kit) {
	k.s.Use(func(ctx context.Context, e Event, next next) error {
		k.log = append(k.log, "use "+e.Topic)
		return next(ctx, e)
	})
	k.subscribe("a", func(ctx context.Context, e Event) error { return k.s.Publish(ctx, "b", nil) })
	k.logs("got", ">")
	k.publish(k.ctx, "a", nil)
	k.logged("use a", "use b", "got a", "got b")
}

func interceptRemoved(k *kit) {
	add := func(name string) func() {
		return k.s.Use(func(ctx context.Context, e Event, next next) error {
			k.log = append(k.log, name)
			return next(ctx, e)
		})
	}
	one, two := add("1"), add("2")
	k.publish(k.ctx, "a", nil)
	one()
	one()
	k.publish(k.ctx, "a", nil)
	two()
	k.publish(k.ctx, "a", nil)
	k.logged("1", "2", "2")
}

func interceptPanic(k *kit) {
	remove := k.s.Use(func(context.Context, Event, next) error { panic("boom") })
	k.logs("got", "a")
	k.code("TB_PANIC", k.s.Publish(k.ctx, "a", nil))
	k.logged()
	remove()
	k.publish(k.ctx, "a", nil)
	k.logged("got a")
}
