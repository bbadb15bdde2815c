package bustest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// completions is the order in which twelve handlers of two subscriptions, running at the same time, end.
func completions(t *testing.T, seed uint64) (order []string) {
	synctest.Test(t, func(t *testing.T) {
		ctx := context.Background()
		b := bus.New(bus.Options{})
		shuffle := bustest.NewShuffle(seed)
		var mu sync.Mutex
		started := 0
		for _, name := range []string{"x", "y"} {
			inner := shuffle.Handler(name, func(context.Context, *bus.Event) error {
				mu.Lock()
				defer mu.Unlock()
				started++
				return nil
			})
			_, err := b.Subscribe("job", func(ctx context.Context, e *bus.Event) error {
				err := inner(ctx, e)
				mu.Lock()
				defer mu.Unlock()
				order = append(order, fmt.Sprint(name, e.Data))
				return err
			}, bus.Concurrency(6))
			require.NoError(t, err)
		}
		for i := range 6 {
			require.NoError(t, b.Publish(ctx, "job", i))
		}
		synctest.Wait()
		assert.Equal(t, 12, started)
		assert.Equal(t, 12, shuffle.Waiting())
		assert.Empty(t, order)
		shuffle.Drain(synctest.Wait)
		assert.Zero(t, shuffle.Waiting())
	})
	return order
}

func TestShuffleIsDecidedByTheSeed(t *testing.T) {
	orders := map[string]bool{}
	sorted := completions(t, 0)
	slices.Sort(sorted)
	for seed := range uint64(20) {
		order := completions(t, seed)
		for range 3 {
			require.Equal(t, order, completions(t, seed), "seed %d", seed)
		}
		orders[strings.Join(order, " ")] = true
		slices.Sort(order)
		require.Equal(t, sorted, order)
	}
	assert.Greater(t, len(orders), 18, "orders of 20 seeds")
}

func TestShuffleEndsWithTheContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shuffle := bustest.NewShuffle(1)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		h := shuffle.Handler("h", func(_ context.Context, e *bus.Event) error { err, _ := e.Data.(error); return err })
		var errs []error
		var wg sync.WaitGroup
		for _, data := range []any{nil, assert.AnError} {
			wg.Go(func() { errs = append(errs, h(ctx, &bus.Event{Data: data})) })
			wg.Wait()
		}
		assert.Equal(t, []error{context.DeadlineExceeded, assert.AnError}, errs)
		assert.Zero(t, shuffle.Waiting())
		assert.False(t, shuffle.Release())
	})
}

func TestRandomIsDecidedByTheSeed(t *testing.T) {
	a, b, other := bustest.Random(7), bustest.Random(7), bustest.Random(8)
	same := 0
	for range 1000 {
		x := a()
		require.Equal(t, x, b())
		require.True(t, x >= 0 && x < 1)
		if x == other() {
			same++
		}
	}
	assert.Less(t, same, 5)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 1000 {
				a()
			}
		})
	}
	wg.Wait()
}
