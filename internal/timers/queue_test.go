package timers_test

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/internal/timers"
)

func TestQueueAgainstASortedList(t *testing.T) {
	for seed := range uint64(50) {
		random := rand.New(rand.NewPCG(seed, 0))
		var q timers.Queue
		var model []*timers.Timer // in the order of Take
		for range 2000 {
			switch n := random.IntN(10); {
			case n < 5:
				one := &timers.Timer{Due: time.Duration(random.IntN(50))}
				q.Add(one)
				at := slices.IndexFunc(model, func(other *timers.Timer) bool { return other.Due > one.Due })
				if at < 0 {
					at = len(model)
				}
				model = slices.Insert(model, at, one)
			case n < 7 && len(model) > 0:
				i := random.IntN(len(model))
				require.True(t, q.Remove(model[i]))
				require.False(t, q.Remove(model[i]), "removed twice")
				model = slices.Delete(model, i, i+1)
			default:
				at := time.Duration(random.IntN(50))
				got := q.Take(at)
				if len(model) == 0 || model[0].Due > at {
					require.Nil(t, got)
					continue
				}
				require.Same(t, model[0], got)
				model = model[1:]
				if random.IntN(4) == 0 { // a timer may be used again
					got.Due = 50
					q.Add(got)
					model = append(model, got)
				}
			}
			require.Equal(t, len(model), q.Len())
			if len(model) > 0 {
				require.Same(t, model[0], q.Next())
			}
		}
	}
}

func TestQueueWorstOrders(t *testing.T) {
	const n = 50_000
	for name, due := range map[string]func(i int) time.Duration{
		"rising":  func(i int) time.Duration { return time.Duration(i) },
		"falling": func(i int) time.Duration { return time.Duration(n - i) },
		"equal":   func(int) time.Duration { return 0 },
	} {
		t.Run(name, func(t *testing.T) {
			var q timers.Queue
			for i := range n {
				q.Add(&timers.Timer{Due: due(i)})
			}
			last := time.Duration(-1)
			for range n {
				one := q.Take(n)
				require.GreaterOrEqual(t, one.Due, last)
				last = one.Due
			}
			require.Zero(t, q.Len())
			require.Nil(t, q.Next())
		})
	}
}

func TestQueueAllocatesNothing(t *testing.T) {
	var q timers.Queue
	one, two := &timers.Timer{Due: 1}, &timers.Timer{Due: 2}
	require.Zero(t, testing.AllocsPerRun(100, func() {
		q.Add(two)
		q.Add(one)
		q.Take(1)
		q.Remove(two)
	}))
}
