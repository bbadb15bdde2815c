package bus_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/bus"
)

// memoryStore is a WindowStore that outlives the buses of a test.
type memoryStore struct {
	kept map[string]time.Time
	most int
	// broken is called first by each method.
	broken func(op string) error
}

func (m *memoryStore) enter(op string) error {
	if m.kept == nil {
		m.kept = map[string]time.Time{}
	}
	if m.broken == nil {
		return nil
	}
	return m.broken(op)
}

func (m *memoryStore) Load() (all []bus.Remembered, err error) {
	err = m.enter("load")
	for id, at := range m.kept {
		all = append(all, bus.Remembered{ID: id, At: at})
	}
	return all, err
}

func (m *memoryStore) Add(r bus.Remembered) error {
	if err := m.enter("add"); err != nil {
		return err
	}
	m.kept[r.ID] = r.At
	m.most = max(m.most, len(m.kept))
	return nil
}

func (m *memoryStore) Remove(id string) error {
	if err := m.enter("remove"); err != nil {
		return err
	}
	delete(m.kept, id)
	return nil
}

func (m *memoryStore) ids() (ids []string) {
	for id := range m.kept {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return ids
}

// restarted subscribes with the window on a bus of its own, publishes the ids, and says what was handled.
func restarted(t *testing.T, w bus.Window, o bus.Options, fails func(id string) error, ids ...string) (handled []string) {
	t.Helper()
	b := bus.New(o)
	defer b.Close()
	_, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error {
		handled = append(handled, e.ID())
		if fails != nil {
			return fails(e.ID())
		}
		return nil
	}, bus.Dedupe(w))
	require.NoError(t, err)
	for _, id := range ids {
		require.NoError(t, b.Publish(t.Context(), "a", nil, bus.WithID(id)))
	}
	return handled
}

func TestD8AStoredWindowOutlivesTheBus(t *testing.T) {
	m := &memoryStore{}
	w := bus.Window{For: time.Hour, Store: m}
	require.Equal(t, []string{"x", "y"}, restarted(t, w, bus.Options{}, nil, "x", "x", "y"))
	require.Equal(t, []string{"z"}, restarted(t, w, bus.Options{}, nil, "y", "x", "z"))
	require.Equal(t, []string{"x", "y", "z"}, m.ids())
}

func TestD8KeysAreStoredAndNumbersAreNot(t *testing.T) {
	m := &memoryStore{}
	for _, w := range []bus.Window{{Store: m}, {Store: m, Key: func(e *bus.Event) string { return e.Data.(string) }}} {
		b := bus.New(bus.Options{})
		_, err := b.Subscribe("a", func(context.Context, *bus.Event) error { return nil }, bus.Dedupe(w))
		require.NoError(t, err)
		require.NoError(t, b.Publish(t.Context(), "a", "k"))
		require.NoError(t, b.Publish(t.Context(), "a", ""))
		require.NoError(t, b.Close())
	}
	require.Equal(t, []string{"k"}, m.ids())
}

// TestD8ACrashInTheMiddleOfAHandler looks at the store from within the handler, as the next program would find it.
func TestD8ACrashInTheMiddleOfAHandler(t *testing.T) {
	m := &memoryStore{}
	var next []string
	restarted(t, bus.Window{Store: m}, bus.Options{}, func(string) error {
		require.Empty(t, m.kept)
		next = restarted(t, bus.Window{Store: &memoryStore{kept: m.kept}}, bus.Options{}, nil, "x")
		return nil
	}, "x")
	require.Equal(t, []string{"x"}, next)
	require.Equal(t, []string{"x"}, m.ids())
}

func TestD8OnlyWhatSucceededIsStored(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		m := &memoryStore{}
		l.on("a", "x", failing(1, errNo), bus.Retry(exact(2)), bus.Dedupe(bus.Window{Store: m}))
		l.on("b", "y", always(errNo), bus.Retry(exact(2)), bus.Dedupe(bus.Window{Store: m}))
		l.publish("x", 1, bus.WithID("x1"))
		l.publish("y", 1, bus.WithID("y1"))
		require.Empty(l, m.kept)
		l.advance(time.Second)
		require.Equal(l, []string{"x1"}, m.ids())
		require.Len(l, l.letters(), 1)
	})
}

func TestD8AnIteratorStoresWhatItsLoopIsThroughWith(t *testing.T) {
	m := &memoryStore{}
	b := bus.New(bus.Options{})
	defer b.Close()
	events := b.Events(t.Context(), "a", bus.Dedupe(bus.Window{Store: m}))
	for _, id := range []string{"1", "2", "3"} {
		require.NoError(t, b.Publish(t.Context(), "a", nil, bus.WithID(id)))
	}
	n := 0
	for e := range events {
		require.Len(t, m.kept, n)
		if n++; e.ID() == "2" {
			break
		}
	}
	require.Equal(t, []string{"1", "2"}, m.ids())
}

