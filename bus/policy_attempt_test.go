package bus_test

import (
	"context"
	"errors"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

var errNo = errors.New("no")

func TestD7AttemptsAndPauses(t *testing.T) {
	second := time.Second
	for _, row := range []struct {
		name   string
		policy bus.Backoff
		fails  int
		want   []string
		dead   int
	}{
		{"succeeds at once", exact(3), 0, []string{"0 a1"}, 0},
		{"succeeds at the second attempt", exact(3), 1, []string{"0 a1", "100 a1"}, 0},
		{"three attempts by default", bus.Backoff{NoJitter: true}, 9, []string{"0 a1", "100 a1", "300 a1"}, 1},
		{"one attempt only", exact(1), 9, []string{"0 a1"}, 1},
		{"pauses double", exact(5), 4, []string{"0 a1", "100 a1", "300 a1", "700 a1", "1500 a1"}, 0},
		{"by a factor", bus.Backoff{Attempts: 4, Initial: second, Factor: 1.5, NoJitter: true}, 9,
			[]string{"0 a1", "1000 a1", "2500 a1", "4750 a1"}, 1},
		{"capped", bus.Backoff{Attempts: 5, Initial: second, Factor: 10, Max: 3 * second, NoJitter: true}, 9,
			[]string{"0 a1", "1000 a1", "4000 a1", "7000 a1", "10000 a1"}, 1},
		{"all pauses equal", bus.Backoff{Attempts: 4, Initial: second, Factor: 1, NoJitter: true}, 9,
			[]string{"0 a1", "1000 a1", "2000 a1", "3000 a1"}, 1},
		{"a cap below the first pause", bus.Backoff{Attempts: 2, Initial: second, Max: 5 * time.Millisecond, NoJitter: true}, 9,
			[]string{"0 a1", "5 a1"}, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				l.on("a", "x", failing(row.fails, errNo), bus.Retry(row.policy))
				l.publish("x", 1)
				l.advance(time.Hour)
				l.said(row.want...)
				assert.Len(t, l.letters(), row.dead)
				st := l.Stats()
				assert.EqualValues(t, row.dead, st.Dead)
				assert.EqualValues(t, 1-row.dead, st.Delivered)
				assert.EqualValues(t, len(row.want)-1, st.Retried)
				assert.Empty(t, l.codes(), "the policy sees to the failures")
			})
		})
	}
}

func TestD7APauseLongerThanTimeItself(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		s := l.on("a", "x", always(errNo), bus.Retry(bus.Backoff{
			Attempts: 1000, Initial: time.Hour, Factor: math.MaxFloat64, Max: math.MaxInt64, NoJitter: true,
		}))
		l.publish("x", 1)
		l.advance(time.Hour)
		l.advance(1000 * time.Hour)
		l.said("0 a1", "3600000 a1")
		s.Unsubscribe()
	})
}

func TestD7FullJitter(t *testing.T) {
	pauses := func(seed uint64) (all []time.Duration) {
		var mu sync.Mutex
		r := rand.New(rand.NewPCG(seed, 1))
		random := func() float64 { mu.Lock(); defer mu.Unlock(); return r.Float64() }
		inLab(t, bus.Options{Random: random}, func(l *lab) {
			var last time.Time
			_, err := l.Subscribe("x", func(context.Context, *bus.Event) error {
				now := l.clock.Now()
				if !last.IsZero() {
					all = append(all, now.Sub(last))
				}
				last = now
				return errNo
			}, bus.Retry(bus.Backoff{Attempts: 40, Max: time.Second}))
			require.NoError(t, err)
			l.publish("x", 1)
			l.advance(time.Hour)
		})
		return all
	}
	one, most, sum := pauses(1), 100*time.Millisecond, time.Duration(0)
	require.Len(t, one, 39)
	for _, d := range one {
		assert.Less(t, d, most)
		assert.GreaterOrEqual(t, d, time.Duration(0))
		most = min(2*most, time.Second)
		sum += d
	}
	assert.InDelta(t, 0.5, sum.Seconds()/36.5, 0.2, "the whole range of each pause is used")
	assert.Equal(t, one, pauses(1), "the same seed, the same pauses")
	assert.NotEqual(t, one, pauses(2))
}

