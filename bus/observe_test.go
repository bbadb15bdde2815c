package bus_test

import (
	"context"
	"fmt"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// recording observes everything and says it in the words of the lab.
func recording(l *lab) bus.Observer {
	who := func(s bus.ObservedSubscription) string {
		if s.Name != "" {
			return s.Name
		}
		return s.Pattern
	}
	return bus.Observer{
		Interest: func(_ context.Context, pattern string, i bus.Interest) {
			kind := "subscriber"
			if i.Responder {
				kind = "responder"
			}
			l.say(fmt.Sprint("interest ", pattern, " ", i.On, " ", kind, " ", i.Side))
		},
		Accepted: func(_ context.Context, e *bus.Event, via string) { l.say("accepted " + e.Topic + via) },
		Delivering: func(_ context.Context, e *bus.Event, s bus.ObservedSubscription, attempt int) {
			l.say("delivering " + e.Topic + " to " + who(s) + " " + strconv.Itoa(attempt))
		},
		Delivered: func(_ context.Context, e *bus.Event, s bus.ObservedSubscription, d bus.Delivery) {
			l.say(fmt.Sprintf("delivered %s to %s %d %s %s", e.Topic, who(s), d.Attempt, d.Outcome, bus.Code(d.Err)))
		},
		Dropped: func(_ context.Context, e *bus.Event, s bus.ObservedSubscription, reason bus.DropReason) {
			l.say("dropped " + e.Topic + " of " + who(s) + " " + string(reason))
		},
		Dead:     func(_ context.Context, d bus.DeadLetter) { l.say("dead " + d.Topic) },
		Redriven: func(_ context.Context, d bus.DeadLetter) { l.say("redriven " + d.Topic) },
		Discarded: func(_ context.Context, d bus.DeadLetter, evicted bool) {
			l.say(fmt.Sprint("discarded ", d.Topic, " ", evicted))
		},
		Retained: func(_ context.Context, topic string, e *bus.Event) {
			l.say(fmt.Sprint("retained ", topic, " ", e != nil))
		},
		Replayed: func(_ context.Context, e *bus.Event, s bus.ObservedSubscription) {
			l.say("replayed " + e.Topic + " to " + who(s))
		},
		Answered: func(_ context.Context, e *bus.Event, a bus.Answer) {
			l.say(fmt.Sprintf("answered %s %s %s", e.Topic, a.Outcome, bus.Code(a.Err)))
		},
	}
}

// observe has the lab say what an observer is told.
func (l *lab) observe() (stop func()) { return l.Observe(recording(l)) }

func TestObserversSeeWhatHappens(t *testing.T) {
	type row struct {
		name string
		do   func(l *lab)
		want []string
	}
	publish := func(l *lab, topic string) { l.publish(topic, 1) }
	for _, row := range []row{
		{"an event nobody gets", func(l *lab) { publish(l, "a") }, []string{"0 accepted a"}},
		{"a plain subscriber", func(l *lab) {
			l.on("", "a", nil)
			publish(l, "a")
		}, []string{"0 interest a true subscriber go", "0 accepted a", "0 delivering a to a 1", "0 1", "0 delivered a to a 1 ok "}},
		{"a failure", func(l *lab) {
			l.on("", "a", always(errNo))
			publish(l, "a")
		}, []string{"0 interest a true subscriber go", "0 accepted a", "0 delivering a to a 1", "0 1", "0 delivered a to a 1 failed "}},
		{"a panic", func(l *lab) {
			l.on("", "a", func(int) error { panic("no") }, bus.Name("n"))
			publish(l, "a")
		}, []string{"0 interest a true subscriber go", "0 accepted a", "0 delivering a to n 1", "0 1", "0 delivered a to n 1 failed TB_PANIC"}},
		{"the end of a goroutine", func(l *lab) {
			l.on("", "a", func(int) error { runtime.Goexit(); return nil })
			l.on("after ", "a", nil)
			apart(func() { publish(l, "a") })
		}, []string{"0 interest a true subscriber go", "0 accepted a", "0 delivering a to a 1", "0 1", "0 delivered a to a 1 failed TB_PANIC",
			"0 delivering a to a 1", "0 after 1", "0 delivered a to a 1 ok "}},
		{"a nested event", func(l *lab) {
			_, err := l.Subscribe("a", func(ctx context.Context, _ *bus.Event) error { return l.Publish(ctx, "b", l.data(2)) })
			require.NoError(l.T, err)
			l.on("", "*", nil)
			publish(l, "a")
		}, []string{"0 interest a true subscriber go", "0 interest * true subscriber go", "0 accepted a", "0 delivering a to a 1", "0 accepted b",
			"0 delivered a to a 1 ok ", "0 delivering a to * 1", "0 1", "0 delivered a to * 1 ok ", "0 delivering b to * 1", "0 2", "0 delivered b to * 1 ok "}},
		{"a filter and once", func(l *lab) {
			l.on("", "a", nil, bus.Once(), bus.Filter(func(e *bus.Event) bool { return number(e) > 1 }))
			publish(l, "a")
			l.publish("a", 2)
			l.publish("a", 3)
		}, []string{"0 interest a true subscriber go", "0 accepted a", "0 accepted a", "0 interest a false subscriber go", "0 delivering a to a 1", "0 2",
			"0 delivered a to a 1 ok ", "0 accepted a"}},
		{"attempts and a dead letter", func(l *lab) {
			l.on("", "a", always(errNo), bus.Retry(exact(2)))
			publish(l, "a")
			l.advance(time.Minute)
		}, []string{"0 interest a true subscriber go", "0 accepted a", "0 delivering a to a 1", "0 1", "0 delivered a to a 1 failed ",
			"100 delivering a to a 2", "100 1", "100 delivered a to a 2 failed ", "100 dead a"}},
		{"a time-out", func(l *lab) {
			_, err := l.Subscribe("a", func(ctx context.Context, _ *bus.Event) error { <-ctx.Done(); return nil }, bus.Timeout(time.Second), bus.Concurrency(1))
			require.NoError(l.T, err)
			publish(l, "a")
			l.advance(time.Minute)
		}, []string{"0 interest a true subscriber go", "0 accepted a", "0 delivering a to a 1", "1000 delivered a to a 1 timeout TB_TIMEOUT"}},
		{"an ended one that heeds it", func(l *lab) {
			s, err := l.Subscribe("a", func(ctx context.Context, _ *bus.Event) error { <-ctx.Done(); return ctx.Err() }, bus.Concurrency(1))
			require.NoError(l.T, err)
			publish(l, "a")
			l.advance(0)
			s.Unsubscribe()
			l.advance(0)
		}, []string{"0 interest a true subscriber go", "0 accepted a", "0 delivering a to a 1", "0 interest a false subscriber go", "0 delivered a to a 1 cancelled "}},
		{"duplicates", func(l *lab) {
			l.on("", "a", nil, bus.Dedupe(bus.Window{}))
			l.publish("a", 1, bus.WithID("x"))
			l.publish("a", 2, bus.WithID("x"))
		}, []string{"0 interest a true subscriber go", "0 accepted a", "0 delivering a to a 1", "0 1", "0 delivered a to a 1 ok ", "0 accepted a", "0 dropped a of a duplicate"}},
		{"a debounce", func(l *lab) {
			l.on("", "a", nil, bus.Debounce(time.Second))
			publish(l, "a")
			l.publish("a", 2)
			l.advance(time.Minute)
		}, []string{"0 interest a true subscriber go", "0 accepted a", "0 accepted a", "0 dropped a of a coalesced", "1000 delivering a to a 1", "1000 2", "1000 delivered a to a 1 ok "}},
		{"a replay and its full buffer", func(l *lab) {
			require.NoError(l.T, l.Declare("a", bus.Retain()))
			publish(l, "a")
			l.on("", "a", func(n int) error {
				if n == 1 {
					l.publish("a", 2)
					l.publish("a", 3)
				}
				return nil
			}, bus.Replay(1), bus.Overflow(1, bus.DropOldest))
		}, []string{"0 accepted a", "0 retained a true", "0 interest a true subscriber go", "0 replayed a to a", "0 delivering a to a 1", "0 1",
			"0 accepted a", "0 retained a true", "0 accepted a", "0 retained a true", "0 dropped a of a overflow", "0 delivered a to a 1 ok ",
			"0 delivering a to a 1", "0 3", "0 delivered a to a 1 ok "}},
		{"an interceptor that drops", func(l *lab) {
			l.Use(func(context.Context, *bus.Event, func(context.Context, *bus.Event) error) error { return nil })
			publish(l, "a")
		}, []string{"0 dropped a of  intercepted"}},
		{"letters", func(l *lab) {
			l.on("", "a", always(errNo), bus.Retry(exact(1)))
			publish(l, "a")
			_, err := l.Redrive("", bus.RedriveTo("b"))
			require.NoError(l.T, err)
			l.advance(0)
			publish(l, "a")
			_, err = l.Discard("")
			require.NoError(l.T, err)
		}, []string{"0 interest a true subscriber go", "0 accepted a", "0 delivering a to a 1", "0 1", "0 delivered a to a 1 failed ", "0 dead a",
			"0 accepted b", "0 redriven a", "0 accepted a", "0 delivering a to a 1", "0 1", "0 delivered a to a 1 failed ", "0 dead a", "0 discarded a false"}},
		{"what is cleared", func(l *lab) {
			require.NoError(l.T, l.Declare("a", bus.Retain()))
			publish(l, "a")
			for range 2 {
				_, err := l.Clear(">")
				require.NoError(l.T, err)
			}
		}, []string{"0 accepted a", "0 retained a true", "0 retained a false"}},
		{"a request", func(l *lab) {
			_, err := l.Respond("a", func(_ context.Context, e *bus.Event) (any, error) {
				if number(e) > 1 {
					return nil, errNo
				}
				return 1, nil
			})
			require.NoError(l.T, err)
			for n := range 2 {
				_, _ = l.Request(context.Background(), "a", l.data(n+1))
			}
			_, _ = l.Request(context.Background(), "b", l.data(1))
		}, []string{"0 interest a true responder go", "0 accepted a", "0 delivering a to a 1", "0 delivered a to a 1 ok ", "0 answered a ok ",
			"0 accepted a", "0 delivering a to a 1", "0 delivered a to a 1 failed ", "0 answered a failed TB_REMOTE", "0 accepted b", "0 answered b failed TB_NO_RESPONDERS"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				stop := l.observe()
				row.do(l)
				l.said(row.want...)
				stop()
				stop()
				l.publish("z.z.z", 1)
				l.said()
			})
		})
	}
}