func TestD8AQueueGroupSharesOneStore(t *testing.T) {
	m := &memoryStore{}
	for _, want := range []int{3, 0} {
		b := bus.New(bus.Options{})
		handled := 0
		for range 2 {
			_, err := b.Subscribe("a", func(context.Context, *bus.Event) error { handled++; return nil }, bus.Queue("q"), bus.Dedupe(bus.Window{Store: m}))
			require.NoError(t, err)
		}
		for _, id := range []string{"1", "2", "3", "1", "2", "3"} {
			require.NoError(t, b.Publish(t.Context(), "a", nil, bus.WithID(id)))
		}
		require.Equal(t, want, handled)
		require.NoError(t, b.Close())
	}
	require.Len(t, m.kept, 3)
}

func TestD8TheStoreIsBoundedLikeTheWindow(t *testing.T) {
	m := &memoryStore{}
	var ids []string
	many := some(100_000)
	for i := range many {
		ids = append(ids, strconv.Itoa(i))
	}
	require.Len(t, restarted(t, bus.Window{Max: 1000, Store: m}, bus.Options{}, nil, ids...), len(ids))
	require.Equal(t, 1000, m.most)
	require.Len(t, m.kept, 1000)
	require.Contains(t, m.kept, ids[many-1])
	require.NotContains(t, m.kept, ids[many-1001])
	// A smaller window takes the youngest, and the store with it. Clocks may be too coarse to tell them apart.
	for id := range m.kept {
		n, _ := strconv.Atoi(id)
		m.kept[id] = time.Now().Add(time.Duration(n-many) * time.Second)
	}
	require.Equal(t, ids[many-11:many-10], restarted(t, bus.Window{Max: 10, Store: m}, bus.Options{}, nil, ids[many-10], ids[many-11]))
	require.Len(t, m.kept, 10)
}

func TestD8ClaimsThatLeftTheWindowAreNotStored(t *testing.T) {
	m := &memoryStore{}
	b := bus.New(bus.Options{})
	defer b.Close()
	_, err := b.Subscribe("a", func(ctx context.Context, e *bus.Event) error {
		if e.ID() == "1" { // two others come before it is through
			require.NoError(t, b.Publish(context.Background(), "a", nil, bus.WithID("2")))
			require.NoError(t, b.Publish(context.Background(), "a", nil, bus.WithID("3")))
		}
		return nil
	}, bus.Dedupe(bus.Window{Max: 2, Store: m}))
	require.NoError(t, err)
	require.NoError(t, b.Publish(t.Context(), "a", nil, bus.WithID("1")))
	require.Equal(t, []string{"2", "3"}, m.ids())
}

func TestD8DatesOfAWindowStore(t *testing.T) {
	now := time.Now()
	m := &memoryStore{kept: map[string]time.Time{"old": now.AddDate(-1, 0, 0), "future": now.AddDate(1, 0, 0), "": now, "never": {}}}
	require.Equal(t, []string{"old", "never"}, restarted(t, bus.Window{For: time.Hour, Store: m}, bus.Options{}, nil, "old", "future", "never"))
	require.WithinDuration(t, now, m.kept["future"], time.Minute, "it would hold its id back with every new instance")
	require.NotContains(t, m.kept, "")
	// Without For dates only say which are the oldest.
	m = &memoryStore{kept: map[string]time.Time{"old": now.AddDate(-1, 0, 0), "future": now.AddDate(1, 0, 0)}}
	require.Equal(t, []string{"new"}, restarted(t, bus.Window{Max: 2, Store: m}, bus.Options{}, nil, "old", "future", "new"))
	require.Equal(t, []string{"future", "new"}, m.ids())
}

func TestD8AClockThatJumps(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		m := &memoryStore{}
		w := bus.Window{For: time.Hour, Store: m}
		next := func(ids ...string) []string { return restarted(l.T, w, bus.Options{Clock: l.clock}, nil, ids...) }
		require.Equal(l, []string{"x"}, next("x"))
		l.clock.JumpWall(-24 * time.Hour)
		l.advance(30 * time.Minute)
		require.Empty(l, next("x"), "its date is in the future now")
		l.advance(59 * time.Minute)
		require.Empty(l, next("x"), "for an hour from when it was loaded")
		l.advance(time.Minute)
		require.Equal(l, []string{"x"}, next("x"))
		l.clock.JumpWall(24 * time.Hour)
		require.Equal(l, []string{"x"}, next("x"), "as if a day had passed")
		l.clock.JumpWall(48 * time.Hour)
		require.Empty(l, next())
		require.Empty(l, m.kept, "what is too old does not come back with the clock")
	})
}

