package bustest

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func (k *kit) keeper() Keeper {
	k.Helper()
	s, ok := k.s.(Keeper)
	require.True(k.T, ok, "Features.Replay needs a Keeper")
	return s
}

func (k *kit) keep(topic string, count int) {
	k.Helper()
	require.NoError(k.T, k.keeper().Keep(topic, bus.Keep{Count: count}))
}

// notes subscribes a handler that writes the topic and the data.
func (k *kit) notes(pattern string, o Options) func() {
	k.Helper()
	return k.subscribe(pattern, func(_ context.Context, e Event) error {
		k.log = append(k.log, fmt.Sprint(e.Topic, " ", e.Data))
		return nil
	}, o)
}

func replayThenLive(k *kit) {
	k.keep("a", 10)
	k.publish(k.ctx, "a", "1")
	k.publish(k.ctx, "a", "2")
	k.notes("a", Options{Replay: -1})
	k.logged("a 1", "a 2")
	k.publish(k.ctx, "a", "3")
	k.logged("a 3")
	k.notes("a", Options{})
	k.log = nil
	k.publish(k.ctx, "a", "4")
	k.logged("a 4", "a 4")
}

func replayRetained(k *kit) {
	for _, topic := range []string{"x.1", "x.2", "x.3"} {
		k.keep(topic, 1)
	}
	for _, topic := range []string{"x.1", "x.2", "x.1", "x.4"} {
		k.publish(k.ctx, topic, topic)
	}
	k.notes("x.*", Options{Replay: 1})
	k.logged("x.2 x.2", "x.1 x.1")
	k.publish(k.ctx, "x.4", "live")
	k.logged("x.4 live")
}

func replayWildcard(k *kit) {
	k.keep("x.a", 100)
	k.keep("x.b.c", 100)
	k.keep("y", 100)
	var want []string
	for i := range 30 {
		topic := []string{"x.a", "x.b.c", "y", "x.plain"}[i*7%4]
		k.publish(k.ctx, topic, fmt.Sprint(i))
		if topic == "x.a" || topic == "x.b.c" {
			want = append(want, fmt.Sprint(topic, " ", i))
		}
	}
	k.notes("x.>", Options{Replay: -1})
	k.logged(want...)
}

func replayFrom(k *kit) {
	k.keep("x.a", 10)
	k.keep("x.b", 10)
	var seqs []uint64
	off := k.subscribe("x.*", func(_ context.Context, e Event) error {
		seqs = append(seqs, e.Seq)
		return nil
	})
	for i := range 4 {
		k.publish(k.ctx, "x.a", fmt.Sprint(i))
		k.publish(k.ctx, "x.b", fmt.Sprint(i))
	}
	off()
	k.notes("x.*", Options{Replay: 2})()
	k.logged("x.a 2", "x.b 2", "x.a 3", "x.b 3")
	k.notes("x.*", Options{ReplayAfter: seqs[4]})()
	k.logged("x.b 2", "x.a 3", "x.b 3")
	k.notes("x.a", Options{ReplayAfter: seqs[3]})()
	k.logged("x.a 2", "x.a 3")
	k.notes("x.*", Options{ReplayAfter: seqs[7] + 100})
	k.logged()
	k.publish(k.ctx, "x.a", "live")
	k.logged("x.a live")
}

func replayPublishes(k *kit) {
	k.keep("a", 10)
	k.publish(k.ctx, "a", "1")
	k.publish(k.ctx, "a", "2")
	k.notes("b", Options{})
	k.subscribe("a", func(ctx context.Context, e Event) error {
		k.log = append(k.log, fmt.Sprint("a ", e.Data))
		if e.Data == "1" {
			if err := k.s.Publish(ctx, "a", "3"); err != nil {
				return err
			}
			return k.s.Publish(ctx, "b", "effect")
		}
		return nil
	}, Options{Replay: -1})
	k.logged("a 1", "a 2", "a 3", "b effect")
	k.failures(0)
}

func replayWithinDelivery(k *kit) {
	k.keep("a", 10)
	var once sync.Once
	k.subscribe("a", func(ctx context.Context, e Event) error {
		k.log = append(k.log, fmt.Sprint("first ", e.Data))
		once.Do(func() {
			assert.NoError(k.T, k.s.Publish(ctx, "a", "2"))
			k.notes("a", Options{Replay: -1})
		})
		return nil
	})
	k.publish(k.ctx, "a", "1")
	k.publish(k.ctx, "a", "3")
	var late []string
	for _, line := range k.log {
		if line[0] == 'a' {
			late = append(late, line)
		}
	}
	require.Equal(k.T, []string{"a 1", "a 2", "a 3"}, late)
	require.Len(k.T, k.log, 6)
}

func replaySame(k *kit) {
	k.keep("effect", 10)
	var live, again []Event
	collect := func(to *[]Event) Handler {
		return func(_ context.Context, e Event) error {
			*to = append(*to, e)
			return nil
		}
	}
	k.subscribe("effect", collect(&live))
	k.subscribe("cause", func(ctx context.Context, e Event) error { return k.s.Publish(ctx, "effect", e.Data) })
	k.publish(k.ctx, "cause", "x")
	k.publish(k.ctx, "effect", "y")
	k.subscribe("effect", collect(&again), Options{Replay: -1})
	require.Len(k.T, live, 2)
	require.Equal(k.T, live, again)
	require.NotEmpty(k.T, again[0].CausationID)
}

