package bus_test

import (
	"context"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestD9OneMemberGetsEachEvent(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("first", "x", nil)
		for _, name := range []string{"a", "b", "c"} {
			l.on(name, "x", nil, bus.Queue("g"))
		}
		l.on("z", "x", nil, bus.Queue("other"))
		l.on("last", "x", nil)
		for n := 1; n <= 4; n++ {
			l.publish("x", n)
		}
		l.said("0 first1", "0 a1", "0 z1", "0 last1", "0 first2", "0 b2", "0 z2", "0 last2",
			"0 first3", "0 c3", "0 z3", "0 last3", "0 first4", "0 a4", "0 z4", "0 last4")
		assert.Equal(t, "g", l.Subscriptions()[1].Group)
		assert.EqualValues(t, 16, l.Stats().Delivered)
	})
}

func TestD9DifferentPatternsInOneGroup(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "order.placed", nil, bus.Queue("g"))
		l.on("b", "order.*", nil, bus.Queue("g"))
		l.on("c", ">", nil, bus.Queue("g"))
		l.publish("order.placed", 1)
		l.publish("order.placed", 2)
		l.publish("order.placed", 3)
		l.publish("order.sent", 4)
		l.publish("order.sent", 5)
		l.publish("x", 6)
		l.said("0 a1", "0 b2", "0 c3", "0 b4", "0 c5", "0 c6")
	})
}

func TestD9TheLeastBusyMember(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		hold := make(chan struct{})
		l.on("slow", "x", func(int) error { <-hold; return nil }, bus.Queue("g"), bus.Concurrency(1))
		l.on("fast", "x", nil, bus.Queue("g"), bus.Concurrency(1))
		for n := 1; n <= 6; n++ {
			l.publish("x", n)
			synctest.Wait()
		}
		l.said("0 slow1", "0 fast2", "0 fast3", "0 fast4", "0 fast5", "0 fast6")
		close(hold)
		synctest.Wait()
		l.publish("x", 7)
		l.said("0 slow7")
	})
}

func TestD9MembersThatDoNotWantIt(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		odd := func(e *bus.Event) bool { return number(e)%2 == 1 }
		l.on("odd", "x", nil, bus.Queue("g"), bus.Filter(odd))
		l.on("even", "x", nil, bus.Queue("g"), bus.Filter(func(e *bus.Event) bool { return !odd(e) }))
		for n := 1; n <= 4; n++ {
			l.publish("x", n)
		}
		l.said("0 odd1", "0 even2", "0 odd3", "0 even4")
		one := l.on("once", "x", nil, bus.Queue("g"), bus.Once(), bus.Filter(func(e *bus.Event) bool { return number(e) > 5 }))
		for n := 5; n <= 8; n++ {
			l.publish("x", n)
		}
		l.said("0 odd5", "0 once6", "0 odd7", "0 even8")
		assert.False(t, one.Active())
	})
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("ill", "x", nil, bus.Queue("g"), bus.Filter(func(*bus.Event) bool { panic("boom") }))
		l.on("well", "x", nil, bus.Queue("g"))
		l.publish("x", 1)
		l.said("0 well1")
		assert.Equal(t, []string{"TB_PANIC"}, l.codes())
	})
}

func TestD9AMemberThatFailsPassesItOn(t *testing.T) {
	for name, opts := range map[string][]bus.SubscribeOption{
		"at once": {}, "with Concurrency": {bus.Concurrency(1)},
	} {
		t.Run(name, func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				opts := append(opts, bus.Queue("g"), bus.Retry(exact(4)))
				l.on("a", "x", always(errNo), opts...)
				l.on("b", "x", always(errNo), append(opts, bus.Filter(func(e *bus.Event) bool { return number(e) < 10 }))...)
				l.publish("x", 1)
				l.advance(time.Minute)
				l.said("0 a1", "100 b1", "300 a1", "700 b1")
				d := l.letters()[0]
				assert.Equal(t, 4, d.Attempts)
				l.publish("x", 10)
				l.advance(time.Minute)
				l.said("60000 a10", "60100 a10", "60300 a10", "60700 a10")
			})
		})
	}
}

func TestD9AMemberThatFailsWithoutRetry(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", always(errNo), bus.Queue("g"))
		l.on("b", "x", nil, bus.Queue("g"))
		l.publish("x", 1)
		l.said("0 a1")
		assert.Equal(t, []string{""}, l.codes())
	})
}

