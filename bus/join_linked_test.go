package bus_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// linked are buses and the queues of the links between them, which a test empties as it likes.
type linked struct {
	*testing.T
	buses []*bus.Bus
	ends  []*linkEnd
	mu    sync.Mutex
	lanes []*lane
}

// lane is what is under way to one end of a link.
type lane struct {
	to    *linkEnd
	queue []message
}

func newLinked(t *testing.T, buses int, keeps ...string) *linked {
	l := &linked{T: t}
	for i := range buses {
		b := bus.New(bus.Options{Name: string(rune('A' + i)), OnError: func(f *bus.Failure) { t.Error(f.Err) }})
		for _, topic := range keeps {
			require.NoError(t, b.Declare(topic, bus.Retain()))
		}
		l.buses = append(l.buses, b)
	}
	t.Cleanup(func() {
		for _, e := range l.ends {
			e.close()
		}
		for _, b := range l.buses {
			assert.NoError(t, b.Close())
		}
	})
	return l
}

// link joins two of the buses.
func (l *linked) link(name string, from, to int, keeps ...string) {
	l.Helper()
	here, there := &lane{}, &lane{}
	sends := func(on *lane) func(message) {
		return func(m message) {
			l.mu.Lock()
			defer l.mu.Unlock()
			on.queue = append(on.queue, m)
		}
	}
	l.lanes = append(l.lanes, here, there)
	var err error
	there.to, err = newLinkEnd(l.buses[to], name, keeps, sends(here))
	require.NoError(l, err)
	here.to, err = newLinkEnd(l.buses[from], name, keeps, sends(there))
	require.NoError(l, err)
	l.ends = append(l.ends, here.to, there.to)
}

// step takes one message from a lane that pick says, and reports false if none is under way.
func (l *linked) step(pick func(n int) int) bool {
	l.mu.Lock()
	busy := slices.DeleteFunc(slices.Clone(l.lanes), func(a *lane) bool { return len(a.queue) == 0 })
	if len(busy) == 0 {
		l.mu.Unlock()
		return false
	}
	a := busy[pick(len(busy))]
	m := a.queue[0]
	a.queue = a.queue[1:]
	l.mu.Unlock()
	require.NoError(l, a.to.take(m))
	return true
}

func (l *linked) settle() {
	for l.step(func(int) int { return 0 }) {
	}
}

// listen subscribes on one of the buses, and returns what comes: the source and the data of each event.
func (l *linked) listen(at int, pattern string) (got *[]string, sub *bus.Subscription) {
	l.Helper()
	got = new([]string)
	sub, err := l.buses[at].Subscribe(pattern, func(_ context.Context, e *bus.Event) error {
		*got = append(*got, fmt.Sprint(e.Source(), " ", e.Data))
		return nil
	})
	require.NoError(l, err)
	return got, sub
}

func (l *linked) publish(at int, topic string, data any) {
	l.Helper()
	require.NoError(l, l.buses[at].Publish(context.Background(), topic, data))
}

func TestALinkForwardsWhatTheOtherSideIsInterestedIn(t *testing.T) {
	l := newLinked(t, 2)
	early, _ := l.listen(1, "a.*")
	l.link("ab", 0, 1)
	l.settle()
	l.publish(0, "a.1", 1)
	l.publish(0, "b.1", 2)
	l.settle()
	assert.Equal(t, []string{"A 1"}, *early)
	var crossed int
	l.buses[1].Observe(bus.Observer{Accepted: func(context.Context, *bus.Event, string) { crossed++ }})
	late, sub := l.listen(1, "b.*")
	l.publish(0, "b.1", 3) // before the other side knows
	l.settle()
	l.publish(0, "b.1", 4)
	l.settle()
	sub.Unsubscribe()
	l.settle()
	l.publish(0, "b.1", 5)
	l.settle()
	assert.Equal(t, []string{"A 4"}, *late)
	assert.Equal(t, 1, crossed, "what nobody wants does not cross")
}

func TestALinkKeepsEventsAsTheyAreAndSendsNoEcho(t *testing.T) {
	l := newLinked(t, 2)
	l.link("ab", 0, 1)
	here, _ := l.listen(0, ">")
	var far []*bus.Event
	_, err := l.buses[1].Subscribe(">", func(ctx context.Context, e *bus.Event) error {
		if far = append(far, e); e.Topic == "a" {
			return l.buses[1].Publish(ctx, "effect", "of "+e.ID())
		}
		return nil
	})
	require.NoError(t, err)
	var via []string
	l.buses[1].Observe(bus.Observer{Accepted: func(_ context.Context, e *bus.Event, by string) { via = append(via, e.Topic+" "+by) }})
	l.settle()
	l.publish(0, "x", nil)
	require.NoError(t, l.buses[0].Publish(t.Context(), "a", "y", bus.WithSubject("s"), bus.WithID("given")))
	l.settle()
	require.Len(t, far, 3)
	assert.Equal(t, []string{"x ab", "a ab", "effect "}, via)
	assert.Equal(t, []string{"A <nil>", "A y", "B of given"}, *here, "once here, and the effect comes back")
	e := far[1]
	assert.Equal(t, []string{"given", "A", "s", "given", ""}, []string{e.ID(), e.Source(), e.Subject(), e.CorrelationID(), e.CausationID()})
	assert.Equal(t, "given", far[2].CausationID())
}

