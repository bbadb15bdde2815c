package bus_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// collect subscribes a handler that appends what it gets.
func gather[T any](t *testing.T, b *bus.Bus, pattern string, to *[]T, opts ...bus.SubscribeOption) *bus.Subscription {
	t.Helper()
	s, err := b.Subscribe(pattern, func(_ context.Context, e *bus.Event) error {
		*to = append(*to, e.Data.(T))
		return nil
	}, opts...)
	require.NoError(t, err)
	return s
}

func TestTypedTopicKeeps(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	topic := bus.NewTopic[int](b, "a", bus.Retain())
	_, ok := topic.Value()
	assert.False(t, ok)
	for i := range 3 {
		require.NoError(t, topic.Publish(t.Context(), i))
	}
	v, ok := topic.Value()
	assert.True(t, ok)
	assert.Equal(t, 2, v)
	var got []int
	_, err := topic.SubscribeFunc(func(v int) { got = append(got, v) }, bus.Replay(1))
	require.NoError(t, err)
	require.NoError(t, topic.Publish(t.Context(), 3))
	assert.Equal(t, []int{2, 3}, got)
	require.NoError(t, b.Publish(t.Context(), "a", "text"))
	_, ok = topic.Value()
	assert.False(t, ok, "data of another type is no value")
	require.NoError(t, topic.Clear())
	assert.Zero(t, b.Stats().Retained)
	wrong := bus.NewTopic[int](b, "a..b", bus.Retain())
	_, ok = wrong.Value()
	assert.False(t, ok)
	assert.Equal(t, "TB_TOPIC", bus.Code(wrong.Clear()))
}

func TestHistoryGoesOnWithRetain(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Count: 3}), bus.Retain()))
	for i := range 5 {
		require.NoError(t, b.Publish(t.Context(), "a", i))
	}
	require.NoError(t, b.Declare("a", bus.Retain()))
	assert.Equal(t, 3, b.Stats().Retained)
	assert.Equal(t, []bus.TopicInfo{{Topic: "a", Cached: false, Retained: 3}}, b.Topics())
	var got []int
	gather(t, b, "a", &got, bus.ReplayAll())
	assert.Equal(t, []int{2, 3, 4}, got)
}

func TestHistoryByAge(t *testing.T) {
	clock := bustest.NewClock(time.Unix(1e9, 0))
	b := bus.New(bus.Options{Clock: clock})
	defer b.Close()
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Age: time.Minute})))
	for i := range 4 {
		require.NoError(t, b.Publish(t.Context(), "a", i))
		clock.Advance(20 * time.Second)
	}
	var got []int
	gather(t, b, "a", &got, bus.ReplayAll()).Unsubscribe()
	assert.Equal(t, []int{2, 3}, got)
	clock.Advance(time.Minute)
	_, ok := b.Last("a")
	assert.False(t, ok)
	assert.Zero(t, b.Stats().Retained)
}

func TestHistoryByBytes(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Bytes: 10_000})))
	for range 100 {
		require.NoError(t, b.Publish(t.Context(), "a", strings.Repeat("x", 784)))
	}
	assert.Equal(t, 10, b.Stats().Retained, "1000 bytes each")
	require.NoError(t, b.Publish(t.Context(), "a", make([]byte, 100_000)))
	assert.Equal(t, 1, b.Stats().Retained, "the last one is kept whatever its size")
	require.NoError(t, b.Publish(t.Context(), "a", map[string]any{"a": []any{"b", 1}}))
	assert.Equal(t, 1, b.Stats().Retained)
}

func TestCloseForgetsWhatIsKept(t *testing.T) {
	b := bus.New(bus.Options{})
	require.NoError(t, b.Declare("a", bus.Retain()))
	data := &retained{}
	require.NoError(t, b.Publish(t.Context(), "a", data))
	assert.Equal(t, 1, data.holds)
	require.NoError(t, b.Publish(t.Context(), "a", 1))
	assert.Zero(t, data.holds, "what made room was released")
	require.NoError(t, b.Publish(t.Context(), "a", data))
	e, ok := b.Last("a")
	require.True(t, ok)
	assert.Same(t, data, e.Data)
	assert.Equal(t, 2, data.holds)
	data.Release()
	require.NoError(t, b.Close())
	assert.Zero(t, data.holds)
	_, ok = b.Last("a")
	assert.False(t, ok)
	assert.Zero(t, b.Stats().Retained)
}

type retained struct{ holds int }

func (r *retained) Retain()  { r.holds++ }
func (r *retained) Release() { r.holds-- }

// A million events leave what the bound says.
func TestHistoryMemoryIsFlat(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Count: 10_000})))
	heap := func(n int) uint64 {
		for i := range n {
			if err := b.Publish(context.Background(), "a", i); err != nil {
				t.Fatal(err)
			}
		}
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	few := max(some(100_000), 20_000)
	before, after := heap(few), heap(9*few)
	assert.Less(t, after, before+1<<20, "bytes in use after a tenth of the events and after all")
	assert.Equal(t, 10_000, b.Stats().Retained)
}
