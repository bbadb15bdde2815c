package bus_test

import (
	"context"
	"errors"
	"sort"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// What an observer publishes waits its turn, and an endless chain of it is cut (D1, D5).
func TestAnObserverThatPublishesWaitsItsTurn(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("first ", "a", nil)
		l.on("second ", "a", nil)
		l.on("told ", "b", nil)
		stop := l.Observe(bus.Observer{Delivering: func(ctx context.Context, e *bus.Event, _ bus.ObservedSubscription, _ int) {
			if e.Topic == "a" {
				require.NoError(l.T, l.Publish(ctx, "b", l.data(2)))
			}
		}})
		l.publish("a", 1)
		l.said("0 first 1", "0 second 1", "0 told 2", "0 told 2")
		stop()

		for name, ctxOf := range map[string]func(context.Context) context.Context{
			"its context":    func(ctx context.Context) context.Context { return ctx },
			"one of its own": func(context.Context) context.Context { return context.Background() },
		} {
			var cut *bus.RecursionError
			accepted := 0
			stop := l.Observe(bus.Observer{Accepted: func(ctx context.Context, e *bus.Event, _ string) {
				accepted++
				if err := l.Publish(ctxOf(ctx), "z", l.data(1)); err != nil {
					require.ErrorAs(l.T, err, &cut)
				}
			}})
			l.publish("z", 1)
			stop()
			require.NotNil(l.T, cut, name)
			assert.Less(l.T, accepted, 20_000, name)
		}
	})
}

// An observer that fails, in any of its functions, changes nothing for others, and is reported once.
func TestAnObserverThatFailsIsReportedOnce(t *testing.T) {
	do := func(l *lab) {
		require.NoError(l.T, l.Declare("a", bus.Retain()))
		l.on("a", "a", always(errNo), bus.Retry(exact(2)), bus.Dedupe(bus.Window{}))
		l.publish("a", 1, bus.WithID("x"))
		l.publish("a", 2, bus.WithID("x"))
		l.advance(time.Second)
		_, _ = l.Redrive("")
		l.advance(time.Minute)
		_, _ = l.Discard("")
		l.on("b", "a", nil, bus.Replay(1))
		_, _ = l.Request(context.Background(), "q", l.data(1))
		_, _ = l.Clear(">")
	}
	var want []string
	inLab(t, bus.Options{}, func(l *lab) {
		do(l)
		want = l.log
	})
	members := map[string]func(fail func()) bus.Observer{
		"Interest": func(fail func()) bus.Observer {
			return bus.Observer{Interest: func(context.Context, string, bus.Interest) { fail() }}
		},
		"Accepted": func(fail func()) bus.Observer {
			return bus.Observer{Accepted: func(context.Context, *bus.Event, string) { fail() }}
		},
		"Delivering": func(fail func()) bus.Observer {
			return bus.Observer{Delivering: func(context.Context, *bus.Event, bus.ObservedSubscription, int) { fail() }}
		},
		"Delivered": func(fail func()) bus.Observer {
			return bus.Observer{Delivered: func(context.Context, *bus.Event, bus.ObservedSubscription, bus.Delivery) { fail() }}
		},
		"Dropped": func(fail func()) bus.Observer {
			return bus.Observer{Dropped: func(context.Context, *bus.Event, bus.ObservedSubscription, bus.DropReason) { fail() }}
		},
		"Dead": func(fail func()) bus.Observer {
			return bus.Observer{Dead: func(context.Context, bus.DeadLetter) { fail() }}
		},
		"Redriven": func(fail func()) bus.Observer {
			return bus.Observer{Redriven: func(context.Context, bus.DeadLetter) { fail() }}
		},
		"Discarded": func(fail func()) bus.Observer {
			return bus.Observer{Discarded: func(context.Context, bus.DeadLetter, bool) { fail() }}
		},
		"Retained": func(fail func()) bus.Observer {
			return bus.Observer{Retained: func(context.Context, string, *bus.Event) { fail() }}
		},
		"Replayed": func(fail func()) bus.Observer {
			return bus.Observer{Replayed: func(context.Context, *bus.Event, bus.ObservedSubscription) { fail() }}
		},
		"Answered": func(fail func()) bus.Observer {
			return bus.Observer{Answered: func(context.Context, *bus.Event, bus.Answer) { fail() }}
		},
	}
	names := make([]string, 0, len(members))
	for name := range members {
		names = append(names, name)
	}
	sort.Strings(names)
	for _, name := range names {
		t.Run(name, func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				calls := 0
				l.Observe(members[name](func() { calls++; panic(errors.New("observer")) }))
				do(l)
				assert.Equal(t, want, l.log)
				assert.Positive(t, calls)
				var reported int
				for _, f := range l.failures.all {
					if f.Pattern == "Observe" {
						reported++
						assert.Equal(t, "TB_PANIC", bus.Code(f.Err))
					}
				}
				assert.Equal(t, 1, reported)
			})
		})
	}
	t.Run("one that ends itself, and begins another", func(t *testing.T) {
		inLab(t, bus.Options{}, func(l *lab) {
			var begin func()
			begun := 0
			begin = func() {
				begun++
				var stop func()
				stop = l.Observe(bus.Observer{Accepted: func(context.Context, *bus.Event, string) { stop(); begin() }})
			}
			begin()
			do(l)
			assert.Equal(t, want, l.log)
			assert.Equal(t, 4, begun, "one for each event that was accepted")
		})
	})
}

// Of a closed bus there is nothing more to see, and nothing is kept.
func TestObservingAClosedBus(t *testing.T) {
	b := bus.New(bus.Options{})
	called := 0
	o := bus.Observer{Accepted: func(context.Context, *bus.Event, string) { called++ }, Interest: func(context.Context, string, bus.Interest) { called++ }}
	stop := b.Observe(o)
	require.NoError(t, b.Close())
	require.Error(t, b.Publish(t.Context(), "a", 1))
	b.Observe(o)()
	stop()
	assert.Zero(t, called)
}
