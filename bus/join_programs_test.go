package bus_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// names of patterns and topics of random programs.
var (
	linkPatterns = []string{"x.*", "x.1", "x.2", "y.>", ">"}
	linkTopics   = []string{"x.1", "x.2", "y.1", "z"}
	linkKept     = []string{"k.1", "k.2"}
)

// TestRandomProgramsOverTwoLinks plays random programs on two buses with two parallel links, whose messages it delivers in
// any order that keeps that of each lane, and compares what each subscriber got with what a single bus would have given it.
func TestRandomProgramsOverTwoLinks(t *testing.T) {
	for seed := range some(400) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) { playLinked(t, rand.New(rand.NewPCG(uint64(seed), 7))) })
	}
}

// linkListener is a subscriber with what it got and should have got: of each source the events in their order.
type linkListener struct {
	at        int
	pattern   string
	sub       *bus.Subscription
	got, want map[string][]string
	last      map[string]any // of kept topics
}

func (l *linked) listener(at int, pattern string) *linkListener {
	a := &linkListener{at: at, pattern: pattern, got: map[string][]string{}, want: map[string][]string{}, last: map[string]any{}}
	var err error
	a.sub, err = l.buses[at].Subscribe(pattern, func(_ context.Context, e *bus.Event) error {
		if slices.Contains(linkKept, e.Topic) {
			a.last[e.Topic] = e.Data
		} else {
			a.got[e.Source()] = append(a.got[e.Source()], fmt.Sprint(e.Topic, " ", e.Data))
		}
		return nil
	})
	require.NoError(l, err)
	return a
}

// linkWrites are what was done to a kept topic since nothing was under way; nil is its removal.
type linkWrites map[string][]any

func playLinked(t *testing.T, r *rand.Rand) {
	l := newLinked(t, 2, linkKept...)
	l.publish(0, linkKept[0], "before")
	l.link("one", 0, 1, linkKept...)
	l.link("two", 1, 0, linkKept...)
	var all []*linkListener
	n, writes := 0, linkWrites{linkKept[0]: {"before"}}
	for range 6 {
		for range r.IntN(5) {
			if len(all) > 0 && r.IntN(3) == 0 {
				i := r.IntN(len(all))
				all[i].sub.Unsubscribe()
				all = slices.Delete(all, i, i+1)
			} else {
				all = append(all, l.listener(r.IntN(2), linkPatterns[r.IntN(len(linkPatterns))]))
			}
		}
		for l.step(r.IntN) {
		}
		l.compare(all, writes)
		writes = linkWrites{}
		for range r.IntN(12) {
			n++
			at := r.IntN(2)
			switch topic := linkKept[r.IntN(len(linkKept))]; r.IntN(6) {
			case 0:
				removed, err := l.buses[at].Clear(topic)
				require.NoError(t, err)
				if removed > 0 {
					writes[topic] = append(writes[topic], nil)
				}
			case 1, 2:
				writes[topic] = append(writes[topic], n)
				l.publish(at, topic, n)
			default:
				topic, source := linkTopics[r.IntN(len(linkTopics))], l.buses[at].Name()
				for _, a := range all {
					if bus.Match(a.pattern, topic) {
						a.want[source] = append(a.want[source], fmt.Sprint(topic, " ", n))
					}
				}
				l.publish(at, topic, n)
			}
			for range r.IntN(5) {
				l.step(r.IntN)
			}
		}
		for l.step(r.IntN) {
		}
		l.compare(all, writes)
	}
}

// compare looks at both buses when nothing is under way.
func (l *linked) compare(all []*linkListener, writes linkWrites) {
	l.Helper()
	for _, a := range all {
		require.Equal(l, a.want, a.got, "at %d by %q", a.at, a.pattern)
	}
	for _, topic := range linkKept {
		one, err := l.ends[0].joint.Retained(topic)
		require.NoError(l, err)
		two, err := l.ends[1].joint.Retained(topic)
		require.NoError(l, err)
		require.Equal(l, [2]any{one.Stamp, one.Removed}, [2]any{two.Stamp, two.Removed}, topic)
		var value any
		if one.Event != nil {
			require.Equal(l, one.Event.ID(), two.Event.ID(), topic)
			value = one.Event.Data
		}
		if wrote := writes[topic]; len(wrote) > 0 {
			require.Contains(l, wrote, value, topic)
		}
		for _, a := range all {
			if seen := a.last[topic]; seen != nil && value != nil {
				require.Equal(l, value, seen, "the last that %q at %d saw of %s", a.pattern, a.at, topic)
			}
		}
	}
}

// TestLinksOfConcurrentBuses lets publishers, subscribers and carriers of both buses run at the same time.
func TestLinksOfConcurrentBuses(t *testing.T) {
	l := newLinked(t, 2, linkKept...)
	l.link("one", 0, 1, linkKept...)
	l.link("two", 1, 0, linkKept...)
	var mu sync.Mutex
	got := [2]map[string]int{{}, {}}
	for at := range l.buses {
		_, err := l.buses[at].Subscribe("x.>", func(_ context.Context, e *bus.Event) error {
			mu.Lock()
			defer mu.Unlock()
			got[at][e.ID()]++
			return nil
		})
		require.NoError(t, err)
		respond(t, l.buses[at], fmt.Sprint("ask.", at), func(_ context.Context, e *bus.Event) (any, error) { return e.Data, nil })
	}
	l.settle()
	const publishers, events = 4, 200
	var carrying, publishing sync.WaitGroup
	stop := make(chan struct{})
	for _, a := range l.lanes {
		carrying.Go(func() { l.carry(a, stop) })
	}
	for p := range publishers {
		publishing.Go(func() {
			b, other := l.buses[p%2], 1-p%2
			for i := range events {
				assert.NoError(t, b.Publish(t.Context(), fmt.Sprint("x.", i%3), i))
				assert.NoError(t, b.Publish(t.Context(), linkKept[i%2], fmt.Sprint(p, " ", i)))
				if i%7 == 0 {
					_, err := b.Clear(linkKept[i%2])
					assert.NoError(t, err)
				}
				if i%20 == 0 {
					reply, err := b.Request(t.Context(), fmt.Sprint("ask.", other), i)
					assert.NoError(t, err)
					assert.Equal(t, i, reply)
				}
			}
		})
	}
	publishing.Wait()
	eventually(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(got[0]) == publishers*events && len(got[1]) == publishers*events
	}, "some events did not cross")
	close(stop)
	carrying.Wait()
	l.settle()
	for _, counts := range got {
		for id, n := range counts {
			require.Equal(t, 1, n, id)
		}
	}
	l.compare(nil, linkWrites{})
}

// carry takes the messages of one lane.
func (l *linked) carry(a *lane, stop chan struct{}) {
	for {
		l.mu.Lock()
		var next []message
		next, a.queue = a.queue, nil
		l.mu.Unlock()
		for _, m := range next {
			assert.NoError(l, a.to.take(m))
		}
		select {
		case <-stop:
			if len(next) == 0 {
				return
			}
		default:
			runtime.Gosched()
		}
	}
}
