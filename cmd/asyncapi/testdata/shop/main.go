// Command shop declares topics in all the ways that there are, and prints values of their types as JSON.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"net/netip"
	"os"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

// ID tells orders apart.
type ID string

// Stamp is in every record.
type Stamp struct {
	// At is when it was made.
	At time.Time `json:"at"`
	By string    `json:"by,omitempty"`
}

type hidden struct {
	Trace string
	Note  string
}

// Order is what a customer
// has ordered.
//
// It is never empty.
type Order struct {
	Stamp
	*hidden
	ID       ID     `json:"id"`
	Note     int    // wins over that of hidden
	Items    []Item `json:"items"` // at least one
	Gift     *Item  `json:"gift,omitempty"`
	Parent   *Order `json:"parent"`
	Total    float64
	Count    uint8             `json:"count,string"`
	Rank     *int              `json:"rank,string"`
	Paid     bool              `json:"paid"`
	Photo    []byte            `json:"photo"`
	Sum      [2]byte           `json:"sum"`
	Labels   map[string]string `json:"labels,omitempty"`
	Stock    map[int]Item      `json:"stock"`
	Free     map[ID]any        `json:"free"`
	Wait     time.Duration     `json:"wait"`
	Address  netip.Addr        `json:"address"`
	Raw      json.RawMessage   `json:"raw"`
	Number   json.Number       `json:"number"`
	Anything any               `json:"anything"`
	Level    Level             `json:"level"`
	Inline   struct {
		X, Y int
	} `json:"inline"`
	Secret string `json:"-"`
	Dash   int    `json:"-,"`
	Zero   Stamp  `json:"zero,omitzero"`
	cache  map[string]int
}

// Item is one line of an order.
type Item struct {
	Name  string `json:"name"`
	Price int64  `json:"price"` // in cents
}

// Level is written as a word.
type Level int

func (l Level) MarshalText() ([]byte, error) { return []byte("level"), nil }

// Page is a part of a list.
type Page[T any] struct {
	Items []T `json:"items"`
	Next  *ID `json:"next"`
}

// Tree has children of its own kind.
type Tree struct {
	Children []Tree `json:"children"`
}

func (o Order) Validate() error {
	if len(o.Items) == 0 {
		return errors.New("no items")
	}
	return nil
}

const prefix = "order."

type shop struct {
	bus    *bus.Bus
	region string
}

func (s *shop) declare() error {
	// Orders that were paid for.
	// They are final.
	placed := bus.NewTopic[Order](s.bus, prefix+"placed", bus.Version(2), bus.Upcast(1, func(o map[string]any) (Order, error) { return Order{}, nil }))

	again := bus.NewTopic[Order](s.bus, "order.placed")
	listed := bus.NewTopic[Page[Order]](s.bus, "order."+s.region+".listed")
	bus.NewTopic[Page[*Item]](s.bus, "items")
	bus.NewTopic[Tree](s.bus, "tree")
	bus.NewTopic[int](s.bus, "stock/été")
	bus.NewTopic[struct{ N int }](s.bus, "anonymous")
	_ = again.Publish(context.Background(), Order{})

	// What the page says.
	return errors.Join(placed.Err(), listed.Err(),
		s.bus.Declare("page.said", bus.Validate(func(text string) error { return nil }), bus.Version(3)),
		s.bus.Declare("page.any"))
}

func main() {
	b := bus.New(bus.Options{})
	s := &shop{b, "eu"}
	if err := s.declare(); err != nil {
		panic(err)
	}
	rank, next := 7, ID("b")
	item := Item{"tea", 250}
	order := Order{
		Stamp: Stamp{time.Date(2024, 5, 1, 12, 0, 0, 0, time.UTC), "ann"}, hidden: &hidden{Trace: "t"}, ID: "a", Items: []Item{item}, Gift: &item,
		Total: 2.5, Count: 3, Rank: &rank, Paid: true, Photo: []byte{1, 2}, Labels: map[string]string{"a": "b"}, Stock: map[int]Item{-4: item},
		Free: map[ID]any{"x": 1}, Wait: time.Second, Address: netip.MustParseAddr("::1"), Raw: json.RawMessage(`[1]`), Number: "1.5",
		Anything: true, Secret: "not written", Dash: 1, Zero: Stamp{By: "x"}, cache: map[string]int{},
	}
	child := order
	child.Parent = &order
	text, err := json.MarshalIndent(map[string][]any{
		"order.placed": {Order{Number: "0"}, order, child}, "order.{region}.listed": {Page[Order]{}, Page[Order]{[]Order{order}, &next}},
		"items": {Page[*Item]{}, Page[*Item]{[]*Item{nil, &item}, &next}}, "tree": {Tree{}, Tree{[]Tree{{}, {}}}}, "stock/été": {0, -5},
		"anonymous": {struct{ N int }{4}}, "page.said": {"x"}, "page.any": {nil, 1},
	}, "", "  ")
	if err != nil {
		panic(err)
	}
	os.Stdout.Write(append(text, '\n'))
}
