package bus_test

import (
	"context"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// told collects what is published on one of the bus's own topics.
func told[T any](l *lab, topic string) *[]T {
	all := new([]T)
	_, err := l.Subscribe(topic, func(_ context.Context, e *bus.Event) error {
		v, err := bus.As[*T](e)
		if err == nil {
			*all = append(*all, *v)
		}
		return err
	})
	require.NoError(l.T, err)
	return all
}

func TestD10PressureIsTold(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		pressure := told[bus.Pressure](l, bus.PressureTopic)
		next := make(chan struct{})
		l.on("a", "x.*", func(int) error { <-next; return nil }, bus.Concurrency(1), bus.Overflow(8, bus.DropNewest), bus.Name("mine"))
		full := func() float64 {
			p, err := l.Pressure("x.y")
			require.NoError(t, err)
			return p
		}
		assert.Zero(t, full())
		for n := range 6 {
			l.publish("x.y", n)
			synctest.Wait()
		}
		l.advance(10 * time.Millisecond)
		assert.Empty(t, *pressure, "five wait")
		l.publish("x.y", 6)
		high := bus.Pressure{Pattern: "x.*", Subscription: "mine", Waiting: 6, Limit: 8, High: true, Oldest: 10 * time.Millisecond}
		assert.Equal(t, []bus.Pressure{high}, *pressure)
		assert.Equal(t, 0.75, full())
		l.publish("x.y", 7)
		l.publish("x.y", 8)
		l.publish("x.y", 9)
		assert.Len(t, *pressure, 1, "told once")
		assert.Equal(t, 1.0, full())
		for range 6 {
			assert.Len(t, *pressure, 1)
			next <- struct{}{}
			synctest.Wait()
		}
		low := bus.Pressure{Pattern: "x.*", Subscription: "mine", Waiting: 2, Limit: 8}
		require.Len(t, *pressure, 2)
		(*pressure)[1].Oldest = 0
		assert.Equal(t, low, (*pressure)[1])
		close(next)
		l.advance(time.Minute)
		assert.Len(t, *pressure, 2)
		_, err := l.Pressure("a..b")
		assert.Equal(t, "TB_TOPIC", bus.Code(err))
	})
}

func TestD10PressureOfGroupsAndLines(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		hold := make(chan struct{})
		for range 2 {
			l.on("a", "x", func(int) error { <-hold; return nil }, bus.Concurrency(1), bus.Overflow(4, bus.Error), bus.Queue("g"))
		}
		p := exact(3)
		p.Key = func(*bus.Event) string { return "k" }
		l.on("b", "y", always(errNo), bus.Retry(p), bus.Overflow(10, bus.Error))
		for n := range 6 {
			l.publish("x", n)
			synctest.Wait()
			l.publish("y", n)
		}
		of := func(topic string) float64 {
			p, err := l.Pressure(topic)
			require.NoError(t, err)
			return p
		}
		assert.Equal(t, 0.5, of("x"))
		assert.Equal(t, 0.5, of("y"))
		close(hold)
	})
}

// TestD10APressureHandlerThatEndsItsGoroutine: it runs on a goroutine that works for the queue.
func TestD10APressureHandlerThatEndsItsGoroutine(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		_, err := l.Subscribe(bus.PressureTopic, func(context.Context, *bus.Event) error { runtime.Goexit(); return nil })
		require.NoError(t, err)
		hold := make(chan struct{})
		l.on("a", "x", func(int) error { <-hold; return nil }, bus.Concurrency(1), bus.Overflow(4, bus.DropNewest))
		for n := range 5 {
			go l.publish("x", n)
			synctest.Wait()
		}
		close(hold)
		l.said("0 a0", "0 a1", "0 a2", "0 a3", "0 a4")
		assert.Equal(t, []string{"TB_PANIC", "TB_PANIC"}, l.codes())
	})
}

