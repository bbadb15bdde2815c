package bus_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// TestReplayAgainstAModel runs random programs on one goroutine: publish on topics with and without a history,
// subscribe with replay at the top and within handlers, unsubscribe, clear. The model says what each must get.
func TestReplayAgainstAModel(t *testing.T) {
	for seed := range uint64(400) {
		program := replayProgram{t: t, random: rand.New(rand.NewPCG(seed, 1)), kept: map[string][]int{}}
		program.run(seed)
	}
}

var replayCounts = map[string]int{"x.a": 1, "x.b": 3, "y.a": 5}

type replayProgram struct {
	t      *testing.T
	random *rand.Rand
	bus    *bus.Bus
	number int
	kept   map[string][]int
	subs   []*replaySubscriber
}

type replaySubscriber struct {
	sub       *bus.Subscription
	pattern   string
	got, want []string
}

func (p *replayProgram) run(seed uint64) {
	p.bus = bus.New(bus.Options{})
	defer p.bus.Close()
	for topic, count := range replayCounts {
		require.NoError(p.t, p.bus.Declare(topic, bus.History(bus.Keep{Count: count})))
	}
	for range 60 {
		switch r := p.random.IntN(10); {
		case r < 6:
			p.publish()
		case r < 8:
			p.subscribe()
		case r < 9 && len(p.subs) > 0:
			i := p.random.IntN(len(p.subs))
			p.subs[i].sub.Unsubscribe()
			p.subs = append(p.subs[:i], p.subs[i+1:]...)
		default:
			pattern := []string{"x.*", "y.a", "x.b"}[p.random.IntN(3)]
			_, err := p.bus.Clear(pattern)
			require.NoError(p.t, err)
			for topic := range p.kept {
				if bus.Match(pattern, topic) {
					delete(p.kept, topic)
				}
			}
		}
		for _, s := range p.subs {
			require.Equal(p.t, s.want, s.got, "seed %d, pattern %s", seed, s.pattern)
		}
		total := 0
		for _, all := range p.kept {
			total += len(all)
		}
		require.Equal(p.t, total, p.bus.Stats().Retained, "seed %d", seed)
	}
}

func (p *replayProgram) publish() {
	topic := []string{"x.a", "x.b", "y.a", "x.plain"}[p.random.IntN(4)]
	p.number++
	require.NoError(p.t, p.bus.Publish(context.Background(), topic, p.number))
	p.note(topic, p.number)
}

// note has the model take an event.
func (p *replayProgram) note(topic string, n int) {
	for _, s := range p.subs {
		if bus.Match(s.pattern, topic) {
			s.want = append(s.want, fmt.Sprint(topic, " ", n))
		}
	}
	if count := replayCounts[topic]; count > 0 {
		all := append(p.kept[topic], n)
		p.kept[topic] = all[max(0, len(all)-count):]
	}
}

func (p *replayProgram) subscribe() {
	s := &replaySubscriber{pattern: []string{"x.*", ">", "x.b", "*.a"}[p.random.IntN(4)]}
	last := p.random.IntN(4)
	option := bus.ReplayAll()
	if last > 0 {
		option = bus.Replay(last)
	}
	// The numbers grow with the order of the events.
	for n := 1; n <= p.number; n++ {
		for topic, all := range p.kept {
			from := 0
			if last > 0 {
				from = max(0, len(all)-last)
			}
			for _, kept := range all[from:] {
				if kept == n && bus.Match(s.pattern, topic) {
					s.want = append(s.want, fmt.Sprint(topic, " ", n))
				}
			}
		}
	}
	// Some publish from within their replay: that comes after it, for all.
	var within []string
	if p.random.IntN(3) == 0 {
		within = []string{"x.b", "y.a"}[:1+p.random.IntN(2)]
	}
	first := true
	var err error
	s.sub, err = p.bus.Subscribe(s.pattern, func(ctx context.Context, e *bus.Event) error {
		s.got = append(s.got, fmt.Sprint(e.Topic, " ", e.Data))
		if first {
			first = false
			for i, topic := range within {
				if err := p.bus.Publish(ctx, topic, p.number+1+i); err != nil {
					return err
				}
			}
		}
		return nil
	}, option)
	require.NoError(p.t, err)
	p.subs = append(p.subs, s)
	if len(s.got) == 0 {
		first = false // it had nothing to publish from
		return
	}
	for _, topic := range within {
		p.number++
		p.note(topic, p.number)
	}
}