func TestD7WhatIsNotRetried(t *testing.T) {
	fatal := errors.New("fatal")
	retryable := func(f func(error) bool) bus.Backoff {
		p := exact(3)
		p.Retryable = f
		return p
	}
	for _, row := range []struct {
		name   string
		err    error
		policy bus.Backoff
		tries  int
	}{
		{"permanent", bus.Permanent(errNo), exact(3), 1},
		{"permanent, wrapped", errors.Join(errors.New("while saving"), bus.Permanent(errNo)), exact(3), 1},
		{"not retryable", fatal, retryable(func(err error) bool { return !errors.Is(err, fatal) }), 1},
		{"retryable", errNo, retryable(func(err error) bool { return !errors.Is(err, fatal) }), 3},
		{"a Retryable that panics", errNo, retryable(func(error) bool { panic("boom") }), 1},
		{"a Retryable that ends the goroutine", errNo, retryable(func(error) bool { runtime.Goexit(); return true }), 1},
	} {
		for _, how := range []string{"on the publisher's goroutine", "with Concurrency"} {
			t.Run(row.name+" "+how, func(t *testing.T) {
				inLab(t, bus.Options{}, func(l *lab) {
					opts := []bus.SubscribeOption{bus.Retry(row.policy)}
					if how == "with Concurrency" {
						opts = append(opts, bus.Concurrency(1))
					}
					l.on("a", "x", always(row.err), opts...)
					go l.publish("x", 1)
					l.advance(time.Minute)
					go l.publish("x", 2)
					l.advance(time.Minute)
					l.mu.Lock()
					assert.Len(t, l.log, 2*row.tries)
					l.mu.Unlock()
					all := l.letters()
					require.Len(t, all, 2)
					assert.Equal(t, row.tries, all[0].Attempts)
					assert.ErrorIs(t, all[0].Err, row.err)
				})
			})
		}
	}
	assert.NoError(t, bus.Permanent(nil))
	assert.Equal(t, "TB_TIMEOUT", bus.Code(bus.Permanent(&bus.TimeoutError{})))
}

func TestD7PanicsAndGoexitAreRetried(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		for _, opts := range [][]bus.SubscribeOption{
			{bus.Name("here")}, {bus.Name("there"), bus.Concurrency(1)}, {bus.Name("timed"), bus.Timeout(time.Second)},
		} {
			l.on("p", "panic", func(int) error { panic("boom") }, append(opts, bus.Retry(exact(2)))...)
			l.on("g", "exit", func(int) error { runtime.Goexit(); return nil }, append(opts, bus.Retry(exact(2)))...)
		}
		after := l.on("after", "*", nil)
		go l.publish("panic", 1)
		synctest.Wait()
		go l.publish("exit", 2)
		synctest.Wait()
		after.Unsubscribe()
		l.advance(time.Minute)
		all := l.letters()
		assert.Len(t, all, 6)
		for _, d := range all {
			assert.Equal(t, "TB_PANIC", bus.Code(d.Err))
			assert.Equal(t, 2, d.Attempts)
		}
		assert.EqualValues(t, 2, l.Stats().Delivered, "the one after them")
		assert.Empty(t, l.codes())
	})
}

func TestD7OthersDoNotWait(t *testing.T) {
	for _, opts := range [][]bus.SubscribeOption{{}, {bus.Concurrency(1)}} {
		inLab(t, bus.Options{}, func(l *lab) {
			first := failing(1, errNo)
			l.on("a", "x", func(n int) error {
				if n == 1 {
					return first(n)
				}
				return nil
			}, append(opts, bus.Retry(exact(3)))...)
			l.publish("x", 1)
			l.publish("x", 2)
			l.said("0 a1", "0 a2")
			l.advance(time.Minute)
			l.said("100 a1")
		})
	}
}

func TestD7OrderIsKeptByKey(t *testing.T) {
	for _, row := range []struct {
		name string
		opts []bus.SubscribeOption
	}{{"on the publisher's goroutine", nil}, {"with Concurrency", []bus.SubscribeOption{bus.Concurrency(1)}}} {
		t.Run(row.name, func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				p := exact(3)
				p.Key = func(e *bus.Event) string { return e.Key() }
				first := failing(2, errNo)
				l.on("a", "x", func(n int) error {
					if n == 1 {
						return first(n)
					}
					return nil
				}, append(row.opts, bus.Retry(p))...)
				for n := 1; n <= 8; n++ {
					key := []string{"odd", "even"}[(n+1)%2]
					if n == 8 {
						l.publish("x", n) // without a key
						continue
					}
					l.publish("x", n, bus.WithKey(key))
				}
				l.said("0 a1", "0 a2", "0 a4", "0 a6", "0 a8")
				info := l.Subscriptions()[0]
				assert.Equal(t, 1, info.Paused)
				assert.Equal(t, 3, info.Waiting)
				l.advance(99 * time.Millisecond)
				l.publish("x", 9, bus.WithKey("odd"))
				l.said()
				l.advance(time.Minute)
				l.said("100 a1", "300 a1", "300 a3", "300 a5", "300 a7", "300 a9")
				info = l.Subscriptions()[0]
				assert.Zero(t, info.Paused+info.Waiting+info.Running)
				l.publish("x", 11, bus.WithKey("odd"))
				l.said("60099 a11")
			})
		})
	}
}

