package bus_test

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

type placed struct {
	ID    string
	Total float64
}

func TestTypedOrder(t *testing.T) {
	// D3 and D1 across typed and untyped subscribers.
	b := bus.New(bus.Options{})
	defer b.Close()
	orders := bus.NewTopic[placed](b, "order.placed")
	require.NoError(t, orders.Err())
	var log []string
	typed := func(name string) {
		_, err := orders.Subscribe(func(ctx context.Context, p placed) error {
			log = append(log, name+p.ID)
			if p.ID == "1" {
				return orders.Publish(ctx, placed{ID: "2"})
			}
			return nil
		})
		require.NoError(t, err)
	}
	typed("t")
	require.NoError(t, orders.Publish(t.Context(), placed{ID: "1"}))
	assert.Equal(t, []string{"t1", "t2"}, log)
	log = nil
	_, err := b.Subscribe("order.*", func(_ context.Context, e *bus.Event) error {
		p, err := bus.As[placed](e)
		log = append(log, "u"+p.ID)
		return err
	})
	require.NoError(t, err)
	_, err = orders.SubscribeFunc(func(p placed) { log = append(log, "f"+p.ID) })
	require.NoError(t, err)
	require.NoError(t, orders.Publish(t.Context(), placed{ID: "1"}))
	assert.Equal(t, []string{"t1", "u1", "f1", "t2", "u2", "f2"}, log)
}

func TestTypedFromUntyped(t *testing.T) {
	var f failures
	b := bus.New(bus.Options{OnError: f.note})
	defer b.Close()
	orders := bus.NewTopic[placed](b, "order.placed")
	var got []placed
	_, err := orders.SubscribeFunc(func(p placed) { got = append(got, p) })
	require.NoError(t, err)
	_, err = orders.Subscribe(func(_ context.Context, p placed) error { got = append(got, p); return nil })
	require.NoError(t, err)
	require.NoError(t, b.Publish(t.Context(), "order.placed", placed{ID: "1"}))
	assert.Equal(t, []placed{{ID: "1"}, {ID: "1"}}, got)
	require.NoError(t, b.Publish(t.Context(), "order.placed", "text"))
	assert.Equal(t, []string{"TB_PAYLOAD", "TB_PAYLOAD"}, f.codes())
	other := bus.NewTopic[int](b, "order.placed")
	require.NoError(t, other.Publish(t.Context(), 1), "a topic of another type is the subscribers' failure too")
	assert.Len(t, f.codes(), 4)
}

func TestTypedWrongName(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	for _, name := range []string{"", "a..b", "a.*", ">", "$bus.error"} {
		topic := bus.NewTopic[int](b, name)
		for _, err := range []error{topic.Err(), topic.Publish(t.Context(), 1),
			second(topic.Subscribe(func(context.Context, int) error { return nil })), second(topic.SubscribeFunc(func(int) {}))} {
			assert.Equal(t, "TB_TOPIC", bus.Code(err), name)
		}
	}
	assert.Equal(t, "TB_OPTION", bus.Code(bus.NewTopic[int](nil, "a").Publish(t.Context(), 1)))
	topic := bus.NewTopic[int](b, "a")
	assert.Equal(t, "a", topic.Name())
	assert.Equal(t, "TB_OPTION", bus.Code(second(topic.Subscribe(nil))))
	assert.Equal(t, "TB_OPTION", bus.Code(second(topic.SubscribeFunc(nil))))
	assert.Equal(t, "TB_OPTION", bus.Code(topic.Publish(noContext, 1)))
}

func second[T any](_ T, err error) error { return err }

func TestTypedIsolation(t *testing.T) {
	// D4 for each kind of typed handler, alone and mixed.
	for _, kind := range []string{"plain", "context", "mixed"} {
		t.Run("D4/"+kind, func(t *testing.T) {
			b := bus.New(bus.Options{})
			defer b.Close()
			topic := bus.NewTopic[int](b, "a")
			var log []string
			var told []*bus.Failure
			_, err := b.Subscribe(bus.ErrorTopic, func(_ context.Context, e *bus.Event) error {
				log = append(log, "told")
				told = append(told, e.Data.(*bus.Failure))
				return nil
			})
			require.NoError(t, err)
			subscribe := func(name string, act func()) {
				var err error
				if kind == "plain" || kind == "mixed" && len(name)%2 == 0 {
					_, err = topic.SubscribeFunc(func(int) { log = append(log, name); act() })
				} else {
					_, err = topic.Subscribe(func(context.Context, int) error { log = append(log, name); act(); return nil })
				}
				require.NoError(t, err)
			}
			subscribe("1", func() {})
			subscribe("22", func() { panic("boom") })
			subscribe("333", func() { panic(errors.New("boom")) })
			subscribe("4444", func() {})
			require.NoError(t, topic.Publish(t.Context(), 5))
			assert.Equal(t, []string{"1", "22", "333", "4444", "told", "told"}, log)
			require.Len(t, told, 2)
			assert.Equal(t, 5, told[0].Event.Data)
			assert.Equal(t, told[0].Event.ID(), told[1].Event.ID(), "two failures of one event")
			var pe *bus.PanicError
			require.ErrorAs(t, told[0].Err, &pe)
			assert.Equal(t, "boom", pe.Value)
			assert.Contains(t, string(pe.Stack), "TestTypedIsolation")
			st := b.Stats()
			assert.EqualValues(t, 1, st.Published)
			assert.EqualValues(t, 2, st.Failed)
			assert.EqualValues(t, 4, st.Delivered, "two handlers, and two reports")

			log = nil
			subscribe("55555", func() { runtime.Goexit() })
			subscribe("666666", func() {})
			done := make(chan struct{})
			go func() {
				defer close(done)
				_ = topic.Publish(context.Background(), 5)
				t.Error("Goexit did not end the goroutine")
			}()
			<-done
			assert.Equal(t, []string{"1", "22", "333", "4444", "55555", "666666", "told", "told", "told"}, log)
		})
	}
}

