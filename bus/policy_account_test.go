package bus_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// TestD7EveryEventIsAccountedFor: handlers fail at random by a seed, and each event ends in exactly one place.
func TestD7EveryEventIsAccountedFor(t *testing.T) {
	group := bus.Queue("g")
	key := bus.Backoff{Attempts: 3, Initial: time.Millisecond, Key: func(e *bus.Event) string { return e.Key() }}
	plain := bus.Backoff{Attempts: 3, Initial: time.Millisecond}
	for _, row := range []struct {
		name    string
		members int
		opts    []bus.SubscribeOption
	}{
		{"on the publisher's goroutine", 1, []bus.SubscribeOption{bus.Retry(plain)}},
		{"in order by key", 1, []bus.SubscribeOption{bus.Retry(key), bus.Overflow(100, bus.DropOldest)}},
		{"one at a time", 1, []bus.SubscribeOption{bus.Retry(plain), bus.Concurrency(1), bus.Overflow(300, bus.DropNewest)}},
		{"several at a time, by key", 1, []bus.SubscribeOption{bus.Retry(key), bus.Concurrency(4), bus.Overflow(300, bus.DropOldest)}},
		{"the latest only", 1, []bus.SubscribeOption{bus.Retry(plain), bus.Concurrency(2), bus.Overflow(300, bus.Latest)}},
		{"refused with an error", 1, []bus.SubscribeOption{bus.Retry(plain), bus.Concurrency(2), bus.Overflow(300, bus.Error)}},
		{"blocking", 1, []bus.SubscribeOption{bus.Retry(key), bus.Concurrency(3), bus.Overflow(10, bus.Block)}},
		{"deduped and in time", 1, []bus.SubscribeOption{bus.Retry(plain), bus.Dedupe(bus.Window{Max: 20_000}), bus.Timeout(time.Second)}},
		{"a queue group", 3, []bus.SubscribeOption{bus.Retry(plain), group, bus.Concurrency(2), bus.Overflow(200, bus.DropNewest)}},
		{"a queue group, by key, deduped", 3, []bus.SubscribeOption{bus.Retry(key), group, bus.Dedupe(bus.Window{Max: 20_000})}},
	} {
		t.Run(row.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { account(t, 7, row.members, row.opts) })
		})
	}
}

func account(t *testing.T, seed uint64, members int, opts []bus.SubscribeOption) {
	const publishers, each = 4, 2500
	var mu sync.Mutex
	random := rand.New(rand.NewPCG(seed, seed))
	chance := func() float64 { mu.Lock(); defer mu.Unlock(); return random.Float64() }
	b := bus.New(bus.Options{DeadLetters: publishers * each, Random: chance, Logger: quiet{}})
	handled := map[int]int{}
	var held atomic.Int32
	for range members {
		_, err := b.Subscribe("x", func(_ context.Context, e *bus.Event) error {
			switch p := chance(); {
			case p < 0.3:
				return errors.New("no")
			case p < 0.4:
				panic("boom")
			case p < 0.45:
				return bus.Permanent(errors.New("never"))
			}
			mu.Lock()
			defer mu.Unlock()
			handled[number(e)]++
			return nil
		}, opts...)
		require.NoError(t, err)
	}
	var all sync.WaitGroup
	for p := range publishers {
		all.Go(func() {
			for n := range each {
				id := p*each + n
				assert.NoError(t, b.Publish(context.Background(), "x", &tracked{id, &held},
					bus.WithID("e"+strconv.Itoa(id)), bus.WithKey(strconv.Itoa(n%50))))
			}
		})
	}
	all.Wait()
	<-time.After(time.Hour) // of the bubble: until nothing is retried any more
	synctest.Wait()
	st := b.Stats()
	assert.EqualValues(t, publishers*each, st.Published)
	assert.Equal(t, st.Published, st.Delivered+st.Dead+st.Dropped, "%+v", st)
	assert.Len(t, handled, int(st.Delivered))
	letters, err := b.DeadLetters("")
	require.NoError(t, err)
	assert.Len(t, letters, int(st.Dead))
	assert.NotZero(t, st.Dead)
	assert.NotZero(t, st.Retried)
	for id, n := range handled {
		require.Equal(t, 1, n, "event %d", id)
	}
	for _, d := range letters {
		id := number(d.Event)
		require.Zero(t, handled[id], "event %d is handled, and a dead letter", id)
		handled[id] = 1
	}
	assert.Len(t, handled, publishers*each-int(st.Dropped), "no event in two places")
	assert.EqualValues(t, len(letters), held.Load(), "what the letters hold")

	// And back again, until all are handled or dead for the third time.
	for range 2 {
		_, err := b.Redrive("")
		require.NoError(t, err)
		<-time.After(time.Hour)
		synctest.Wait()
	}
	st = b.Stats()
	assert.Equal(t, st.Published, st.Delivered+st.Dead-st.Redriven+st.Dropped, "%+v", st)
	require.NoError(t, b.Close())
	synctest.Wait()
	assert.Zero(t, held.Load())
}

// TestD7AccountsOfUnsubscribing: what fails while its subscription ends is a dead letter, exactly once.
func TestD7AccountsOfUnsubscribing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bus.New(bus.Options{DeadLetters: 100_000})
		var began, done, held atomic.Int32
		over := make(chan struct{})
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() {
				for n := 0; ; n++ {
					select {
					case <-over:
						return
					default:
						assert.NoError(t, b.Publish(context.Background(), "x", &tracked{n, &held}))
						runtime.Gosched() // in a page there is one thread
					}
				}
			})
		}
		for round := range 200 {
			opts := [][]bus.SubscribeOption{nil, {bus.Concurrency(2)}, {bus.Once()}, {bus.Once(), bus.Concurrency(1)}}[round%4]
			s, err := b.Subscribe("x", func(_ context.Context, e *bus.Event) error {
				if began.Add(1); number(e)%2 == 0 {
					return errNo
				}
				done.Add(1)
				return nil
			}, append(opts, bus.Retry(bus.Backoff{Attempts: 3, Initial: time.Hour}))...)
			require.NoError(t, err)
			for range 20 {
				require.NoError(t, b.Publish(context.Background(), "x", &tracked{round, &held}))
			}
			s.Unsubscribe()
		}
		close(over)
		all.Wait()
		synctest.Wait()
		st := b.Stats()
		assert.EqualValues(t, began.Load()-done.Load(), st.Dead)
		assert.EqualValues(t, st.Dead, held.Load())
		require.NoError(t, b.Close())
		assert.Zero(t, held.Load())
	})
}