func TestEachEventIsOnceOverParallelLinksAndRings(t *testing.T) {
	for name, links := range map[string][][2]int{
		"parallel": {{0, 1}, {0, 1}, {1, 0}}, "ring": {{0, 1}, {1, 2}, {2, 0}}, "all": {{0, 1}, {1, 2}, {2, 0}, {1, 0}, {2, 1}, {0, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLinked(t, 3)
			var got []*[]string
			for at := range l.buses {
				g, _ := l.listen(at, ">")
				got = append(got, g)
			}
			for i, ends := range links {
				l.link(fmt.Sprint("l", i), ends[0], ends[1])
			}
			l.settle()
			r := rand.New(rand.NewPCG(1, uint64(len(links))))
			want := map[string]int{}
			for i := range 200 {
				from := r.IntN(len(l.buses))
				if name == "parallel" {
					from = r.IntN(2)
				}
				want[fmt.Sprintf("%c %d", 'A'+from, i)] = 1
				if i%3 == 0 {
					require.NoError(t, l.buses[from].Publish(t.Context(), "t", i, bus.WithID(fmt.Sprint("id", i))))
				} else {
					l.publish(from, "t", i)
				}
				for range r.IntN(4) {
					l.step(r.IntN)
				}
			}
			for l.step(r.IntN) {
			}
			for at, g := range got {
				if name == "parallel" && at == 2 {
					assert.Empty(t, *g)
					continue
				}
				counts := map[string]int{}
				for _, e := range *g {
					counts[e]++
				}
				assert.Equal(t, want, counts, "bus %d", at)
			}
		})
	}
}

func TestRequestsAreAnsweredAcrossALink(t *testing.T) {
	l := newLinked(t, 2)
	l.link("one", 0, 1)
	l.link("two", 0, 1)
	heard, _ := l.listen(1, "ask.*")
	near, _ := l.listen(0, "ask.*")
	respond(t, l.buses[1], "ask.b", func(_ context.Context, e *bus.Event) (any, error) { return fmt.Sprint("b for ", e.Source()), nil })
	respond(t, l.buses[0], "ask.a", func(_ context.Context, e *bus.Event) (any, error) { return fmt.Sprint("a for ", e.Source()), nil })
	respond(t, l.buses[1], "ask.fails", func(context.Context, *bus.Event) (any, error) { return nil, stockError{} })
	l.settle()
	ask := func(at int, topic string) (reply any, err error) {
		var asking sync.WaitGroup
		done := make(chan struct{})
		asking.Go(func() {
			defer close(done)
			reply, err = l.buses[at].Request(t.Context(), topic, "q")
		})
		eventually(t, func() bool {
			l.step(func(int) int { return 0 })
			select {
			case <-done:
				return true
			default:
				return false
			}
		}, "no answer")
		asking.Wait()
		l.settle()
		return reply, err
	}
	reply, err := ask(0, "ask.b")
	require.NoError(t, err)
	assert.Equal(t, "b for A", reply)
	reply, err = ask(1, "ask.a")
	require.NoError(t, err)
	assert.Equal(t, "a for B", reply)
	reply, err = ask(0, "ask.a") // by who is near
	require.NoError(t, err)
	assert.Equal(t, "a for A", reply)
	_, err = ask(0, "ask.fails")
	assert.Equal(t, "E_STOCK", bus.Code(err))
	_, err = ask(0, "ask.nobody")
	assert.ErrorIs(t, err, bus.ErrNoResponders)
	want := []string{"A q", "B q", "A q", "A q", "A q"}
	assert.Equal(t, want, *near, "who only listens gets each once, on both sides")
	assert.Equal(t, want, *heard)
	for _, e := range l.ends {
		assert.Empty(t, e.questions)
		assert.Empty(t, e.unasked)
	}
}

func TestALinkThatEndsLeavesNothing(t *testing.T) {
	l := newLinked(t, 2)
	before := l.buses[0].Stats().Subscriptions
	l.link("ab", 0, 1)
	respond(t, l.buses[1], "ask", func(context.Context, *bus.Event) (any, error) { return 1, nil })
	l.listen(1, "a")
	l.settle()
	assert.Equal(t, before+1, l.buses[0].Stats().Subscriptions)
	for _, e := range l.ends {
		e.close()
	}
	assert.Equal(t, before, l.buses[0].Stats().Subscriptions)
	l.publish(0, "a", nil)
	_, err := l.buses[0].Request(t.Context(), "ask", nil)
	assert.ErrorIs(t, err, bus.ErrNoResponders)
	assert.False(t, l.step(func(int) int { return 0 }))
	l.ends = nil
	l.lanes = nil
	l.link("ab", 0, 1)
	l.settle()
	reply := make(chan any, 1)
	go func() {
		r, err := l.buses[0].Request(context.Background(), "ask", nil)
		assert.NoError(t, err)
		reply <- r
	}()
	eventually(t, func() bool { l.step(func(int) int { return 0 }); return len(reply) == 1 }, "no answer")
	assert.Equal(t, 1, <-reply)
}