func TestTypedErrorsAndRemoval(t *testing.T) {
	var f failures
	b := bus.New(bus.Options{OnError: f.note})
	defer b.Close()
	topic := bus.NewTopic[int](b, "a")
	var log []string
	var later *bus.Subscription
	_, err := topic.Subscribe(func(context.Context, int) error {
		later.Unsubscribe()
		return errors.New("no")
	})
	require.NoError(t, err)
	later, err = topic.Subscribe(func(context.Context, int) error { log = append(log, "removed"); return nil })
	require.NoError(t, err)
	_, err = topic.Subscribe(func(context.Context, int) error { log = append(log, "last"); return nil })
	require.NoError(t, err)
	require.NoError(t, topic.Publish(t.Context(), 1))
	assert.Equal(t, []string{"last"}, log)
	assert.Equal(t, []string{""}, f.codes())
	st := b.Stats()
	assert.EqualValues(t, 1, st.Delivered)
	assert.EqualValues(t, 1, st.Failed)
}

func TestTypedSeesEveryChange(t *testing.T) {
	// The compiled route must notice subscriptions, interceptors and the end of the bus.
	b := bus.New(bus.Options{})
	topic := bus.NewTopic[int](b, "a")
	plain, wild, seen := 0, 0, 0
	_, err := topic.SubscribeFunc(func(int) { plain++ })
	require.NoError(t, err)
	publish := func(p, w, s int) {
		t.Helper()
		require.NoError(t, topic.Publish(t.Context(), 1))
		require.Equal(t, []int{p, w, s}, []int{plain, wild, seen})
	}
	publish(1, 0, 0)
	sub, err := b.Subscribe(">", func(context.Context, *bus.Event) error { wild++; return nil })
	require.NoError(t, err)
	publish(2, 1, 0)
	remove := b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		seen++
		return next(ctx, e)
	})
	publish(3, 2, 1)
	sub.Unsubscribe()
	publish(4, 2, 2)
	remove()
	publish(5, 2, 2)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	err = topic.Publish(ctx, 1)
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, "TB_CANCELED", bus.Code(err))
	require.NoError(t, b.Close())
	assert.ErrorIs(t, topic.Publish(t.Context(), 1), bus.ErrClosed)
	assert.Equal(t, 5, plain)
}

func TestTypedCauses(t *testing.T) {
	// A typed event takes its number only when something is caused by it.
	b := bus.New(bus.Options{})
	defer b.Close()
	topic := bus.NewTopic[int](b, "a")
	_, err := topic.Subscribe(func(ctx context.Context, v int) error {
		if err := b.Publish(ctx, "b", v); err != nil {
			return err
		}
		return b.Publish(ctx, "c", v)
	})
	require.NoError(t, err)
	var caused []*bus.Event
	_, err = b.Subscribe("*", func(_ context.Context, e *bus.Event) error { caused = append(caused, e); return nil },
		bus.Filter(func(e *bus.Event) bool { return e.Topic != "a" }))
	require.NoError(t, err)
	require.NoError(t, topic.Publish(t.Context(), 1))
	require.Len(t, caused, 2)
	assert.NotEmpty(t, caused[0].CausationID())
	assert.Equal(t, caused[0].CausationID(), caused[1].CausationID())
	assert.Equal(t, caused[0].CausationID(), caused[0].CorrelationID())
	assert.NotEqual(t, caused[0].ID(), caused[1].ID())
}

func TestTypedConcurrent(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	const publishers, events = 4, 2000
	topic := bus.NewTopic[int](b, "a")
	var mu sync.Mutex
	sum := 0
	_, err := topic.SubscribeFunc(func(v int) { mu.Lock(); sum += v; mu.Unlock() })
	require.NoError(t, err)
	var wg sync.WaitGroup
	for range publishers {
		wg.Go(func() {
			for range events {
				if err := topic.Publish(context.Background(), 1); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for i := range 100 {
				s, err := b.Subscribe([]string{"a", "*"}[i%2], nothing)
				if err != nil {
					t.Error(err)
					return
				}
				s.Unsubscribe()
			}
		})
	}
	wg.Wait()
	assert.Equal(t, publishers*events, sum)
	assert.EqualValues(t, publishers*events, b.Stats().Published)
}

func TestTypedAllocations(t *testing.T) {
	if raceEnabled {
		return // the race detector allocates; the same test runs without it
	}
	ctx := context.Background()
	for _, n := range []int{0, 1, 10} {
		for kind, want := range map[string]float64{"plain": 0, "context": 1} {
			if n == 0 && kind == "context" {
				continue
			}
			t.Run(kind+" "+strconv.Itoa(n), func(t *testing.T) {
				b := bus.New(bus.Options{})
				defer b.Close()
				topic := bus.NewTopic[placed](b, "order.placed")
				total := 0.0
				for range n {
					var err error
					if kind == "plain" {
						_, err = topic.SubscribeFunc(func(p placed) { total += p.Total })
					} else {
						_, err = topic.Subscribe(func(_ context.Context, p placed) error { total += p.Total; return nil })
					}
					require.NoError(t, err)
				}
				got := testing.AllocsPerRun(1000, func() {
					if err := topic.Publish(ctx, placed{"id", 1}); err != nil {
						t.Error(err)
					}
				})
				assert.Equal(t, want, got)
			})
		}
	}
}
