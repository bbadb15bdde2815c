package bus_test

import (
	"context"
	"errors"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func respond(t *testing.T, b *bus.Bus, pattern string, h bus.Responder, o ...bus.SubscribeOption) *bus.Subscription {
	t.Helper()
	s, err := b.Respond(pattern, h, o...)
	require.NoError(t, err)
	return s
}

func TestRequestTyped(t *testing.T) {
	type query struct{ A, B int }
	b := bus.New(bus.Options{})
	_, err := bus.Respond(b, "sum", func(_ context.Context, q query) (int, error) { return q.A + q.B, nil })
	require.NoError(t, err)
	sum, err := bus.Request[int](t.Context(), b, "sum", query{1, 2})
	require.NoError(t, err)
	assert.Equal(t, 3, sum)
	_, err = bus.Request[string](t.Context(), b, "sum", query{1, 2})
	assert.ErrorIs(t, err, bus.ErrPayload)
	_, err = bus.Request[int](t.Context(), b, "sum", "wrong")
	require.ErrorIs(t, err, bus.ErrRemote)
	assert.Equal(t, "TB_PAYLOAD", bus.Code(err))
	sums, err := bus.Gather[int](t.Context(), b, "sum", query{1, 2})
	require.NoError(t, err)
	assert.Equal(t, []int{3}, sums)
	_, err = bus.Gather[string](t.Context(), b, "sum", query{1, 2})
	assert.ErrorIs(t, err, bus.ErrPayload)
	_, err = bus.Request[int](t.Context(), b, "nobody", nil)
	assert.ErrorIs(t, err, bus.ErrNoResponders)
	_, err = bus.Respond[int, int](b, "sum", nil)
	assert.ErrorIs(t, err, bus.ErrOption)
}

func TestRequestFromAHandler(t *testing.T) {
	b := bus.New(bus.Options{})
	var log []string
	respond(t, b, "ask", func(ctx context.Context, e *bus.Event) (any, error) {
		log = append(log, "asked because of "+e.CausationID())
		return "answer", b.Publish(ctx, "effect", nil)
	})
	var id string
	_, err := b.Subscribe("a", func(ctx context.Context, e *bus.Event) error {
		id = e.ID()
		if err := b.Publish(ctx, "queued", nil); err != nil {
			return err
		}
		answer, err := bus.Request[string](ctx, b, "ask", nil)
		log = append(log, answer)
		return err
	})
	require.NoError(t, err)
	_, err = b.Subscribe("*", func(_ context.Context, e *bus.Event) error {
		log = append(log, e.Topic)
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, b.Publish(t.Context(), "a", nil))
	assert.Equal(t, []string{"asked because of " + id, "ask", "effect", "answer", "a", "queued"}, log)
}

func TestRequestRecursionIsBounded(t *testing.T) {
	b := bus.New(bus.Options{})
	respond(t, b, "loop", func(ctx context.Context, _ *bus.Event) (any, error) { return b.Request(ctx, "loop", nil) })
	_, err := b.Request(t.Context(), "loop", nil)
	assert.ErrorIs(t, err, bus.ErrRecursion)
}

func TestRequestTimeout(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var reported []*bus.Failure
		b := bus.New(bus.Options{OnError: func(f *bus.Failure) { reported = append(reported, f) }})
		began := time.Now()
		slow := func(ctx context.Context, _ *bus.Event) (any, error) {
			<-ctx.Done()
			return nil, errors.New("gave up")
		}
		respond(t, b, "queued", slow, bus.Concurrency(1), bus.Name("slow"))
		respond(t, b, "called", slow, bus.Name("slow"))
		for _, topic := range []string{"queued", "called"} {
			_, err := b.Request(t.Context(), topic, nil, bus.RequestTimeout(time.Second))
			var timeout *bus.RequestTimeoutError
			require.ErrorAs(t, err, &timeout)
			assert.Equal(t, topic, timeout.Topic)
			assert.Equal(t, "TB_TIMEOUT", bus.Code(err))
			assert.Equal(t, time.Second, time.Since(began))
			synctest.Wait()
			require.Len(t, reported, 1)
			assert.Equal(t, "slow", reported[0].Subscription)
			assert.EqualError(t, reported[0].Err, "gave up")
			reported, began = nil, time.Now()
		}
		_, err := b.Request(t.Context(), "queued", nil)
		assert.ErrorIs(t, err, bus.ErrTimeout)
		assert.Equal(t, bus.DefaultRequestTimeout, time.Since(began))
		assert.Zero(t, b.Stats().Pending)
		synctest.Wait()
	})
}