func TestD10SlowSubscribersAreReported(t *testing.T) {
	inLab(t, bus.Options{SlowAfter: time.Second}, func(l *lab) {
		slow := told[bus.Pressure](l, bus.SlowTopic)
		next := make(chan struct{})
		l.on("a", "x", func(int) error { <-next; return nil }, bus.Concurrency(1), bus.Name("mine"))
		step := func() { next <- struct{}{}; synctest.Wait() }
		for n := range 3 {
			l.publish("x", n)
			l.advance(400 * time.Millisecond)
		}
		assert.Empty(t, *slow, "the oldest came at 400 ms")
		l.advance(199 * time.Millisecond)
		assert.Empty(t, *slow)
		l.advance(time.Millisecond)
		assert.Equal(t, []bus.Pressure{{Pattern: "x", Subscription: "mine", Waiting: 2, Limit: bus.DefaultQueue, Oldest: time.Second}}, *slow)
		info := l.Subscriptions()[1]
		assert.Equal(t, []any{1, 2, time.Second}, []any{info.Running, info.Waiting, info.Oldest})
		l.advance(time.Hour)
		assert.Len(t, *slow, 1, "once")
		step()
		step() // now the queue is empty
		l.publish("x", 3)
		l.advance(999 * time.Millisecond)
		assert.Len(t, *slow, 1)
		l.advance(time.Millisecond)
		assert.Len(t, *slow, 2)
		step()
		step()
		l.publish("x", 4)
		step()
		l.advance(time.Minute)
		assert.Len(t, *slow, 2)
		assert.Zero(t, l.clock.Pending())
	})
	inLab(t, bus.Options{SlowAfter: -1}, func(l *lab) {
		slow := told[bus.Pressure](l, bus.SlowTopic)
		hold := make(chan struct{})
		l.on("a", "x", func(int) error { <-hold; return nil }, bus.Concurrency(1))
		l.publish("x", 1)
		synctest.Wait()
		l.publish("x", 2)
		l.advance(time.Hour)
		assert.Empty(t, *slow)
		close(hold)
	})
}

func TestD10IteratorsObeyTheSame(t *testing.T) {
	inLab(t, bus.Options{SlowAfter: time.Second}, func(l *lab) {
		pressure, slow := told[bus.Pressure](l, bus.PressureTopic), told[bus.Pressure](l, bus.SlowTopic)
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		all := l.Events(ctx, "x", bus.Overflow(4, bus.DropOldest), bus.Coalesce(byKey), bus.Name("loop"))
		for n := range 6 {
			l.publish("x", n)
		}
		l.publish("x", 6, bus.WithKey("k"))
		l.publish("x", 7, bus.WithKey("k"))
		l.advance(time.Second)
		require.Len(t, *slow, 1)
		assert.Equal(t, bus.Pressure{Pattern: "x", Subscription: "loop", Waiting: 4, Limit: 4, High: true, Oldest: time.Second}, (*slow)[0])
		var got []int
		for e := range all {
			if got = append(got, number(e)); len(got) == 4 {
				break
			}
		}
		assert.Equal(t, []int{3, 4, 5, 7}, got)
		st := l.Stats()
		assert.EqualValues(t, 3, st.Dropped)
		assert.EqualValues(t, 1, st.Coalesced)
		assert.Len(t, *pressure, 2, "high and low")
	})
	inLab(t, bus.Options{}, func(l *lab) {
		ctx, cancel := context.WithCancel(context.Background())
		var got []int
		go func() {
			for e := range l.Events(ctx, "x", bus.Debounce(tenth)) {
				got = append(got, number(e))
			}
			l.say("end")
		}()
		synctest.Wait()
		for n := range 3 {
			l.publish("x", n)
		}
		l.advance(tenth)
		assert.Equal(t, []int{2}, got)
		l.publish("x", 3)
		cancel()
		l.advance(tenth)
		l.said("100 end")
		assert.Equal(t, []int{2}, got)
	})
}

func TestD10BlockedPublishersGoOn(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		next := make(chan struct{})
		s := l.on("a", "x", func(int) error { <-next; return nil }, bus.Concurrency(1), bus.Overflow(1, bus.Block), bus.Retry(exact(2)))
		for n := range 5 {
			go func() {
				l.publish("x", n)
				l.say("published")
			}()
			synctest.Wait()
		}
		l.mu.Lock()
		assert.ElementsMatch(t, []string{"0 a0", "0 published", "0 published"}, l.log, "one is handled, one waits")
		l.mu.Unlock()
		next <- struct{}{}
		next <- struct{}{}
		synctest.Wait()
		s.Unsubscribe()
		close(next)
		synctest.Wait()
		assert.Zero(t, s.Dropped())
		assert.Empty(t, l.codes())
	})
}