func TestObserversSeeIterators(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.observe()
		all := l.Events(context.Background(), "a")
		l.publish("a", 1)
		for range all {
			break
		}
		l.said("0 interest a true subscriber go", "0 accepted a", "0 delivering a to a 1", "0 delivered a to a 1 ok ", "0 interest a false subscriber go")
	})
}

// Interest is told of each pattern once, at registration too, and in the order in which it changed, whoever changes it.
func TestInterest(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("", "old", nil)
		_, err := l.Subscribe("$bus.>", nothing)
		require.NoError(t, err)
		require.NoError(t, l.Declare("kept", bus.Retain()))
		l.observe()
		l.said("0 interest old true subscriber go")
		one, two := l.on("", "a.*", nil), l.on("", "a.*", nil)
		answers, err := l.Respond("a.*", func(context.Context, *bus.Event) (any, error) { return 1, nil })
		require.NoError(t, err)
		one.Unsubscribe()
		two.Unsubscribe()
		answers.Unsubscribe()
		l.said("0 interest a.* true subscriber go", "0 interest a.* true responder go", "0 interest a.* false subscriber go", "0 interest a.* false responder go")

		var stop func()
		stop = l.Observe(bus.Observer{Interest: func(_ context.Context, pattern string, i bus.Interest) {
			l.say(fmt.Sprint("second ", pattern, i.On))
			if pattern == "b" {
				stop() // within, and so nothing more
				s := l.on("", "c", nil)
				s.Unsubscribe()
			}
		}})
		l.said("0 second oldtrue")
		l.on("", "b", nil)
		l.said("0 interest b true subscriber go", "0 second btrue", "0 interest c true subscriber go", "0 interest c false subscriber go")
	})
}

func TestAnObserverOfInterestAloneIsToldOfAllWhoeverElseObserves(t *testing.T) {
	b := bus.New(bus.Options{})
	topic := bus.NewTopic[int](b, "a")
	var wanted []bool
	b.Observe(bus.Observer{Interest: func(_ context.Context, _ string, i bus.Interest) { wanted = append(wanted, i.On) }})
	delivered := 0
	more := func() func() {
		return b.Observe(bus.Observer{Delivered: func(context.Context, *bus.Event, bus.ObservedSubscription, bus.Delivery) { delivered++ }})
	}
	for round := 1; round <= 2; round++ {
		sub, err := topic.SubscribeFunc(func(int) {})
		require.NoError(t, err)
		require.NoError(t, topic.Publish(context.Background(), 1)) // compiles a route that nobody observes
		stop := more()
		require.NoError(t, topic.Publish(context.Background(), 2))
		stop()
		require.NoError(t, topic.Publish(context.Background(), 3))
		sub.Unsubscribe()
		assert.Equal(t, round, delivered)
		assert.Equal(t, []bool{true, false, true, false}[:2*round], wanted)
	}
}
