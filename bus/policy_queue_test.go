package bus_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestConcurrencyKeepsOrder(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	const n = 500
	got := make(chan int, n)
	_, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error {
		got <- e.Data.(int)
		return nil
	}, bus.Concurrency(1))
	require.NoError(t, err)
	for i := range n {
		require.NoError(t, b.Publish(t.Context(), "a", i))
	}
	for i := range n {
		require.Equal(t, i, <-got)
	}
}

func TestConcurrencyRunsHandlersTogether(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	const n = 4
	var together sync.WaitGroup // each handler waits for all
	together.Add(n)
	done := make(chan struct{}, n)
	_, err := b.Subscribe("a", func(context.Context, *bus.Event) error {
		together.Done()
		together.Wait()
		done <- struct{}{}
		return nil
	}, bus.Concurrency(n))
	require.NoError(t, err)
	for range n {
		require.NoError(t, b.Publish(t.Context(), "a", nil))
	}
	for range n {
		<-done
	}
}

// TestOverflow fills a queue whose handler is held, and looks at what comes out.
func TestOverflow(t *testing.T) {
	for _, row := range []struct {
		policy  bus.Policy
		want    []int
		dropped uint64
		codes   []string
	}{
		{bus.DropOldest, []int{0, 4, 5}, 3, nil},
		{bus.DropNewest, []int{0, 1, 2}, 3, nil},
		{bus.Latest, []int{0, 5}, 4, nil},
		{bus.Error, []int{0, 1, 2}, 3, []string{"TB_OVERFLOW", "TB_OVERFLOW", "TB_OVERFLOW"}},
	} {
		t.Run("D10/"+row.policy.String(), func(t *testing.T) {
			var f failures
			b := bus.New(bus.Options{OnError: f.note})
			defer b.Close()
			begun, hold, got := make(chan struct{}), make(chan struct{}), make(chan int)
			var once sync.Once
			sub, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error {
				once.Do(func() { close(begun); <-hold })
				got <- e.Data.(*tracked).n
				return nil
			}, bus.Concurrency(1), bus.Overflow(2, row.policy))
			require.NoError(t, err)
			var live atomic.Int32
			require.NoError(t, b.Publish(t.Context(), "a", &tracked{0, &live}))
			<-begun // the first event has left the queue
			for i := 1; i <= 5; i++ {
				require.NoError(t, b.Publish(t.Context(), "a", &tracked{i, &live}))
			}
			close(hold)
			for _, want := range row.want {
				require.Equal(t, want, <-got)
			}
			assert.Equal(t, row.dropped, sub.Dropped())
			assert.Equal(t, row.dropped, b.Stats().Dropped)
			assert.Equal(t, row.codes, f.codes())
			sub.Unsubscribe()
			eventually(t, func() bool { return live.Load() == 0 }, "payloads that were retained and not released")
		})
	}
}

// tracked counts who holds it.
type tracked struct {
	n    int
	live *atomic.Int32
}

func (d *tracked) Retain()  { d.live.Add(1) }
func (d *tracked) Release() { d.live.Add(-1) }

func TestOverflowBlock(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	const n = 2000
	got := make(chan int)
	_, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error {
		got <- e.Data.(int)
		return nil
	}, bus.Concurrency(1), bus.Overflow(3, bus.Block))
	require.NoError(t, err)
	var published atomic.Int32
	go func() {
		for i := range n {
			_ = b.Publish(context.Background(), "a", i)
			published.Add(1)
		}
	}()
	eventually(t, func() bool { return published.Load() >= 4 }, "the queue does not take three")
	assert.LessOrEqual(t, published.Load(), int32(5))
	for i := range n {
		require.Equal(t, i, <-got)
	}
	assert.Zero(t, b.Stats().Dropped)
}

func TestOverflowBlockEnds(t *testing.T) {
	for _, how := range []string{"context", "unsubscribe", "close"} {
		t.Run(how, func(t *testing.T) {
			var f failures
			b := bus.New(bus.Options{OnError: f.note})
			defer b.Close()
			hold, begun := make(chan struct{}), make(chan struct{}, 9)
			defer close(hold)
			sub, err := b.Subscribe("a", func(context.Context, *bus.Event) error {
				begun <- struct{}{}
				<-hold
				return nil
			}, bus.Concurrency(1), bus.Overflow(1, bus.Block))
			require.NoError(t, err)
			require.NoError(t, b.Publish(t.Context(), "a", nil))
			<-begun
			require.NoError(t, b.Publish(t.Context(), "a", nil))
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			returned := make(chan error)
			go func() { returned <- b.Publish(ctx, "a", nil) }()
			switch how {
			case "context":
				cancel()
			case "unsubscribe":
				sub.Unsubscribe()
			case "close":
				b.Close()
			}
			err = <-returned
			if how != "context" {
				// The goroutine may come after the end of the bus, or before.
				assert.True(t, err == nil || errors.Is(err, bus.ErrClosed), "%v", err)
				return
			}
			if err == nil { // the publish was accepted before ctx ended, and refused by the queue
				assert.Equal(t, []string{"TB_OVERFLOW"}, f.codes())
			} else {
				assert.ErrorIs(t, err, context.Canceled)
			}
		})
	}
}

func TestConcurrencyFailures(t *testing.T) {
	var f failures
	b := bus.New(bus.Options{OnError: f.note})
	defer b.Close()
	done := make(chan struct{})
	_, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error {
		switch e.Data {
		case 0:
			panic("boom")
		case 1:
			runtime.Goexit()
		case 2:
			return errors.New("no")
		}
		close(done)
		return nil
	}, bus.Concurrency(1))
	require.NoError(t, err)
	for i := range 4 {
		require.NoError(t, b.Publish(t.Context(), "a", i))
	}
	<-done
	assert.Equal(t, []string{"TB_PANIC", "TB_PANIC", ""}, f.codes())
	eventually(t, func() bool { return b.Stats().Delivered == 1 }, "not counted")
	assert.EqualValues(t, 3, b.Stats().Failed)
}

func TestConcurrencyContext(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	type key struct{}
	var cause string
	nested := make(chan *bus.Event, 1)
	ended := make(chan struct{})
	sub, err := b.Subscribe("a", func(ctx context.Context, e *bus.Event) error {
		assert.Equal(t, "v", ctx.Value(key{}), "values of the publish")
		assert.NoError(t, ctx.Err(), "not the publisher's cancellation")
		cause = e.ID()
		assert.NoError(t, b.Publish(ctx, "b", nil))
		<-ctx.Done()
		close(ended)
		return nil
	}, bus.Concurrency(1))
	require.NoError(t, err)
	_, err = b.Subscribe("b", func(_ context.Context, e *bus.Event) error { nested <- e; return nil })
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(context.WithValue(t.Context(), key{}, "v"))
	require.NoError(t, b.Publish(ctx, "a", nil))
	e := <-nested
	assert.Equal(t, cause, e.CausationID())
	cancel()
	sub.Unsubscribe()
	<-ended
}

func TestOnceWithConcurrency(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	got := make(chan int, 2)
	_, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error {
		got <- e.Data.(int)
		return nil
	}, bus.Concurrency(2), bus.Once())
	require.NoError(t, err)
	require.NoError(t, b.Publish(t.Context(), "a", 1))
	require.NoError(t, b.Publish(t.Context(), "a", 2))
	assert.Equal(t, 1, <-got)
	assert.Zero(t, b.Stats().Subscriptions)
	assert.Empty(t, got)
}
