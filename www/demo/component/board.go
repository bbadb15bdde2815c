//go:build js && wasm

package main

import (
	"context"
	"errors"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/www/demo/component/window"
)

// board keeps what was observed in each region. Its handlers run on the page's one goroutine, one at a time.
type board struct {
	bus    *bus.Bus
	wanted *bus.Topic[struct{}]
	series map[key]*series
	asked  bool
	at     float64
	hours  float64
}

type key struct {
	kind   Kind
	region string
}

type series struct {
	window.Series
	topic *bus.Topic[Summary]
	last  Summary
}

func newBoard(b *bus.Bus) *board {
	return &board{
		bus: b,
		// A component that came late asks for what it missed.
		wanted: bus.NewTopic[struct{}](b, "board.backlog.wanted"),
		series: map[key]*series{},
		hours:  24,
	}
}

func (d *board) subscribe() error {
	_, quake := d.bus.Subscribe("quake.*.*", d.onQuake, bus.Name("board"))
	_, flight := d.bus.Subscribe("flight.>", d.onFlight, bus.Name("board"))
	// How far the replay is: four times a second, and whenever its state changes.
	_, clock := bus.NewTopic[Clock](d.bus, "replay.clock").Subscribe(d.onClock, bus.Name("board"))
	// The replay went back: what came later has not happened yet.
	_, rewound := bus.NewTopic[Moment](d.bus, "replay.rewound").Subscribe(d.onRewound, bus.Name("board"))
	// How far summaries and the map look back.
	_, hours := bus.NewTopic[Window](d.bus, "board.window").Subscribe(d.onWindow, bus.Name("board"))
	// The answer to board.backlog.wanted.
	_, backlog := bus.NewTopic[Backlog](d.bus, "board.backlog").Subscribe(d.onBacklog, bus.Name("board"))
	return errors.Join(quake, flight, clock, rewound, hours, backlog)
}

func (d *board) onQuake(_ context.Context, e *bus.Event) error {
	q, err := bus.As[Quake](e)
	if err == nil {
		d.of(quakes, q.Region).Add(q.At, q.Magnitude)
	}
	return err
}

func (d *board) onFlight(_ context.Context, e *bus.Event) error {
	f, err := bus.As[Flight](e)
	if err == nil {
		d.of(flights, f.Region).Add(f.At, f.Delay)
	}
	return err
}

// onClock publishes what changed. The first tick is when a new instance, perhaps the successor of one that died, can
// ask for what it missed.
func (d *board) onClock(ctx context.Context, c Clock) error {
	d.at = c.At
	if !d.asked {
		d.asked = true
		return d.wanted.Publish(ctx, struct{}{})
	}
	return d.publish(ctx)
}

// publish sends the summaries that differ from the last ones.
func (d *board) publish(ctx context.Context) error {
	var errs []error
	for k, s := range d.series {
		found := Summary{Kind: k.kind, Region: k.region, Stats: s.Between(d.at-d.hours*hour, d.at)}
		if found == s.last {
			continue
		}
		s.last = found
		errs = append(errs, s.topic.Publish(ctx, found))
	}
	return errors.Join(errs...)
}

// onBacklog begins anew with everything that has been replayed so far: what came since the question is part of it.
func (d *board) onBacklog(ctx context.Context, b Backlog) error {
	for _, s := range d.series {
		s.Clear()
	}
	for _, q := range b.Quakes {
		d.of(quakes, q.Region).Add(q.At, q.Magnitude)
	}
	for _, f := range b.Flights {
		d.of(flights, f.Region).Add(f.At, f.Delay)
	}
	return d.publish(ctx)
}

func (d *board) onRewound(_ context.Context, to Moment) error {
	for _, s := range d.series {
		s.Truncate(to.At)
	}
	return nil
}

func (d *board) onWindow(ctx context.Context, w Window) error {
	if w.Hours <= 0 {
		return errors.New("board.window: hours must be more than 0")
	}
	d.hours = w.Hours
	return d.publish(ctx)
}

func (d *board) of(kind Kind, region string) *series {
	k := key{kind, region}
	s, known := d.series[k]
	if !known {
		s = &series{topic: bus.NewTopic[Summary](d.bus, "board.summary."+string(kind)+"."+region)}
		d.series[k] = s
	}
	return s
}
