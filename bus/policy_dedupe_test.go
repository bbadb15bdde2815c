package bus_test

import (
	"context"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestD8OncePerID(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", nil, bus.Dedupe(bus.Window{}))
		l.on("b", "x", nil)
		l.publish("x", 1, bus.WithID("one"))
		l.publish("x", 2, bus.WithID("one"))
		l.publish("x", 3, bus.WithID("two"))
		l.publish("x", 4)
		l.publish("x", 5)
		l.said("0 a1", "0 b1", "0 b2", "0 a3", "0 b3", "0 a4", "0 b4", "0 a5", "0 b5")
		st := l.Stats()
		assert.EqualValues(t, 1, st.Deduped)
		assert.EqualValues(t, 9, st.Delivered)
		assert.EqualValues(t, 5, st.Published)
	})
}

func TestD8AnIDThatWasGivenAndOneThatWasMade(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		var ids []string
		_, err := l.Subscribe("*", func(_ context.Context, e *bus.Event) error { ids = append(ids, e.ID()); return nil })
		require.NoError(t, err)
		l.on("a", "*", nil, bus.Dedupe(bus.Window{}))
		l.publish("x", 1)
		l.publish("x", 2, bus.WithID(ids[0])) // comes back from another realm
		l.publish("x", 3, bus.WithID(ids[0]+"0"))
		before, after, _ := cutLast(ids[0])
		l.publish("x", 4, bus.WithID(before+"-0"+after)) // another text
		l.publish("x", 5, bus.WithID("other-"+after))
		l.said("0 a1", "0 a3", "0 a4", "0 a5")
	})
}

func cutLast(id string) (before, after string, found bool) {
	for i := len(id) - 1; i >= 0; i-- {
		if id[i] == '-' {
			return id[:i], id[i+1:], true
		}
	}
	return id, "", false
}

func TestD8AnIDReadBeforeTheEventWasNumbered(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		id := ""
		l.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
			id = e.ID()
			return next(ctx, e)
		})
		l.on("a", "x", nil, bus.Dedupe(bus.Window{}))
		l.publish("x", 1)
		l.publish("x", 2, bus.WithID(id))
		l.said("0 a1")
	})
}

func TestD8ByKey(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", nil, bus.Dedupe(bus.Window{Key: func(e *bus.Event) string { return e.Subject() }}))
		l.publish("x", 1, bus.WithSubject("s"), bus.WithID("1"))
		l.publish("x", 2, bus.WithSubject("s"), bus.WithID("2"))
		l.publish("x", 3, bus.WithSubject("t"), bus.WithID("1"))
		l.publish("x", 4, bus.WithID("1"))
		l.publish("x", 5, bus.WithID("1"))
		l.said("0 a1", "0 a3", "0 a4", "0 a5")
	})
}

func TestD8TheWindowByCount(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", nil, bus.Dedupe(bus.Window{Max: 20}))
		for n := range 21 {
			l.publish("x", n, bus.WithID(strconv.Itoa(n)))
		}
		l.log = nil
		for n := range 21 {
			l.publish("x", 100+n, bus.WithID(strconv.Itoa((n+20)%21)))
		}
		// 20 was the last one and 0 had been forgotten; handling it again makes the window forget 1, and so on.
		l.mu.Lock()
		assert.Len(t, l.log, 20)
		assert.NotContains(t, l.log, "0 a100")
		l.mu.Unlock()
	})
}

func TestD8TheWindowByTime(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", nil, bus.Dedupe(bus.Window{For: time.Second}))
		l.publish("x", 1, bus.WithID("one"))
		l.advance(500 * time.Millisecond)
		l.publish("x", 2, bus.WithID("one"))
		l.publish("x", 3, bus.WithID("three"))
		l.advance(499 * time.Millisecond)
		l.clock.JumpWall(365 * 24 * time.Hour)
		l.publish("x", 4, bus.WithID("one"))
		l.advance(time.Millisecond)
		l.publish("x", 5, bus.WithID("one"))
		l.publish("x", 6, bus.WithID("three"))
		l.said("0 a1", "500 a3", "1000 a5")
	})
}

func TestD8WhatFailedMayComeAgain(t *testing.T) {
	for name, opts := range map[string][]bus.SubscribeOption{
		"at once": nil, "with Concurrency": {bus.Concurrency(1)}, "with Retry": {bus.Retry(exact(1))},
		"with Retry and a key": {bus.Retry(bus.Backoff{Attempts: 1, Key: func(*bus.Event) string { return "k" }})},
	} {
		t.Run(name, func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				l.on("a", "x", failingOnly(1), append(opts, bus.Dedupe(bus.Window{}))...)
				for range 3 {
					l.publish("x", 1, bus.WithID("one"))
					l.advance(time.Millisecond)
				}
				l.said("0 a1", "1 a1")
			})
		})
	}
}

