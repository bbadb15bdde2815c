package bus_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/internal/idlehost"
)

// poor is a host whose side was made without some features.
type poor struct {
	idlehost.Host
	without  []string
	reported []*bus.Failure
}

func (p *poor) Lacks(feature string) bool { return slices.Contains(p.without, feature) }
func (p *poor) Report(f *bus.Failure)     { p.reported = append(p.reported, f) }

// needs are calls by the feature that each needs; "" is none.
var needs = map[string]map[string]func(b *bus.Bus) error{
	"": {
		"Subscribe": func(b *bus.Bus) error {
			_, err := b.Subscribe("a", nothing, bus.Once(), bus.Name("n"), bus.Filter(func(*bus.Event) bool { return true }), bus.Until(context.Background()))
			return err
		},
		"Declare": func(b *bus.Bus) error { return b.Declare("a", bus.Version(2)) },
		"Publish": func(b *bus.Bus) error { return b.Publish(context.Background(), "a", 1) },
	},
	"requests": {
		"Respond": func(b *bus.Bus) error {
			_, err := b.Respond("a", func(context.Context, *bus.Event) (any, error) { return 1, nil })
			return err
		},
		"Request": func(b *bus.Bus) error { _, err := b.Request(context.Background(), "a", 1); return err },
		"Gather":  func(b *bus.Bus) error { _, err := b.Gather(context.Background(), "a", 1); return err },
	},
	"policies": {
		"Retry":       subscribing(bus.Retry(bus.Backoff{Attempts: 2})),
		"Timeout":     subscribing(bus.Timeout(time.Second)),
		"Dedupe":      subscribing(bus.Dedupe(bus.Window{For: time.Second})),
		"Queue":       subscribing(bus.Queue("q")),
		"Concurrency": subscribing(bus.Concurrency(1)),
		"Debounce":    subscribing(bus.Debounce(time.Second)),
		"Throttle":    subscribing(bus.Throttle(time.Second)),
	},
	"keeping": {
		"Replay":   subscribing(bus.Replay(1)),
		"Retain":   func(b *bus.Bus) error { return b.Declare("a", bus.Retain()) },
		"History":  func(b *bus.Bus) error { return b.Declare("a", bus.History(bus.Keep{Count: 2})) },
		"NewTopic": func(b *bus.Bus) error { return bus.NewTopic[int](b, "a", bus.Retain()).Err() },
	},
}

func subscribing(o bus.SubscribeOption) func(b *bus.Bus) error {
	return func(b *bus.Bus) error { _, err := b.Subscribe("a", nothing, o); return err }
}

func TestWhatNeedsAFeatureThatTheHostLacksIsRefused(t *testing.T) {
	for feature, calls := range needs {
		for name, call := range calls {
			for _, without := range [][]string{{}, {"requests"}, {"policies"}, {"keeping"}, {"requests", "policies", "keeping"}} {
				b := bus.New(bus.Options{})
				_, err := b.Attach(&poor{without: without})
				require.NoError(t, err)
				err = call(b)
				if slices.Contains(without, feature) {
					assert.ErrorIs(t, err, bus.ErrFeature, "%s without %v", name, without)
					assert.Equal(t, "TB_FEATURE", bus.Code(err))
				} else if !errors.Is(err, bus.ErrHost) { // nobody answers there
					assert.NoError(t, err, "%s without %v", name, without)
				}
				require.NoError(t, b.Close())
			}
		}
	}
}

func TestWhatWasMadeBeforeTheHostThatLacksItsFeatureIsAFailure(t *testing.T) {
	for feature, calls := range needs {
		for name, call := range calls {
			if name == "Request" || name == "Gather" {
				continue // they leave nothing
			}
			for _, without := range [][]string{{}, {"requests"}, {"policies"}, {"keeping"}} {
				b := bus.New(bus.Options{})
				require.NoError(t, call(b), name)
				before := len(b.Subscriptions())
				p := &poor{without: without}
				port, err := b.Attach(p)
				require.NoError(t, err)
				lacks := slices.Contains(without, feature)
				if assert.Len(t, p.reported, map[bool]int{true: 1}[lacks], "%s without %v", name, without) && lacks {
					assert.ErrorIs(t, p.reported[0].Err, bus.ErrFeature)
					assert.Equal(t, "a", p.reported[0].Pattern)
					before = 0
				}
				assert.Len(t, b.Subscriptions(), before, name)
				route, err := port.Resolve("a", nil)
				require.NoError(t, err)
				if lacks {
					assert.Empty(t, route, name)
				}
				require.NoError(t, b.Close())
			}
		}
	}
}
