package bus_test

import (
	"context"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

const tenth = 100 * time.Millisecond

func byKey(e *bus.Event) string { return e.Key() }

func TestD10Debounce(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", nil, bus.Debounce(tenth))
		for n := 1; n <= 5; n++ {
			l.publish("x", n)
			l.advance(99 * time.Millisecond)
		}
		l.said()
		l.advance(time.Millisecond)
		l.said("496 a5")
		l.publish("x", 6)
		l.advance(time.Minute)
		l.said("596 a6")
		st := l.Stats()
		assert.EqualValues(t, 4, st.Coalesced)
		assert.EqualValues(t, 2, st.Delivered)
	})
}

func TestD10DebounceByKey(t *testing.T) {
	for name, opts := range map[string][]bus.SubscribeOption{"": nil, "with Concurrency": {bus.Concurrency(1)}} {
		t.Run(name, func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				l.on("a", "x", nil, append(opts, bus.Debounce(tenth), bus.Coalesce(byKey))...)
				l.publish("x", 1, bus.WithKey("k"))
				l.advance(10 * time.Millisecond)
				l.publish("x", 2, bus.WithKey("l"))
				l.advance(10 * time.Millisecond)
				l.publish("x", 3, bus.WithKey("l"))
				l.publish("x", 4) // without a key it is left alone
				l.advance(time.Minute)
				l.said("20 a4", "100 a1", "120 a3")
			})
		})
	}
}

func TestD10Throttle(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", nil, bus.Throttle(tenth))
		l.on("after", "x", func(int) error { return nil })
		for n := 1; n <= 3; n++ {
			l.publish("x", n)
			l.advance(40 * time.Millisecond)
		}
		l.said("0 a1", "0 after1", "40 after2", "80 after3", "100 a3")
		l.publish("x", 4)
		l.advance(80 * time.Millisecond)
		l.said("120 after4", "200 a4")
		l.advance(time.Minute)
		l.publish("x", 5)
		l.said("60200 a5", "60200 after5")
	})
}

func TestD10PerFrameWithoutAPage(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", nil, bus.PerFrame(), bus.Coalesce(byKey))
		for n := range 100 {
			l.publish("x", n, bus.WithKey("k"))
			l.advance(time.Millisecond)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		assert.Len(t, l.log, 5)
		assert.Equal(t, "16 a16", l.log[0])
	})
}

// frames is a clock of a page that paints when the test says so.
type frames struct {
	bus.Clock
	next []func()
}

type frame struct{ at *func() }

func (f frame) Stop() bool { *f.at = func() {}; return true }

func (f *frames) Frame(call func()) bus.Timer {
	f.next = append(f.next, call)
	return frame{&f.next[len(f.next)-1]}
}

func (f *frames) paint() {
	now := f.next
	f.next = nil
	for _, call := range now {
		call()
	}
}

func TestD10PerFrameOfAPage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := &frames{}
		b := bus.New(bus.Options{Clock: struct {
			bus.Clock
			*frames
		}{systemClockOfTests{}, clock}})
		defer b.Close()
		var got []any
		_, err := b.Subscribe("x", func(_ context.Context, e *bus.Event) error { got = append(got, e.Data); return nil }, bus.PerFrame())
		require.NoError(t, err)
		for n := range 3 {
			require.NoError(t, b.Publish(t.Context(), "x", n))
		}
		synctest.Wait()
		assert.Empty(t, got)
		clock.paint()
		synctest.Wait()
		assert.Equal(t, []any{2}, got)
		clock.paint()
		require.NoError(t, b.Publish(t.Context(), "x", 3))
		clock.paint()
		synctest.Wait()
		assert.Equal(t, []any{2, 3}, got)
	})
}

type systemClockOfTests struct{}

func (systemClockOfTests) Now() time.Time                                { return time.Now() }
func (systemClockOfTests) AfterFunc(d time.Duration, f func()) bus.Timer { return time.AfterFunc(d, f) }

