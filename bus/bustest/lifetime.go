package bustest

import (
	"context"
	"strconv"
	"sync"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func immediate(k *kit) {
	off := k.logs("a", "a")
	rest := k.logs("rest", ">")
	k.publish(k.ctx, "a", nil)
	k.logged("a a", "rest a")
	off()
	k.publish(k.ctx, "a", nil)
	k.logged("rest a")
	rest()
	k.publish(k.ctx, "a", nil)
	k.logged()
}

func twice(k *kit) {
	off := k.logs("1", "a")
	k.logs("2", "a")
	off()
	off()
	assert.Equal(k.T, 1, k.s.Stats().Subscriptions)
	k.publish(k.ctx, "a", nil)
	k.logged("2 a")
}

func leavesNothing(k *kit) {
	n := some(100_000)
	never := fails("never")
	for i := range n {
		pattern := "x." + strconv.Itoa(i%1000)
		if i%2 == 1 {
			pattern += ".*"
		}
		k.subscribe(pattern, never)()
	}
	require.Zero(k.T, k.s.Stats().Subscriptions)
	// And all at the same time, on few patterns, taken away in the order they came in.
	offs := make([]func(), n)
	for i := range offs {
		offs[i] = k.subscribe([]string{"y", "y.*"}[i%2], never)
	}
	require.Equal(k.T, n, k.s.Stats().Subscriptions)
	for _, off := range offs {
		off()
	}
	require.Zero(k.T, k.s.Stats().Subscriptions)
	k.publish(k.ctx, "y", nil)
	k.publish(k.ctx, "y.1", nil)
	k.failures(0)
}

func comeAndGo(k *kit) {
	const rounds = 300
	var steady sync.Map
	for i := range 4 {
		k.subscribe([]string{"a.b", "a.*", ">", "*.b"}[i], func(_ context.Context, e Event) error {
			n, _ := steady.LoadOrStore(strconv.Itoa(i)+e.Data.(string), new(int))
			*n.(*int)++ // one publisher a key
			return nil
		})
	}
	var wg sync.WaitGroup
	for p := range 4 {
		wg.Go(func() {
			for range rounds {
				if err := k.s.Publish(k.ctx, "a.b", strconv.Itoa(p)); err != nil {
					k.Error(err)
				}
			}
		})
		wg.Go(func() {
			for i := range rounds {
				removed := false
				var mu sync.Mutex
				off, err := k.s.Subscribe([]string{"a.b", "a.>", "*.b"}[(i+p)%3], func(context.Context, Event) error {
					mu.Lock()
					defer mu.Unlock()
					_ = removed
					return nil
				}, Options{})
				if err != nil {
					k.Error(err)
					return
				}
				off()
				mu.Lock()
				removed = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	keys := 0
	steady.Range(func(key, n any) bool {
		keys++
		assert.Equal(k.T, rounds, *n.(*int), key)
		return true
	})
	assert.Equal(k.T, 16, keys)
	assert.Equal(k.T, 4, k.s.Stats().Subscriptions)
}

func closes(k *kit) {
	off := k.logs("a", "a")
	k.logs("rest", ">")
	require.NoError(k.T, k.s.Close())
	require.NoError(k.T, k.s.Close())
	k.code("TB_CLOSED", k.s.Publish(k.ctx, "a", nil))
	_, err := k.s.Subscribe("a", fails("never"), Options{})
	k.code("TB_CLOSED", err)
	off()
	k.logged()
}

func closeInHandler(k *kit) {
	k.subscribe("a", func(ctx context.Context, e Event) error {
		if err := k.s.Publish(ctx, "b", nil); err != nil {
			return err
		}
		return k.s.Close()
	})
	k.logs("after", "a")
	k.logs("queued", "b")
	k.publish(k.ctx, "a", nil)
	k.logged()
}

func stats(k *kit) {
	k.logs("a", "a")
	k.logs("rest", ">")
	k.subscribe("fails", fails("no"))
	k.publish(k.ctx, "a", nil)
	k.publish(k.ctx, "nobody.but.rest", nil)
	k.publish(k.ctx, "fails", nil)
	assert.Equal(k.T, Stats{Published: 3, Delivered: 4, Failed: 1, Subscriptions: 3}, k.s.Stats())
	assert.Error(k.T, k.s.Publish(k.ctx, "", nil))
	assert.EqualValues(k.T, 3, k.s.Stats().Published, "a refused event is not published")
}

func statsConcurrent(k *kit) {
	const publishers, events = 8, 200
	k.subscribe("a", func(ctx context.Context, e Event) error { return k.s.Publish(ctx, "b", nil) })
	k.subscribe("*", func(context.Context, Event) error { return nil })
	var wg sync.WaitGroup
	for range publishers {
		wg.Go(func() {
			for range events {
				if err := k.s.Publish(k.ctx, "a", nil); err != nil {
					k.Error(err)
				}
			}
		})
	}
	wg.Wait()
	const n = publishers * events
	assert.Equal(k.T, Stats{Published: 2 * n, Delivered: 3 * n, Subscriptions: 2}, k.s.Stats())
}
