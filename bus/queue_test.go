package bus_test

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

func TestMain(m *testing.M) { bustest.Main(m) }

// failures collects what OnError is told.
type failures struct {
	mu  sync.Mutex
	all []*bus.Failure
}

func (f *failures) note(x *bus.Failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, x)
}

func (f *failures) codes() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var codes []string
	for _, x := range f.all {
		codes = append(codes, bus.Code(x.Err))
	}
	return codes
}

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

// eventually waits for what another goroutine is about to do.
func eventually(t *testing.T, done func() bool, what string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}

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

func TestEvents(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	seq := b.Events(t.Context(), "a.*")
	for i := range 5 {
		require.NoError(t, b.Publish(t.Context(), "a."+strconv.Itoa(i), nil))
	}
	var got []string
	for e := range seq {
		got = append(got, e.Topic)
		if len(got) == 4 {
			break
		}
	}
	assert.Equal(t, []string{"a.0", "a.1", "a.2", "a.3"}, got)
	assert.Zero(t, b.Stats().Subscriptions, "break ends the subscription")
	for range seq {
		t.Error("a second loop yields nothing")
	}
}

func TestEventsEnd(t *testing.T) {
	for _, how := range []string{"context", "close", "once"} {
		t.Run(how, func(t *testing.T) {
			b := bus.New(bus.Options{})
			defer b.Close()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			var opts []bus.SubscribeOption
			if how == "once" {
				opts = append(opts, bus.Once())
			}
			seq := b.Events(ctx, "a", opts...)
			count := make(chan int)
			go func() {
				n := 0
				for range seq {
					if n++; how == "context" {
						cancel()
					} else if how == "close" {
						b.Close()
					}
				}
				count <- n
			}()
			require.NoError(t, b.Publish(t.Context(), "a", nil))
			assert.Equal(t, 1, <-count)
			assert.Zero(t, b.Stats().Subscriptions)
		})
	}
}

func TestEventsNeverRanged(t *testing.T) {
	var f failures
	b := bus.New(bus.Options{OnError: f.note})
	defer b.Close()
	var live atomic.Int32
	ctx, cancel := context.WithCancel(t.Context())
	b.Events(ctx, "a", bus.Overflow(2, bus.DropOldest))
	for i := range 5 {
		require.NoError(t, b.Publish(t.Context(), "a", &tracked{i, &live}))
	}
	assert.EqualValues(t, 2, live.Load())
	assert.EqualValues(t, 3, b.Stats().Dropped)
	cancel()
	eventually(t, func() bool { return live.Load() == 0 && b.Stats().Subscriptions == 0 }, "the iterator outlives its context")
}

func TestEventsWrong(t *testing.T) {
	var f failures
	b := bus.New(bus.Options{OnError: f.note})
	for range b.Events(t.Context(), "a..b") {
		t.Error("yielded")
	}
	for range b.Events(t.Context(), "a", bus.Concurrency(2)) {
		t.Error("yielded")
	}
	b.Close()
	for range b.Events(t.Context(), "a") {
		t.Error("yielded")
	}
	assert.Equal(t, []string{"TB_TOPIC", "TB_OPTION", "TB_CLOSED"}, f.codes())
}

func TestEventsOverflowIsReported(t *testing.T) {
	var f failures
	b := bus.New(bus.Options{OnError: f.note})
	defer b.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	b.Events(ctx, ">")
	for range bus.DefaultQueue + 2 {
		require.NoError(t, b.Publish(t.Context(), "a", nil))
	}
	assert.Equal(t, []string{"TB_OVERFLOW", "TB_OVERFLOW"}, f.codes())
}