func TestD9WorkOfAMemberThatLeaves(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		hold := make(chan struct{})
		a := l.on("a", "x", func(n int) error {
			if n == 2 {
				return errNo
			}
			<-hold
			return nil
		}, bus.Queue("g"), bus.Concurrency(1), bus.Retry(exact(3)))
		l.publish("x", 2)
		synctest.Wait()
		for n := 3; n <= 6; n++ {
			l.publish("x", n)
			synctest.Wait()
		}
		l.said("0 a2", "0 a3")
		l.on("b", "x", nil, bus.Queue("g"), bus.Concurrency(1))
		l.advance(10 * time.Millisecond)
		a.Unsubscribe()
		l.said("10 b4", "10 b5", "10 b6", "10 b2")
		close(hold)
		l.advance(time.Minute)
		l.said()
		assert.Empty(t, l.letters())
		st := l.Stats()
		assert.Zero(t, st.Dropped)
		assert.EqualValues(t, 5, st.Delivered)
	})
}

func TestD9TheLastMemberLeaves(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		hold := make(chan struct{})
		a := l.on("a", "x", func(n int) error {
			if n == 1 {
				return errNo
			}
			<-hold
			return errNo
		}, bus.Queue("g"), bus.Concurrency(1), bus.Retry(exact(3)), bus.Name("mine"))
		for n := 1; n <= 3; n++ {
			l.publish("x", n)
			synctest.Wait()
		}
		a.Unsubscribe()
		l.said("0 a1", "0 a2")
		all := l.letters()
		require.Len(t, all, 1, "what failed is a dead letter, what only waited is gone")
		assert.Equal(t, 1, number(all[0].Event))
		close(hold)
		l.advance(time.Minute)
		assert.Len(t, l.letters(), 2, "what fails after the end of the group as well")

		// Another member of the group inherits the letters, whatever its name and pattern are.
		l.on("b", "*", nil, bus.Queue("g"))
		n, err := l.Redrive("")
		require.NoError(t, err)
		assert.Equal(t, 2, n)
		l.advance(time.Second)
		l.mu.Lock()
		assert.ElementsMatch(t, []string{"60000 b1", "60000 b2"}, l.log)
		l.mu.Unlock()
	})
}

func TestD9AMemberLeavesWhileItsWorkFails(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		var a *bus.Subscription
		a = l.on("a", "x", func(int) error { a.Unsubscribe(); return errNo }, bus.Queue("g"), bus.Retry(exact(3)))
		l.on("b", "x", nil, bus.Queue("g"))
		l.publish("x", 1)
		l.said("0 a1")
		l.advance(time.Minute)
		l.said("100 b1")
		assert.Empty(t, l.letters())
	})
}

func TestD9AnEventIsHandledOnceByTheGroup(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", failingOnly(2), bus.Queue("g"), bus.Dedupe(bus.Window{}), bus.Retry(exact(2)))
		l.on("b", "x", failingOnly(2), bus.Queue("g"), bus.Dedupe(bus.Window{Max: 5}), bus.Retry(exact(2)))
		for range 3 {
			l.publish("x", 1, bus.WithID("one"))
		}
		l.said("0 a1")
		l.publish("x", 2, bus.WithID("two"))
		l.publish("x", 2, bus.WithID("two"))
		l.advance(time.Minute)
		l.publish("x", 2, bus.WithID("two"))
		l.advance(time.Minute)
		l.said("0 b2", "100 a2", "60000 b2")
		assert.Len(t, l.letters(), 1, "each of them failed with it once, so that it could come again")
		l.publish("x", 2, bus.WithID("two"))
		l.said()
		assert.EqualValues(t, 4, l.Stats().Deduped)
	})
}

func TestD9MembersComeAndGoWhileOthersPublish(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	const publishers, each = 4, 2000
	var mu sync.Mutex
	handled := map[string]int{}
	member := func(opts ...bus.SubscribeOption) *bus.Subscription {
		s, err := b.Subscribe("x", func(_ context.Context, e *bus.Event) error {
			mu.Lock()
			defer mu.Unlock()
			handled[e.Data.(string)]++
			return nil
		}, append(opts, bus.Queue("g"))...)
		require.NoError(t, err)
		return s
	}
	member() // one stays
	var publishing sync.WaitGroup
	for p := range publishers {
		publishing.Go(func() {
			for n := range each {
				assert.NoError(t, b.Publish(context.Background(), "x", strconv.Itoa(p)+"/"+strconv.Itoa(n)))
			}
		})
	}
	over := make(chan struct{})
	var changing sync.WaitGroup
	for i := range 2 {
		changing.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
				}
				s := member([][]bus.SubscribeOption{nil, {bus.Concurrency(2), bus.Overflow(1<<20, bus.Error)}}[i]...)
				other := member()
				s.Unsubscribe()
				other.Unsubscribe()
				runtime.Gosched() // in a page there is one thread
			}
		})
	}
	publishing.Wait()
	close(over)
	changing.Wait()
	eventually(t, func() bool {
		mu.Lock()
		defer mu.Unlock()
		return len(handled) == publishers*each
	}, "events that no member of the group got")
	mu.Lock()
	defer mu.Unlock()
	for id, n := range handled {
		require.Equal(t, 1, n, id)
	}
}
