package main

import (
	"context"

	"github.com/trolleybus/trolleybus/bus"
)

// request asks one responder, which answers at once, against a goroutine that does so by a channel.
func request(m measure) []result {
	return []result{m.compare("request", "", []contender{requestByBus(), requestByChannel()})}
}

func requestByBus() contender {
	b := crowded()
	must(bus.Respond(b, topic, func(_ context.Context, o order) (int, error) { return o.ID, nil }))
	ctx := context.Background()
	return contender{"trolleybus", func(times int) {
		for i := range times {
			id, err := bus.Request[int](ctx, b, topic, order{ID: i})
			if err != nil {
				panic(err)
			}
			sink += id
		}
	}}
}

func requestByChannel() contender {
	type question struct {
		order order
		reply chan int
	}
	return contender{"goroutine and channels", func(times int) {
		questions := make(chan question)
		go func() {
			for q := range questions {
				q.reply <- q.order.ID
			}
		}()
		for i := range times {
			q := question{order{ID: i}, make(chan int, 1)}
			questions <- q
			sink += <-q.reply
		}
		close(questions)
	}}
}
