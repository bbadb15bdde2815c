//go:build js && wasm

package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/trolleybus/trolleybus/bus"
)

var books = []Product{
	{SKU: "emma", Title: "Emma", Author: "Jane Austen", Price: 990},
	{SKU: "walden", Title: "Walden", Author: "Henry David Thoreau", Price: 1250},
	{SKU: "middlemarch", Title: "Middlemarch", Author: "George Eliot", Price: 1490},
	{SKU: "dracula", Title: "Dracula", Author: "Bram Stoker", Price: 850},
	{SKU: "flatland", Title: "Flatland", Author: "Edwin A. Abbott", Price: 690},
	{SKU: "moby-dick", Title: "Moby-Dick", Author: "Herman Melville", Price: 1320},
}

// shop is called by the page's one goroutine only.
type shop struct {
	catalog     *bus.Topic[Catalog]
	cart        *bus.Topic[Cart]
	add, remove *bus.Topic[Choice]
	lines       []Line
}

func newShop(b *bus.Bus) *shop {
	return &shop{
		catalog: bus.NewTopic[Catalog](b, "catalog.changed", bus.Retain()),
		cart:    bus.NewTopic[Cart](b, "cart.changed", bus.Retain()),
		add:     bus.NewTopic[Choice](b, "cart.add"),
		remove:  bus.NewTopic[Choice](b, "cart.remove"),
	}
}

func (s *shop) open() error {
	_, add := s.add.Subscribe(s.onAdd, bus.Name("shop"))
	_, remove := s.remove.Subscribe(s.onRemove, bus.Name("shop"))
	ctx := context.Background()
	return errors.Join(add, remove, s.catalog.Publish(ctx, Catalog{Products: books}), s.publish(ctx))
}

func (s *shop) onAdd(ctx context.Context, c Choice) error {
	if i := s.line(c.SKU); i >= 0 {
		s.lines[i].Quantity++
		return s.publish(ctx)
	}
	i := slices.IndexFunc(books, func(p Product) bool { return p.SKU == c.SKU })
	if i < 0 {
		return fmt.Errorf("no product %q in the catalogue", c.SKU)
	}
	s.lines = append(s.lines, Line{Product: books[i], Quantity: 1})
	return s.publish(ctx)
}

// onRemove takes one of the product out of the cart, and the line with the last one.
func (s *shop) onRemove(ctx context.Context, c Choice) error {
	i := s.line(c.SKU)
	if i < 0 {
		return fmt.Errorf("no product %q in the cart", c.SKU)
	}
	if s.lines[i].Quantity--; s.lines[i].Quantity == 0 {
		s.lines = slices.Delete(s.lines, i, i+1)
	}
	return s.publish(ctx)
}

func (s *shop) line(sku string) int {
	return slices.IndexFunc(s.lines, func(l Line) bool { return l.SKU == sku })
}

func (s *shop) publish(ctx context.Context) error {
	cart := Cart{Lines: slices.Clone(s.lines)}
	if cart.Lines == nil {
		cart.Lines = []Line{}
	}
	for _, line := range s.lines {
		cart.Count += line.Quantity
		cart.Total += line.Quantity * line.Price
	}
	return s.cart.Publish(ctx, cart)
}