func TestD8TheDateIsThatOfTheEvent(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		m := &memoryStore{}
		came := l.clock.Wall()
		l.on("a", "x", failing(1, errNo), bus.Retry(exact(2)), bus.Dedupe(bus.Window{For: time.Hour, Store: m}))
		l.publish("x", 1, bus.WithID("x"))
		l.advance(time.Minute)
		require.True(l, came.Equal(m.kept["x"]), "%v", m.kept["x"])
	})
}

func TestD8ABrokenStoreIsReportedOnceAndLosesNothing(t *testing.T) {
	broken := errors.New("broken")
	for name, fail := range map[string]func(op string) error{
		"errors": func(string) error { return broken },
		"panics": func(string) error { panic(broken) },
		"load":   func(op string) error { return map[string]error{"load": broken}[op] },
		"remove": func(op string) error { return map[string]error{"remove": broken}[op] },
	} {
		t.Run(name, func(t *testing.T) {
			var failures []*bus.Failure
			o := bus.Options{OnError: func(f *bus.Failure) { failures = append(failures, f) }}
			require.Equal(t, []string{"x", "y", "z"}, restarted(t, bus.Window{Max: 1, Store: &memoryStore{broken: fail}}, o, nil, "x", "y", "y", "z", "z"))
			require.Len(t, failures, 1)
			require.Equal(t, "a", failures[0].Pattern)
			require.ErrorIs(t, failures[0].Err, broken)
			require.Equal(t, "TB_STORE", bus.Code(failures[0].Err))
		})
	}
}

// TestD8AStoreThatEndsTheGoroutine publishes each event on a goroutine of its own, which the store ends.
func TestD8AStoreThatEndsTheGoroutine(t *testing.T) {
	for _, at := range []string{"load", "add", "remove"} {
		t.Run(at, func(t *testing.T) {
			var failures []error
			b := bus.New(bus.Options{OnError: func(f *bus.Failure) { failures = append(failures, f.Err) }})
			var handled, others []string
			apart := func(f func()) {
				done := make(chan struct{})
				go func() { defer close(done); f() }()
				<-done
			}
			m := &memoryStore{broken: func(op string) error {
				if op == at {
					runtime.Goexit()
				}
				return nil
			}}
			apart(func() {
				_, _ = b.Subscribe("a", func(_ context.Context, e *bus.Event) error { handled = append(handled, e.ID()); return nil }, bus.Dedupe(bus.Window{Max: 1, Store: m}))
			})
			_, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error { others = append(others, e.ID()); return nil })
			require.NoError(t, err)
			for _, id := range []string{"1", "2", "2", "3", "4"} {
				apart(func() { _ = b.Publish(context.Background(), "a", nil, bus.WithID(id)) })
			}
			if at == "load" { // Subscribe did not return
				require.Empty(t, handled)
			} else {
				require.Equal(t, []string{"1", "2", "3", "4"}, handled)
			}
			require.Equal(t, []string{"1", "2", "2", "3", "4"}, others)
			require.Len(t, failures, 1)
			require.Equal(t, "TB_STORE", bus.Code(failures[0]))
			require.NoError(t, b.Close())
		})
	}
}

// TestD8WhatIsRedrivenAndFailsIsForgotten has one id succeed, and a letter with the same id fail again.
func TestD8WhatIsRedrivenAndFailsIsForgotten(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		m := &memoryStore{}
		l.on("a", "x", func(n int) error {
			if n == 1 {
				return errNo
			}
			return nil
		}, bus.Retry(exact(1)), bus.Dedupe(bus.Window{Store: m}))
		l.publish("x", 1, bus.WithID("one"))
		l.publish("x", 2, bus.WithID("one"))
		require.Equal(l, []string{"one"}, m.ids())
		_, err := l.Redrive("x")
		require.NoError(l, err)
		l.advance(0)
		l.publish("x", 3, bus.WithID("two"))
		require.Equal(l, []string{"two"}, m.ids())
	})
}

func TestD8AStoredWindowUnderManyPublishers(t *testing.T) {
	m := &memoryStore{}
	b := bus.New(bus.Options{})
	defer b.Close()
	_, err := b.Subscribe("x", func(context.Context, *bus.Event) error { return nil }, bus.Dedupe(bus.Window{Max: 50, Store: m}))
	require.NoError(t, err)
	done := make(chan struct{})
	for range 8 {
		go func() {
			defer func() { done <- struct{}{} }()
			for range 500 {
				_ = b.Publish(context.Background(), "x", nil, bus.WithID(strconv.Itoa(rand.IntN(200))))
			}
		}()
	}
	for range 8 {
		<-done
	}
	require.LessOrEqual(t, m.most, 50)
}