func TestRequestCanceled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bus.New(bus.Options{OnError: func(*bus.Failure) {}})
		ended := false
		respond(t, b, "a", func(ctx context.Context, _ *bus.Event) (any, error) {
			<-ctx.Done()
			ended = true
			return nil, ctx.Err()
		}, bus.Concurrency(1))
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute/4)
		defer cancel()
		_, err := b.Request(ctx, "a", nil)
		assert.ErrorIs(t, err, bus.ErrCanceled)
		assert.ErrorIs(t, err, context.DeadlineExceeded)
		synctest.Wait()
		assert.True(t, ended)
		_, err = b.Request(ctx, "a", nil)
		assert.ErrorIs(t, err, bus.ErrCanceled)
	})
}

func TestRequestClosed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bus.New(bus.Options{OnError: func(*bus.Failure) {}})
		respond(t, b, "a", func(ctx context.Context, _ *bus.Event) (any, error) {
			<-ctx.Done()
			return nil, ctx.Err()
		}, bus.Concurrency(1))
		go func() {
			time.Sleep(time.Second)
			assert.Equal(t, 1, b.Stats().Pending)
			assert.NoError(t, b.Close())
		}()
		_, err := b.Request(t.Context(), "a", nil)
		assert.ErrorIs(t, err, bus.ErrClosed)
		synctest.Wait()
		_, err = b.Request(t.Context(), "a", nil)
		assert.ErrorIs(t, err, bus.ErrClosed)
		_, err = b.Respond("a", func(context.Context, *bus.Event) (any, error) { return nil, nil })
		assert.ErrorIs(t, err, bus.ErrClosed)
	})
}

func TestGatherWithin(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bus.New(bus.Options{})
		for _, d := range []time.Duration{3, 1, 2} {
			respond(t, b, "a", func(context.Context, *bus.Event) (any, error) {
				time.Sleep(d * time.Second)
				return int(d), nil
			}, bus.Concurrency(1))
		}
		got := func(o ...bus.RequestOption) []int {
			began := time.Now()
			all, err := bus.Gather[int](t.Context(), b, "a", nil, o...)
			require.NoError(t, err)
			last := time.Since(began)
			time.Sleep(time.Minute) // on the clock of the test
			return append(all, int(last.Milliseconds()))
		}
		assert.Equal(t, []int{1, 2, 3, 3000}, got())
		assert.Equal(t, []int{1, 2, 2000}, got(bus.GatherMax(2)))
		assert.Equal(t, []int{1, 1500}, got(bus.GatherWithin(1500*time.Millisecond)))
		assert.Equal(t, []int{500}, got(bus.GatherWithin(500*time.Millisecond)))
		_, err := b.Gather(t.Context(), "a", nil, bus.RequestTimeout(time.Second/2))
		assert.ErrorIs(t, err, bus.ErrTimeout)
		time.Sleep(time.Minute)
	})
}

