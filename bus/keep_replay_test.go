package bus_test

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestReplayOptions(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	for name, opts := range map[string][]bus.SubscribeOption{
		"zero":         {bus.Replay(0)},
		"negative":     {bus.Replay(-1)},
		"twice":        {bus.Replay(1), bus.ReplayAll()},
		"of a group":   {bus.Replay(1), bus.Queue("g")},
		"of no limits": {bus.Replay(1), bus.Overflow(0, bus.Error)},
	} {
		_, err := b.Subscribe("a", nothing, opts...)
		assert.Equal(t, "TB_OPTION", bus.Code(err), name)
	}
	assert.Zero(t, b.Stats().Subscriptions)
	for name, k := range map[string]bus.Keep{"no bound": {}, "count": {Count: -1}, "age": {Count: 1, Age: -1}, "bytes": {Bytes: -1}} {
		assert.Equal(t, "TB_OPTION", bus.Code(b.Declare("a", bus.History(k))), name)
	}
	assert.Equal(t, "TB_OPTION", bus.Code(bus.NewTopic[int](b, "a", bus.History(bus.Keep{})).Err()))
}

// The event that a replay follows is not part of it, wherever it is kept: first, in between, last, of this topic or another.
func TestReplayAfterBeginsBehindTheEvent(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	var all []*bus.Event
	_, err := b.Subscribe("*", func(_ context.Context, e *bus.Event) error {
		all = append(all, e)
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Count: 3})))
	require.NoError(t, b.Declare("b", bus.History(bus.Keep{Count: 3})))
	for i, topic := range []string{"a", "b", "b", "a", "a", "b"} {
		require.NoError(t, b.Publish(t.Context(), topic, i))
	}
	require.Len(t, all, 6)
	for _, pattern := range []string{"a", "b", "*"} {
		for i, after := range all {
			want := []any{}
			for _, e := range all[i+1:] {
				if pattern == "*" || pattern == e.Topic {
					want = append(want, e.Data)
				}
			}
			got := []any{}
			s, err := b.Subscribe(pattern, func(_ context.Context, e *bus.Event) error {
				got = append(got, e.Data)
				return nil
			}, bus.ReplayAfter(after.Seq))
			require.NoError(t, err)
			assert.Equal(t, want, got, "%s after event %d of %s", pattern, i, after.Topic)
			s.Unsubscribe()
		}
	}
}

func TestReplayIntoAQueue(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Count: 50})))
	for i := range 50 {
		require.NoError(t, b.Publish(t.Context(), "a", i))
	}
	got := make(chan int, 60)
	_, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error {
		got <- e.Data.(int)
		return nil
	}, bus.ReplayAll(), bus.Concurrency(1), bus.Overflow(10, bus.Block))
	require.NoError(t, err)
	require.NoError(t, b.Publish(t.Context(), "a", 50))
	for i := range 51 {
		require.Equal(t, i, <-got)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := 48
	for e := range b.Events(ctx, "a", bus.Replay(3), bus.Overflow(1, bus.Error)) {
		require.Equal(t, n, e.Data)
		if n++; n == 51 {
			break
		}
	}
	assert.Zero(t, b.Stats().Failed)
}

func TestReplayToAHandlerThatPanicsOrExits(t *testing.T) {
	b := bus.New(bus.Options{Logger: quiet{}})
	defer b.Close()
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Count: 10})))
	for i := range 4 {
		require.NoError(t, b.Publish(t.Context(), "a", i))
	}
	var got []int
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error {
			got = append(got, e.Data.(int))
			switch e.Data {
			case 0:
				panic("boom")
			case 1, 2:
				runtime.Goexit()
			}
			return nil
		}, bus.ReplayAll())
		assert.Fail(t, "the goroutine went on", err)
	}()
	<-done
	assert.Equal(t, []int{0, 1, 2, 3}, got)
	assert.EqualValues(t, 3, b.Stats().Failed)
	require.NoError(t, b.Publish(t.Context(), "a", 4))
	assert.Equal(t, []int{0, 1, 2, 3, 4}, got, "live events are not held any more")
}

