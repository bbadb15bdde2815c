package bus_test

import (
	"context"
	"math"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestD12UnsubscribeEndsRetries(t *testing.T) {
	for _, how := range []string{"unsubscribe", "close", "context"} {
		t.Run(how, func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				s := l.on("a", "x", always(errNo), bus.Retry(exact(3)), bus.Until(ctx), bus.Name("mine"))
				l.publish("x", 1)
				switch how {
				case "unsubscribe":
					s.Unsubscribe()
				case "close":
					l.Close()
				case "context":
					cancel()
				}
				l.advance(time.Minute)
				l.said("0 a1")
				assert.EqualValues(t, 1, l.Stats().Dead, "what has failed is not forgotten")
				if how != "close" {
					all := l.letters()
					require.Len(t, all, 1)
					assert.Equal(t, 1, all[0].Attempts)
					assert.Equal(t, "mine", all[0].Subscription)
				}
			})
		})
	}
}

func TestD12UnsubscribeInTheFailingHandler(t *testing.T) {
	for _, opts := range [][]bus.SubscribeOption{{}, {bus.Concurrency(1)}} {
		inLab(t, bus.Options{}, func(l *lab) {
			var s *bus.Subscription
			s = l.on("a", "x", func(int) error { s.Unsubscribe(); return errNo }, append(opts, bus.Retry(exact(3)))...)
			l.publish("x", 1)
			l.publish("x", 2)
			l.advance(time.Minute)
			l.said("0 a1")
			assert.Len(t, l.letters(), 1)
		})
	}
}

func TestOnceWithRetry(t *testing.T) {
	for _, opts := range [][]bus.SubscribeOption{{}, {bus.Concurrency(2)}} {
		t.Run("one event, all its attempts", func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				l.on("a", "x", failing(2, errNo), append(opts, bus.Once(), bus.Retry(exact(3)))...)
				l.publish("x", 1)
				l.publish("x", 2)
				assert.Zero(t, l.Stats().Subscriptions)
				l.advance(time.Minute)
				l.said("0 a1", "100 a1", "300 a1")
				assert.Empty(t, l.letters())
			})
		})
		for _, how := range []string{"unsubscribe", "close"} {
			t.Run(how+" between its attempts", func(t *testing.T) {
				inLab(t, bus.Options{}, func(l *lab) {
					var ended <-chan struct{}
					s, err := l.Subscribe("x", func(ctx context.Context, e *bus.Event) error {
						l.say("a")
						ended = ctx.Done()
						return errNo
					}, append(opts, bus.Once(), bus.Retry(exact(5)))...)
					require.NoError(t, err)
					l.publish("x", 1)
					l.advance(100 * time.Millisecond)
					l.said("0 a", "100 a")
					if how == "close" {
						l.Close()
					} else {
						s.Unsubscribe()
					}
					<-ended
					l.advance(time.Minute)
					l.said()
					assert.EqualValues(t, 1, l.Stats().Dead)
				})
			})
		}
	}
}

func TestUserFunctionsThatPanic(t *testing.T) {
	boom := func(*bus.Event) string { panic("boom") }
	exit := func(*bus.Event) string { runtime.Goexit(); return "" }
	for name, f := range map[string]func(*bus.Event) string{"panic": boom, "Goexit": exit} {
		for option, opts := range map[string][]bus.SubscribeOption{
			"Filter":                {bus.Filter(func(e *bus.Event) bool { return f(e) == "" }), bus.Concurrency(1)},
			"Filter with Retry":     {bus.Filter(func(e *bus.Event) bool { return f(e) == "" }), bus.Retry(exact(2))},
			"Backoff.Key":           {bus.Retry(bus.Backoff{Key: f})},
			"Window.Key":            {bus.Dedupe(bus.Window{Key: f})},
			"Coalesce":              {bus.Coalesce(f), bus.Concurrency(1)},
			"Coalesce and the rest": {bus.Coalesce(f), bus.Debounce(time.Second), bus.Dedupe(bus.Window{}), bus.Once()},
			"Queue":                 {bus.Queue("g"), bus.Dedupe(bus.Window{Key: f})},
		} {
			t.Run(option+" "+name, func(t *testing.T) {
				inLab(t, bus.Options{}, func(l *lab) {
					s := l.on("a", "x", nil, append(opts, bus.Name("mine"))...)
					l.on("after", "x", nil)
					go l.publish("x", 1)
					l.advance(time.Minute)
					l.said("0 after1")
					assert.Equal(t, []string{"TB_PANIC"}, l.codes())
					assert.Equal(t, "mine", l.all[0].Subscription)
					assert.True(t, s.Active())
					assert.EqualValues(t, 1, l.Stats().Failed)
				})
			})
		}
	}
}

func TestRetryOptions(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	for name, o := range map[string]bus.SubscribeOption{
		"attempts":        bus.Retry(bus.Backoff{Attempts: -1}),
		"initial":         bus.Retry(bus.Backoff{Initial: -1}),
		"max":             bus.Retry(bus.Backoff{Max: -1}),
		"factor":          bus.Retry(bus.Backoff{Factor: 0.5}),
		"factor infinite": bus.Retry(bus.Backoff{Factor: math.Inf(1)}),
		"factor NaN":      bus.Retry(bus.Backoff{Factor: math.NaN()}),
		"timeout":         bus.Timeout(0),
		"dedupe for":      bus.Dedupe(bus.Window{For: -1}),
		"dedupe max":      bus.Dedupe(bus.Window{Max: -1}),
		"dedupe too many": bus.Dedupe(bus.Window{Max: 1<<30 + 1}),
		"queue":           bus.Queue(""),
		"coalesce":        bus.Coalesce(nil),
		"coalesce alone":  bus.Coalesce(func(*bus.Event) string { return "" }),
		"debounce":        bus.Debounce(0),
		"throttle":        bus.Throttle(-1),
		"overflow alone":  bus.Overflow(1, bus.Error),
	} {
		_, err := b.Subscribe("x", nothing, o)
		assert.Equal(t, "TB_OPTION", bus.Code(err), name)
	}
	_, err := b.Subscribe("x", nothing, bus.Debounce(1), bus.Throttle(1))
	assert.Equal(t, "TB_OPTION", bus.Code(err))
	for range b.Events(t.Context(), "x", bus.Queue("g")) {
		t.Fatal("an iterator is no member of a group")
	}
	assert.EqualValues(t, 1, b.Stats().Failed)
}
