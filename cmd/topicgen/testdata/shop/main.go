// Command shop declares topics, and prints values of their types as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"time"

	"example.com/shop/billing"

	"github.com/trolleybus/trolleybus/bus"
)

const prefix = "order."

type shop struct {
	bus    *bus.Bus
	region string
}

func (s *shop) declare() error {
	s.region += "" // not about what follows
	bus.NewTopic[Tree](s.bus, "tree")

	// Orders that were paid for.
	// They are final.
	placed := bus.NewTopic[Order](s.bus, prefix+"placed")
	bus.NewTopic[Order](s.bus, "order.placed")
	bus.NewTopic[Page[Order]](s.bus, "order."+s.region+".listed")
	bus.NewTopic[Page[*Item]](s.bus, "items")
	bus.NewTopic[Pair[Status, []Page[int]]](s.bus, "pair")
	bus.NewTopic[billing.Order](s.bus, "bill.due")
	bus.NewTopic[int](s.bus, "stock/été")
	bus.NewTopic[string](s.bus, "it's`${x}\\")
	bus.NewTopic[struct{ N int }](s.bus, "anonymous")
	bus.NewTopic[order](s.bus, "small")
	bus.NewTopic[Topics](s.bus, "topics")
	bus.NewTopic[[]byte](s.bus, "photo")
	bus.NewTopic[[]string](s.bus, "words")
	bus.NewTopic[*Item](s.bus, "pointer")
	bus.NewTopic[time.Time](s.bus, "time")
	bus.NewTopic[struct{}](s.bus, "ping")
	bus.NewTopic[any](s.bus, "anything")
	bus.NewTopic[Status](s.bus, "status")
	bus.NewTopic[Corners](s.bus, "corners")
	// What a thing costs.
	_, price := bus.Respond(s.bus, "price.get", func(context.Context, Question) (Price, error) { return Price{}, nil })
	return errors.Join(placed.Err(), price, s.bus.Declare("page.any"))
}

func (s *shop) ask(ctx context.Context) {
	bus.Request[map[string]int](ctx, s.bus, "price.get", 1) // the responder's types count
	bus.Request[Price](ctx, s.bus, "tax.get", Question{})
	bus.Gather[[]Item](ctx, s.bus, "offers.get", nil)
}

func main() {
	s := &shop{bus.New(bus.Options{}), "eu"}
	if err := s.declare(); err != nil {
		panic(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	text, err := json.MarshalIndent(map[string][]any{
		"order.placed": values[Order](r, 6), "order.{region}.listed": values[Page[Order]](r, 2), "items": values[Page[*Item]](r, 4),
		"pair": values[Pair[Status, []Page[int]]](r, 4), "bill.due": values[billing.Order](r, 3), "tree": values[Tree](r, 4),
		"stock/été": values[int](r, 3), "it's`${x}\\": values[string](r, 3), "anonymous": values[struct{ N int }](r, 2),
		"small": values[order](r, 2), "topics": values[Topics](r, 3), "words": values[[]string](r, 3), "pointer": values[*Item](r, 3),
		"time": values[time.Time](r, 2), "ping": {struct{}{}}, "anything": {nil, 1, "x"}, "status": values[Status](r, 3),
		"page.any": {nil, []int{1}}, "price.get": values[Question](r, 2), "tax.get": values[Question](r, 2), "offers.get": {nil},
		"price.get reply": values[Price](r, 2), "tax.get reply": values[Price](r, 2), "offers.get reply": values[[]Item](r, 3),
		"corners": values[Corners](r, 40),
	}, "", " ")
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(append(text, '\n'))
}