func TestReplayIsBounded(t *testing.T) {
	for policy, want := range map[bus.Policy][]int{
		bus.Error: {0, 1, 2}, bus.DropNewest: {0, 1, 2}, bus.DropOldest: {0, 4, 5}, bus.Latest: {0, 5},
	} {
		t.Run(policy.String(), func(t *testing.T) {
			b := bus.New(bus.Options{Logger: quiet{}})
			defer b.Close()
			require.NoError(t, b.Declare("a", bus.History(bus.Keep{Count: 1})))
			require.NoError(t, b.Publish(t.Context(), "a", 0))
			var got []int
			s, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error {
				got = append(got, e.Data.(int))
				if e.Data == 0 {
					for i := range 5 {
						// Not the handler's context: these are live while the replay goes on.
						assert.NoError(t, b.Publish(t.Context(), "a", i+1))
					}
				}
				return nil
			}, bus.ReplayAll(), bus.Overflow(2, policy))
			require.NoError(t, err)
			assert.Equal(t, want, got)
			dropped := uint64(6 - len(want))
			if policy == bus.Latest {
				dropped = 4
			}
			assert.Equal(t, dropped, s.Dropped())
			assert.Equal(t, dropped, b.Stats().Dropped)
			failed := uint64(0)
			if policy == bus.Error {
				failed = dropped
			}
			assert.Equal(t, failed, b.Stats().Failed)
		})
	}
}

func TestReplayBlocksPublishers(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Count: 1})))
	require.NoError(t, b.Publish(t.Context(), "a", 0))
	var got []int
	var publishing sync.WaitGroup
	_, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error {
		got = append(got, e.Data.(int))
		if e.Data == 0 {
			publishing.Go(func() {
				for i := range 100 {
					assert.NoError(t, b.Publish(context.Background(), "a", i+1))
				}
			})
		}
		return nil
	}, bus.ReplayAll(), bus.Overflow(2, bus.Block))
	require.NoError(t, err)
	publishing.Wait()
	want := make([]int, 101)
	for i := range want {
		want[i] = i
	}
	assert.Equal(t, want, got)
}

func TestReplayUntil(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Count: 10})))
	for i := range 4 {
		require.NoError(t, b.Publish(t.Context(), "a", i))
	}
	ctx, cancel := context.WithCancel(t.Context())
	var got []int
	s, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error {
		got = append(got, e.Data.(int))
		if e.Data == 1 {
			cancel()
		}
		return nil
	}, bus.ReplayAll(), bus.Until(ctx))
	require.NoError(t, err)
	assert.Equal(t, []int{0, 1}, got)
	assert.False(t, s.Active())
}

// What a full queue lets go is live: what is replayed is not bound by its limit.
func TestFullQueuesKeepWhatIsReplayed(t *testing.T) {
	for policy, live := range map[bus.Policy][]int{bus.DropOldest: {13, 14}, bus.DropNewest: {10, 11}, bus.Latest: {14}, bus.Error: {10, 11}} {
		t.Run("D10/"+policy.String(), func(t *testing.T) {
			b := bus.New(bus.Options{Logger: quiet{}})
			defer b.Close()
			require.NoError(t, b.Declare("a", bus.History(bus.Keep{Count: 10})))
			for i := range 5 {
				require.NoError(t, b.Publish(t.Context(), "a", i))
			}
			events := b.Events(t.Context(), "a", bus.ReplayAll(), bus.Overflow(2, policy))
			for i := range 5 {
				require.NoError(t, b.Publish(t.Context(), "a", 10+i))
			}
			want := append([]int{0, 1, 2, 3, 4}, live...)
			var got []int
			for e := range events {
				if got = append(got, e.Data.(int)); len(got) == len(want) {
					break
				}
			}
			assert.Equal(t, want, got)
			assert.EqualValues(t, 5-len(live), b.Stats().Dropped)
		})
	}
}

func TestEndlessReplayWithinReplay(t *testing.T) {
	b := bus.New(bus.Options{Logger: quiet{}, MaxDepth: 20})
	defer b.Close()
	require.NoError(t, b.Declare("a", bus.Retain()))
	require.NoError(t, b.Publish(t.Context(), "a", 0))
	var last error
	var again bus.Handler
	again = func(context.Context, *bus.Event) error {
		_, err := b.Subscribe("a", again, bus.Replay(1))
		last = err
		return err
	}
	_, err := b.Subscribe("a", again, bus.Replay(1))
	require.NoError(t, err)
	assert.Nil(t, last, "the outer ones went well")
	assert.EqualValues(t, 1, b.Stats().Failed)
}