func TestD8WhatIsBeingRetriedIsKnown(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", failing(2, errNo), bus.Retry(exact(3)), bus.Dedupe(bus.Window{}))
		l.publish("x", 1, bus.WithID("one"))
		l.publish("x", 1, bus.WithID("one"))
		l.advance(200 * time.Millisecond)
		l.publish("x", 1, bus.WithID("one"))
		l.advance(time.Minute)
		l.publish("x", 1, bus.WithID("one"))
		l.said("0 a1", "100 a1", "300 a1")
		assert.EqualValues(t, 3, l.Stats().Deduped)
	})
}

func TestD8WhatAFullQueueLetGoMayComeAgain(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		hold := make(chan struct{})
		l.on("a", "x", func(int) error { <-hold; return nil }, bus.Concurrency(1), bus.Overflow(1, bus.DropNewest), bus.Dedupe(bus.Window{}))
		for n := 1; n <= 3; n++ {
			l.publish("x", n, bus.WithID(strconv.Itoa(n)))
			l.advance(0)
		}
		close(hold)
		l.advance(0)
		for n := 1; n <= 3; n++ {
			l.publish("x", n, bus.WithID(strconv.Itoa(n)))
		}
		l.said("0 a1", "0 a2", "0 a3")
	})
}

func TestD8RedrivenEventsAreHandled(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", failing(1, errNo), bus.Retry(exact(1)), bus.Dedupe(bus.Window{}))
		l.publish("x", 1, bus.WithID("one"))
		l.publish("x", 2, bus.WithID("one")) // comes again and fails as well
		l.publish("x", 2, bus.WithID("one")) // and is handled
		for _, letter := range l.letters() { // one by one: they are handled on goroutines of their own
			_, err := l.Redrive(letter.ID)
			require.NoError(t, err)
			l.advance(0)
		}
		l.publish("x", 3, bus.WithID("one"))
		l.said("0 a1", "0 a2", "0 a2", "0 a1", "0 a2")
	})
}

func TestD8IteratorsAndTypedTopics(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	ctx := t.Context()
	var got []int
	_, err := bus.NewTopic[int](b, "x").SubscribeFunc(func(n int) { got = append(got, n) }, bus.Dedupe(bus.Window{}))
	require.NoError(t, err)
	all := b.Events(ctx, "x", bus.Dedupe(bus.Window{}))
	for n := range 4 {
		require.NoError(t, b.Publish(ctx, "x", n, bus.WithID(strconv.Itoa(n%2))))
	}
	require.NoError(t, bus.NewTopic[int](b, "x").Publish(ctx, 7))
	assert.Equal(t, []int{0, 1, 7}, got)
	var yielded []any
	for e := range all {
		if yielded = append(yielded, e.Data); e.Data == 7 {
			break
		}
	}
	assert.Equal(t, []any{0, 1, 7}, yielded)
}

func TestD8OneOfManyPublishers(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	var handled atomic.Int32
	_, err := b.Subscribe("x", func(context.Context, *bus.Event) error { handled.Add(1); return nil }, bus.Dedupe(bus.Window{}))
	require.NoError(t, err)
	done := make(chan struct{})
	for range 8 {
		go func() {
			defer func() { done <- struct{}{} }()
			for n := range 500 {
				_ = b.Publish(context.Background(), "x", nil, bus.WithID(strconv.Itoa(n)))
			}
		}()
	}
	for range 8 {
		<-done
	}
	assert.EqualValues(t, 500, handled.Load())
	assert.EqualValues(t, 3500, b.Stats().Deduped)
}

// TestD8MemoryIsBounded publishes a million events through a window of the default size.
func TestD8MemoryIsBounded(t *testing.T) {
	for name, id := range map[string]func(n int) []bus.PublishOption{
		"numbers": func(int) []bus.PublishOption { return nil },
		"ids":     func(n int) []bus.PublishOption { return []bus.PublishOption{bus.WithID("id-" + strconv.Itoa(n))} },
	} {
		t.Run(name, func(t *testing.T) {
			b := bus.New(bus.Options{})
			defer b.Close()
			fails := name == "ids" // what fails is forgotten, and must not be kept all the same
			_, err := b.Subscribe("x", func(_ context.Context, e *bus.Event) error {
				if fails && e.Seq%3 == 0 {
					return errNo
				}
				return nil
			}, bus.Dedupe(bus.Window{For: time.Hour}), bus.Retry(bus.Backoff{Attempts: 1}))
			require.NoError(t, err)
			used := func() uint64 {
				runtime.GC()
				var m runtime.MemStats
				runtime.ReadMemStats(&m)
				return m.HeapAlloc
			}
			publish := func(from, to int) {
				for n := from; n < to; n++ {
					if err := b.Publish(t.Context(), "x", nil, id(n)...); err != nil {
						t.Fatal(err)
					}
				}
			}
			many := some(400_000)
			before := used()
			publish(0, many/4)
			warm := used()
			publish(many/4, many)
			after := used()
			assert.Less(t, float64(after), float64(warm)+1e6, "it grows on")
			assert.Less(t, float64(warm)-float64(before), 10_000*200+1e6)
		})
	}
}
