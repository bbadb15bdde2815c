package bus_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// meddler is whatever of a user's the bus calls, and uses the bus in all of it.
type meddler struct {
	*lab
	clock bustest.Clock
	mu    sync.Mutex
	calls map[string]int
	last  atomic.Pointer[bus.Subscription]
}

// use does all that can be done with a bus, within which others do it, and each of them often enough.
func (m *meddler) use(from string) {
	if m.lab == nil {
		return
	}
	m.mu.Lock()
	m.calls[from]++
	n := m.calls[from]
	m.mu.Unlock()
	if n > 20 {
		return // or it would never come to rest
	}
	ctx := context.Background()
	_ = m.Publish(ctx, "kept.x", 1)
	_ = m.Publish(ctx, "work", 1, bus.WithID("id"+strconv.Itoa(n%3)))
	_ = m.Declare("kept."+strconv.Itoa(n%3), bus.History(bus.Keep{Count: 2, Age: time.Minute}))
	s, err := m.Subscribe("kept.*", func(context.Context, *bus.Event) error { return nil }, bus.Replay(1), bus.Debounce(time.Second), bus.Queue(""))
	if err == nil {
		s.Unsubscribe()
	}
	s, err = m.Subscribe("work", func(context.Context, *bus.Event) error { return errNo }, bus.Retry(exact(2)), bus.Concurrency(1), bus.Dedupe(bus.Window{For: time.Second}))
	if err == nil {
		if old := m.last.Swap(s); old != nil {
			old.Unsubscribe()
		}
	}
	_, _ = m.DeadLetters("")
	_, _ = m.Redrive("")
	_, _ = m.Discard("work")
	_, _ = m.Pressure("work")
	_, _ = m.Clear("kept.*")
	m.Last("kept.x")
	m.Stats()
	m.Topics()
	m.Subscriptions()
}

func (m *meddler) Now() time.Time  { m.use("Now"); return m.clock.Now() }
func (m *meddler) Wall() time.Time { m.use("Wall"); return m.clock.Wall() }
func (m *meddler) AfterFunc(d time.Duration, f func()) bus.Timer {
	m.use("AfterFunc")
	return meddlingTimer{m.clock.AfterFunc(d, f), m}
}
func (m *meddler) Frame(f func()) bus.Timer {
	m.use("Frame")
	return m.clock.AfterFunc(time.Millisecond, f)
}
func (m *meddler) Error(string, ...any) { m.use("Error") }
func (m *meddler) Load() ([]bus.Remembered, error) {
	m.use("Load")
	return []bus.Remembered{{ID: "old", At: m.clock.Now().Add(-time.Hour)}, {ID: "future", At: m.clock.Now().Add(time.Hour)}}, nil
}
func (m *meddler) Add(bus.Remembered) error { m.use("Add"); return errors.New("full") }
func (m *meddler) Remove(string) error      { m.use("Remove"); return nil }

type meddlingTimer struct {
	bus.Timer
	m *meddler
}

func (t meddlingTimer) Stop() bool { t.m.use("Stop"); return t.Timer.Stop() }

// weighed is data that says how large it is.
type weighed struct{ m *meddler }

func (s weighed) Size() int       { s.m.use("Size"); return 1 }
func (s weighed) Validate() error { s.m.use("Validate"); return nil }

// All that the bus calls of a user's may use the bus: nothing is called under a lock.
func TestWhatTheBusCallsMayUseTheBus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		m := &meddler{calls: map[string]int{}}
		key := func(name string) func(*bus.Event) string {
			return func(e *bus.Event) string { m.use(name); return strconv.FormatUint(e.Seq%3, 10) }
		}
		b := bus.New(bus.Options{
			Clock: m, Logger: m, DeadLetters: 3, SlowAfter: time.Second, Random: func() float64 { m.use("Random"); return 0.5 },
		})
		m.lab = &lab{T: t, Bus: b, clock: &m.clock, start: m.clock.Now()}
		require.NoError(t, b.Declare("kept.x", bus.History(bus.Keep{Count: 3, Age: time.Minute, Bytes: 5000})))
		topic := bus.NewTopic[weighed](b, "typed", bus.History(bus.Keep{Bytes: 1000}), bus.Validate(func(weighed) error { m.use("schema"); return nil }),
			bus.Version(2), bus.Upcast(1, func(s weighed) (weighed, error) { m.use("upcast"); return s, nil }))
		require.NoError(t, topic.Err())
		b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
			m.use("interceptor")
			return next(ctx, e)
		})
		fails := func(context.Context, *bus.Event) error { m.use("handler"); return errNo }
		retry := bus.Retry(bus.Backoff{Attempts: 3, Initial: 10 * time.Millisecond, Key: key("Backoff.Key"), Retryable: func(error) bool { m.use("Retryable"); return true }})
		filter := bus.Filter(func(*bus.Event) bool { m.use("filter"); return true })
		var all []*bus.Subscription
		for _, opts := range [][]bus.SubscribeOption{
			{retry, filter}, {retry, bus.Queue("q")}, {retry, bus.Queue("q"), bus.Concurrency(1)}, {bus.Timeout(time.Second)},
			{bus.Dedupe(bus.Window{For: time.Minute, Max: 2, Key: key("Window.Key"), Store: m}), retry},
			{bus.Concurrency(1), bus.Overflow(2, bus.Error), bus.Coalesce(key("Coalesce"))},
			{bus.Debounce(5 * time.Millisecond), bus.Coalesce(key("Coalesce")), bus.Overflow(2, bus.DropOldest)},
			{bus.Throttle(5 * time.Millisecond), bus.Coalesce(key("Coalesce")), bus.Overflow(2, bus.Latest)},
			{bus.PerFrame()}, {bus.Replay(2), filter}, {bus.Once(), bus.Timeout(time.Second)},
		} {
			s, err := b.Subscribe("*.x", fails, opts...)
			require.NoError(t, err)
			all = append(all, s)
		}
		_, err := b.Respond("ask", func(context.Context, *bus.Event) (any, error) { m.use("responder"); return nil, errNo }, bus.Concurrency(1))
		require.NoError(t, err)
		advance := func(d time.Duration) {
			synctest.Wait()
			end := m.clock.Now().Add(d)
			for due, ok := m.clock.Next(); ok && !due.After(end); due, ok = m.clock.Next() {
				m.clock.AdvanceTo(due)
				synctest.Wait()
			}
			m.clock.AdvanceTo(end)
			synctest.Wait()
		}
		for range 8 {
			for _, topic := range []string{"kept.x", "a.x"} {
				_ = b.Publish(t.Context(), topic, 1)
			}
			_ = topic.Publish(t.Context(), weighed{m})
			_ = b.Publish(t.Context(), "typed", weighed{m}, bus.WithVersion("1"))
			_, _ = b.Request(context.Background(), "ask", nil)
			advance(20 * time.Millisecond)
			_, _ = b.Redrive("", bus.RedriveRate(100))
		}
		for _, s := range all {
			s.Unsubscribe()
		}
		advance(time.Minute)
		require.NoError(t, b.Close())
		advance(24 * time.Hour)
		for _, name := range []string{
			"Now", "Wall", "AfterFunc", "Stop", "Frame", "Random", "Error", "Load", "Add", "Size", "Validate", "schema", "upcast", "interceptor",
			"handler", "responder", "filter", "Retryable", "Backoff.Key", "Window.Key", "Coalesce",
		} {
			assert.NotZero(t, m.calls[name], name)
		}
	})
}
