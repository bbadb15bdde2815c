package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/nats-io/nats-server/v2/server/gsl"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/internal/idlehost"
	"github.com/trolleybus/trolleybus/bus/peers/natslist"
)

// fleet makes n patterns of a vehicle fleet, eight of ten with wildcards, and topics of which five in six
// are made from a pattern, so that something matches.
func fleet(n int) (patterns, topics []string) {
	r := rand.New(rand.NewPCG(uint64(n), 1))
	region := func() string { return fmt.Sprint("region", r.IntN(16)) }
	vehicle := func() string { return fmt.Sprint("v", r.IntN(max(1, n/3))) }
	for i := range n {
		id := vehicle()
		var p string
		switch i % 10 {
		case 0, 1:
			p = "fleet." + region() + ".vehicle." + id + ".position"
		case 2, 3, 4:
			p = "fleet." + region() + ".vehicle." + id + ".*"
		case 5, 6:
			p = "fleet.*.vehicle." + id + ".position"
		case 7:
			p = "sensor." + id + ".>"
		case 8:
			p = "*.*.vehicle." + id + ".alarm.>"
		case 9:
			p = "fleet." + region() + ".*." + id + ".speed"
		}
		patterns = append(patterns, p)
	}
	last := []string{"position", "speed", "alarm"}
	for i := range 1 << 14 {
		if i%6 == 0 {
			topics = append(topics, "fleet."+region()+".vehicle."+vehicle()+".speed")
			continue
		}
		toks := strings.Split(patterns[r.IntN(n)], ".")
		for k, wild := range []string{"fleet", region(), "vehicle", "", last[r.IntN(len(last))], "fire"} {
			if k < len(toks) && (toks[k] == "*" || toks[k] == ">") {
				toks[k] = wild
				if wild == "" {
					toks[k] = "engine"
				}
			}
		}
		topics = append(topics, strings.Join(toks, "."))
	}
	return patterns, topics
}

// match resolves topics against n subscriptions. Ours checks the topic and sorts what it finds too.
func match(m measure, n int) (result, memory) {
	patterns, topics := fleet(n)
	nothing := func(context.Context, *bus.Event) error { return nil }

	before := heap()
	b := bus.New(bus.Options{})
	for _, p := range patterns {
		must(b.Subscribe(p, nothing))
	}
	ours := (heap() - before) / float64(n)
	port := must(b.Attach(&idlehost.Host{}))

	before = heap()
	nats := natslist.New()
	for _, p := range patterns {
		must(nats.Insert(p))
	}
	theirs := (heap() - before) / float64(n)

	generic := gsl.NewSublist[int]()
	for i, p := range patterns {
		if err := generic.Insert(p, i); err != nil {
			panic(err)
		}
	}

	found := 0
	for _, t := range topics {
		k := len(must(port.Resolve(t, nil)))
		found += k
		g := 0
		generic.Match(t, func(int) { g++ })
		if k != nats.Match(t) || k != g {
			panic(fmt.Sprintf("%s: ours %d, nats-server %d and %d", t, k, nats.Match(t), g))
		}
	}

	var buf []*bus.Subscription
	all := []contender{
		{"trolleybus", func(times int) {
			for i := range times {
				buf = must(port.Resolve(topics[i&(len(topics)-1)], buf[:0]))
				sink += len(buf)
			}
		}},
		{"nats-server sublist", func(times int) {
			for i := range times {
				sink += nats.Match(topics[i&(len(topics)-1)])
			}
		}},
		{"nats-server gsl", func(times int) {
			for i := range times {
				generic.Match(topics[i&(len(topics)-1)], func(int) { sink++ })
			}
		}},
	}
	name := fmt.Sprintf("wildcard match/%d (%.1f found)", n, float64(found)/float64(len(topics)))
	r := m.compare(name, "at least 2", all)
	// What a table takes for a subscription; nats-server's includes its subscription struct and subject.
	return r, memory{fmt.Sprintf("bytes a subscription/%d", n), ours, theirs, "at most 120"}
}