func TestD10CoalesceInAQueue(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		hold := make(chan struct{})
		s := l.on("a", "x", func(n int) error {
			if n == 0 {
				<-hold
			}
			return nil
		}, bus.Concurrency(1), bus.Coalesce(byKey), bus.Overflow(3, bus.Error))
		l.publish("x", 0)
		synctest.Wait()
		for n := 1; n <= 9; n++ {
			l.publish("x", n, bus.WithKey([]string{"k", "l", "m"}[n%3]))
		}
		assert.EqualValues(t, 6, l.Stats().Coalesced)
		assert.Zero(t, s.Dropped())
		assert.Equal(t, 3, l.Subscriptions()[0].Waiting)
		close(hold)
		l.said("0 a0", "0 a7", "0 a8", "0 a9")
		l.publish("x", 10, bus.WithKey("k"))
		l.said("0 a10")
		l.advance(time.Minute)
	})
}

func TestD10CoalesceManyKeys(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		hold := make(chan struct{})
		seen := map[int]int{}
		_, err := l.Subscribe("x", func(_ context.Context, e *bus.Event) error {
			<-hold
			seen[number(e)]++
			return nil
		}, bus.Concurrency(1), bus.Coalesce(byKey), bus.Overflow(10, bus.DropOldest))
		require.NoError(t, err)
		for n := range 1000 {
			l.publish("x", n, bus.WithKey(strconv.Itoa(n/2%300)))
			synctest.Wait()
		}
		close(hold)
		synctest.Wait()
		st := l.Stats()
		assert.EqualValues(t, 1000, st.Delivered+st.Coalesced+st.Dropped)
		assert.Len(t, seen, int(st.Delivered))
		assert.EqualValues(t, 11, st.Delivered)
	})
}

func TestD10PacersAreBounded(t *testing.T) {
	for _, row := range []struct {
		policy bus.Policy
		want   []string
		codes  []string
	}{
		{bus.Error, []string{"100 a1", "100 a2"}, []string{"TB_OVERFLOW"}},
		{bus.Block, []string{"100 a1", "100 a2"}, []string{"TB_OVERFLOW"}},
		{bus.DropNewest, []string{"100 a1", "100 a2"}, nil},
		{bus.DropOldest, []string{"100 a2", "100 a3"}, nil},
		{bus.Latest, []string{"100 a3"}, nil},
	} {
		t.Run(row.policy.String(), func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				s := l.on("a", "x", nil, bus.Debounce(tenth), bus.Coalesce(byKey), bus.Overflow(2, row.policy))
				for n := 1; n <= 3; n++ {
					l.publish("x", n, bus.WithKey(strconv.Itoa(n)))
				}
				l.advance(tenth)
				l.mu.Lock()
				assert.ElementsMatch(t, row.want, l.log)
				l.mu.Unlock()
				assert.EqualValues(t, 3-len(row.want), s.Dropped())
				assert.Equal(t, row.codes, l.codes())
			})
		})
	}
}

func TestD10PacedIntoAFullQueue(t *testing.T) {
	for policy, want := range map[bus.Policy][]string{
		bus.Block:      {"100 a1", "100 a2", "100 a3", "100 a4"},
		bus.DropNewest: {"100 a1", "100 a2"},
	} {
		t.Run(policy.String(), func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				hold := make(chan struct{})
				l.on("a", "x", func(int) error { <-hold; return nil },
					bus.Debounce(time.Millisecond), bus.Coalesce(byKey), bus.Concurrency(1), bus.Overflow(1, policy))
				for n := 1; n <= 4; n++ {
					l.publish("x", n, bus.WithKey(strconv.Itoa(n)))
					l.advance(25 * time.Millisecond)
				}
				close(hold)
				synctest.Wait()
				l.mu.Lock()
				assert.Len(t, l.log, len(want))
				l.mu.Unlock()
			})
		})
	}
}

func TestD10PacingEndsWithTheSubscription(t *testing.T) {
	for name, pace := range map[string]bus.SubscribeOption{"debounce": bus.Debounce(tenth), "throttle": bus.Throttle(tenth)} {
		t.Run(name, func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				s := l.on("a", "x", nil, pace)
				l.publish("x", 1)
				l.publish("x", 2)
				s.Unsubscribe()
				assert.Zero(t, l.clock.Pending())
				l.advance(time.Minute)
				l.mu.Lock()
				assert.NotContains(t, l.log, "100 a2")
				l.mu.Unlock()
			})
		})
	}
}

func TestD10PacedOnceFailsAndIsRetried(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", failing(1, errNo), bus.Debounce(tenth), bus.Once(), bus.Retry(exact(2)), bus.Timeout(time.Second))
		l.publish("x", 1)
		l.publish("x", 2)
		l.advance(time.Minute)
		l.said("100 a1", "200 a1")
	})
}