func replayOptions(k *kit) {
	k.keep("a", 10)
	for i := range 4 {
		k.publish(k.ctx, "a", fmt.Sprint(i))
	}
	k.notes("a", Options{Replay: -1, Filter: func(e Event) bool { return e.Data != "1" }})
	k.logged("a 0", "a 2", "a 3")
	k.notes("a", Options{Replay: 3, Once: true})
	k.logged("a 1")
	failed := errors.New("no")
	k.subscribe("a", func(_ context.Context, e Event) error {
		k.log = append(k.log, fmt.Sprint("failing ", e.Data))
		if e.Data == "2" {
			return failed
		}
		return nil
	}, Options{Replay: -1, Name: "failing"})
	k.logged("failing 0", "failing 1", "failing 2", "failing 3")
	all := k.failures(1)
	require.Equal(k.T, "failing", all[0].Subscription)
	require.Equal(k.T, "a", all[0].Topic)
	k.publish(k.ctx, "a", "4")
	k.logged("a 4", "failing 4")
}

func replayEnded(k *kit) {
	k.keep("a", 10)
	var off func()
	k.subscribe("go", func(context.Context, Event) error {
		// Where the replay waits for its turn it is ended before it begins.
		off = k.notes("a", Options{Replay: -1})
		k.log = nil
		off()
		return nil
	})
	k.publish(k.ctx, "a", "1")
	k.publish(k.ctx, "go", nil)
	k.publish(k.ctx, "a", "2")
	k.logged()
	k.notes("a", Options{Replay: -1, Once: true})
	k.logged("a 1")
	k.publish(k.ctx, "a", "3")
	k.logged()
}

func keeping(k *kit) {
	s := k.keeper()
	_, ok := s.Last("a")
	assert.False(k.T, ok)
	k.keep("a", 3)
	k.keep("b", 1)
	_, ok = s.Last("a")
	assert.False(k.T, ok)
	for i := range 10 {
		k.publish(k.ctx, "a", fmt.Sprint(i))
		k.publish(k.ctx, "b", fmt.Sprint(i))
	}
	assert.Equal(k.T, 4, s.Retained())
	data, ok := s.Last("a")
	assert.True(k.T, ok)
	assert.Equal(k.T, "9", data)
	k.notes("a", Options{Replay: 5})()
	k.logged("a 7", "a 8", "a 9")
	require.NoError(k.T, s.Keep("a", bus.Keep{Count: 2}))
	assert.Equal(k.T, 3, s.Retained())
	require.NoError(k.T, s.Clear("a"))
	_, ok = s.Last("a")
	assert.False(k.T, ok)
	assert.Equal(k.T, 1, s.Retained())
	k.notes("a", Options{Replay: 5})
	k.logged()
	k.publish(k.ctx, "a", "again")
	k.logged("a again")
	k.notes("*", Options{Replay: 1})()
	k.logged("b 9", "a again")
	require.NoError(k.T, s.Clear(">"))
	assert.Zero(k.T, s.Retained())
	k.code("TB_OPTION", s.Keep("a", bus.Keep{}))
	k.code("TB_OPTION", s.Keep("a", bus.Keep{Count: -1}))
	k.code("TB_TOPIC", s.Keep("a.*", bus.Keep{Count: 1}))
	k.code("TB_TOPIC", s.Clear("a..b"))
}

// replayConcurrent subscribes again and again while several goroutines publish. Each subscriber must get an
// unbroken stretch of every publisher's events, up to the last.
func replayConcurrent(k *kit) {
	// All of them may have to wait behind a replay, where there is room for 1,024.
	const publishers, events, subscribers = 4, 250, 40
	k.keep("x.0", publishers*events)
	k.keep("x.1", publishers*events)
	var publishing sync.WaitGroup
	for p := range publishers {
		publishing.Go(func() {
			for i := range events {
				assert.NoError(k.T, k.s.Publish(k.ctx, fmt.Sprint("x.", p%2), [2]int{p, i}))
			}
		})
	}
	got := make([][]([2]int), subscribers)
	var locks [subscribers]sync.Mutex
	var subscribing sync.WaitGroup
	for s := range subscribers {
		subscribing.Go(func() {
			_, err := k.s.Subscribe("x.*", func(_ context.Context, e Event) error {
				locks[s].Lock()
				defer locks[s].Unlock()
				got[s] = append(got[s], e.Data.([2]int))
				return nil
			}, Options{Replay: -1})
			assert.NoError(k.T, err)
		})
	}
	publishing.Wait()
	subscribing.Wait()
	for s, all := range got {
		var next [publishers]int
		for _, e := range all {
			require.Equal(k.T, next[e[0]], e[1], "subscriber %d: event of publisher %d", s, e[0])
			next[e[0]]++
		}
		for p := range publishers {
			require.Equal(k.T, events, next[p], "subscriber %d: last event of publisher %d", s, p)
		}
	}
	k.failures(0)
}