func TestD7AKeyGoesOnAfterItsDeadLetter(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		p := exact(2)
		p.Key = func(*bus.Event) string { return "all" }
		l.on("a", "x", func(n int) error {
			if n%2 == 1 {
				return errNo
			}
			return nil
		}, bus.Retry(p))
		for n := 1; n <= 4; n++ {
			l.publish("x", n)
		}
		l.advance(time.Minute)
		l.said("0 a1", "100 a1", "100 a2", "100 a3", "200 a3", "200 a4")
		assert.Len(t, l.letters(), 2)
	})
}

func TestD7WhatWaitsBehindAKeyIsBounded(t *testing.T) {
	for _, row := range []struct {
		policy  bus.Policy
		want    []string
		dropped uint64
		codes   []string
	}{
		{bus.DropNewest, []string{"100 a1", "100 a2", "100 a3"}, 2, nil},
		{bus.DropOldest, []string{"100 a1", "100 a4", "100 a5"}, 2, nil},
		{bus.Latest, []string{"100 a1", "100 a4", "100 a5"}, 2, nil},
		{bus.Error, []string{"100 a1", "100 a2", "100 a3"}, 2, []string{"TB_OVERFLOW", "TB_OVERFLOW"}},
	} {
		t.Run(row.policy.String(), func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				p := exact(2)
				p.Key = func(*bus.Event) string { return "all" }
				s := l.on("a", "x", failingOnly(1), bus.Retry(p), bus.Overflow(2, row.policy))
				for n := 1; n <= 5; n++ {
					l.publish("x", n)
				}
				l.said("0 a1")
				l.advance(time.Minute)
				l.said(row.want...)
				assert.Equal(t, row.dropped, s.Dropped())
				assert.Equal(t, row.codes, l.codes())
			})
		})
	}
}

// failingOnly fails the first attempt of this number.
func failingOnly(n int) func(int) error {
	first := failing(1, errNo)
	return func(m int) error {
		if m == n {
			return first(m)
		}
		return nil
	}
}

func TestD7RetriesHaveTheValuesOfThePublish(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		type key struct{}
		var seen []any
		_, err := l.Subscribe("x", func(ctx context.Context, e *bus.Event) error {
			seen = append(seen, ctx.Value(key{}))
			return l.Publish(ctx, "y", nil)
		}, bus.Retry(exact(2)))
		require.NoError(t, err)
		var causes []string
		fails := failing(1, errNo)
		_, err = l.Subscribe("y", func(_ context.Context, e *bus.Event) error {
			causes = append(causes, e.CausationID())
			return nil
		})
		require.NoError(t, err)
		_, err = l.Subscribe("z", func(ctx context.Context, e *bus.Event) error {
			seen = append(seen, ctx.Value(key{}))
			assert.NoError(t, ctx.Err(), "the publisher's cancellation is not the retry's")
			require.NoError(t, l.Publish(ctx, "y", nil))
			return fails(0)
		}, bus.Retry(exact(2)))
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(context.WithValue(context.Background(), key{}, "v"))
		require.NoError(t, l.Publish(ctx, "z", nil, bus.WithID("cause")))
		cancel()
		l.advance(time.Minute)
		assert.Equal(t, []any{"v", "v"}, seen)
		assert.Equal(t, []string{"cause", "cause"}, causes)
	})
}

func TestD7TheTimeOfDayDoesNotMatter(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", always(errNo), bus.Retry(exact(3)), bus.Dedupe(bus.Window{For: time.Hour}))
		l.publish("x", 1, bus.WithID("one"))
		l.advance(50 * time.Millisecond)
		l.clock.JumpWall(-365 * 24 * time.Hour)
		l.publish("x", 2, bus.WithID("one"))
		l.advance(49 * time.Millisecond)
		l.said("0 a1")
		l.advance(time.Millisecond)
		l.said("100 a1")
		l.clock.JumpWall(2 * 365 * 24 * time.Hour)
		l.advance(time.Minute)
		l.said("300 a1")
		d := l.letters()[0]
		assert.True(t, d.First.Equal(l.start), "dated by the time of day: %v", d.First)
		assert.True(t, d.Last.Equal(l.start.Add(365*24*time.Hour+300*time.Millisecond)), "%v", d.Last)
	})
}