func TestRequestQueues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bus.New(bus.Options{})
		hold := make(chan struct{})
		s := respond(t, b, "a", func(context.Context, *bus.Event) (any, error) {
			<-hold
			return "late", nil
		}, bus.Concurrency(1), bus.Overflow(1, bus.Error))
		results := make(chan error, 2)
		for range 2 {
			go func() {
				_, err := b.Request(context.Background(), "a", nil)
				results <- err
			}()
			synctest.Wait() // the first is being answered, the second waits in the queue
		}
		_, err := b.Request(t.Context(), "a", nil)
		assert.Equal(t, "TB_OVERFLOW", bus.Code(err))
		s.Unsubscribe()
		assert.ErrorIs(t, <-results, bus.ErrNoResponders)
		close(hold)
		assert.NoError(t, <-results)
		assert.EqualValues(t, 1, b.Stats().Dropped)
	})
}

func TestRequestOptions(t *testing.T) {
	b := bus.New(bus.Options{})
	for name, o := range map[string]bus.RequestOption{
		"nil": nil, "timeout": bus.RequestTimeout(0), "max": bus.GatherMax(0), "within": bus.GatherWithin(-1), "gather only": bus.GatherMax(1),
	} {
		_, err := b.Request(t.Context(), "a", nil, o)
		assert.ErrorIs(t, err, bus.ErrOption, name)
	}
	for _, topic := range []string{"", "a.*", "$bus.error"} {
		_, err := b.Request(t.Context(), topic, nil)
		assert.ErrorIs(t, err, bus.ErrTopic, topic)
	}
	_, err := b.Respond("a", nil)
	assert.ErrorIs(t, err, bus.ErrOption)
	assert.Zero(t, b.Stats().Requests)
}

type stockError struct{}

func (stockError) Error() string { return "out of stock" }
func (stockError) Code() string  { return "E_STOCK" }

func TestRemoteErrorKeepsTheCode(t *testing.T) {
	b := bus.New(bus.Options{})
	respond(t, b, "a", func(context.Context, *bus.Event) (any, error) { return nil, stockError{} })
	_, err := b.Request(t.Context(), "a", nil)
	assert.Equal(t, "E_STOCK", bus.Code(err))
	assert.ErrorIs(t, err, stockError{})
	assert.EqualError(t, err, `bus: request "a": responder of "a": out of stock`)
}

func TestRequestsLeaveNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bus.New(bus.Options{OnError: func(*bus.Failure) {}})
		release := make(chan struct{})
		respond(t, b, "a", func(ctx context.Context, _ *bus.Event) (any, error) {
			select {
			case <-release:
			case <-ctx.Done():
			}
			return nil, ctx.Err()
		}, bus.Concurrency(1000))
		load := func() uint64 {
			for range some(30) {
				for range 1000 {
					go func() {
						if _, err := b.Request(context.Background(), "a", nil, bus.RequestTimeout(time.Second)); !errors.Is(err, bus.ErrTimeout) {
							t.Error(err)
						}
					}()
				}
				time.Sleep(2 * time.Second)
			}
			synctest.Wait()
			var m runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&m)
			return m.HeapAlloc
		}
		before := load()
		after := load()
		assert.Zero(t, b.Stats().Pending)
		assert.Less(t, int64(after)-int64(before), int64(2<<20))
		close(release)
	})
}

func TestRequestPanics(t *testing.T) {
	var reported []*bus.Failure
	b := bus.New(bus.Options{OnError: func(f *bus.Failure) { reported = append(reported, f) }})
	respond(t, b, "a", func(context.Context, *bus.Event) (any, error) { panic("oh") })
	_, err := b.Request(t.Context(), "a", nil)
	assert.Equal(t, "TB_PANIC", bus.Code(err))
	assert.Empty(t, reported, "the requester was told")
}

func TestRequestGoexit(t *testing.T) {
	b := bus.New(bus.Options{OnError: func(*bus.Failure) {}})
	respond(t, b, "a", func(context.Context, *bus.Event) (any, error) { runtime.Goexit(); return nil, nil }, bus.Concurrency(1))
	_, err := b.Request(t.Context(), "a", nil)
	assert.ErrorIs(t, err, bus.ErrPanic)
}
