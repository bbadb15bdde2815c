package model

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

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// load is what several publishers put on one bus.
type load struct {
	t          *testing.T
	bus        *bus.Bus
	seed       uint64
	publishers int
	events     int
	ledgers    []*account
	reported   sync.Map // of *bus.Failure, by what failed
	failures   atomic.Int64
	twice      atomic.Int64
	effects    atomic.Int64
}

// account is a subscription under load.
type account struct {
	*ledger
	sub     *bus.Subscription
	topic   string // "" for all
	ordered bool
	async   bool
}

var (
	errFault   = errors.New("fault")
	loadTopics = []string{"load.a", "load.b"}
)

type failureOf struct {
	sub string
	n   int
}

// chance is a number below n that depends on the seed, the subscription and the event alone.
func (l *load) chance(sub string, event, n int) int {
	h := uint64(14695981039346656037)
	for _, c := range sub {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return rand.New(rand.NewPCG(l.seed, h^uint64(event))).IntN(n)
}

func (l *load) topicOf(n int) string { return loadTopics[l.chance("topic", n, len(loadTopics))] }

// publisherOf tells who publishes an event: they take turns.
func (l *load) publisherOf(n int) int { return n % l.publishers }

// handle ends one event in one subscription, as the seed says.
func (l *load) handle(ctx context.Context, a *account, n int) error {
	if a.ordered {
		a.see(l.publisherOf(n), n)
	}
	ends := 8
	if a.async {
		ends++
	}
	switch l.chance(a.name, n, ends) {
	case 0:
		a.enter(n, failed)
		return errFault
	case 1:
		a.enter(n, failed)
		panic(errFault)
	case 2:
		a.enter(n, handled)
		if err := l.bus.Publish(ctx, "effect", n); err != nil {
			return err
		}
		l.effects.Add(1)
		return nil
	case 8:
		a.enter(n, failed)
		runtime.Goexit()
	}
	a.enter(n, handled)
	return nil
}

func (l *load) add(name, pattern string, ordered, async bool, opts ...bus.SubscribeOption) {
	a := &account{ledger: newLedger(name, l.events, l.publishers), ordered: ordered, async: async}
	if pattern != "load.*" {
		a.topic = pattern
	}
	var err error
	a.sub, err = l.bus.Subscribe(pattern, func(ctx context.Context, e *bus.Event) error {
		return l.handle(ctx, a, e.Data.(int))
	}, append(opts, bus.Name(name))...)
	require.NoError(l.t, err)
	l.ledgers = append(l.ledgers, a)
}

func (l *load) subscribe() {
	l.add("all", "load.*", true, false)
	l.add("a", "load.a", true, false)
	l.add("odd", "load.*", true, false, bus.Filter(func(e *bus.Event) bool {
		n := e.Data.(int)
		if n%2 == 1 {
			return true
		}
		l.ledgers[2].enter(n, turnedAway)
		return false
	}))
	l.add("one at a time", "load.*", true, true, bus.Concurrency(1), bus.Overflow(l.events, bus.Error))
	l.add("four at a time", "load.*", false, true, bus.Concurrency(4), bus.Overflow(l.events, bus.Error))
	l.add("blocking", "load.b", true, true, bus.Concurrency(1), bus.Overflow(3, bus.Block))
	l.add("newest dropped", "load.*", true, true, bus.Concurrency(1), bus.Overflow(2, bus.DropNewest))
	l.add("oldest dropped", "load.*", true, true, bus.Concurrency(1), bus.Overflow(2, bus.DropOldest))
	l.add("latest", "load.a", true, true, bus.Concurrency(1), bus.Overflow(4, bus.Latest))
	l.add("refusing", "load.*", true, true, bus.Concurrency(1), bus.Overflow(2, bus.Error))
	values := bus.NewTopic[int](l.bus, "load.b")
	a := &account{ledger: newLedger("typed", l.events, l.publishers), topic: "load.b", ordered: true}
	var err error
	a.sub, err = values.Subscribe(func(ctx context.Context, n int) error { return l.handle(ctx, a, n) }, bus.Name("typed"))
	require.NoError(l.t, err)
	l.ledgers = append(l.ledgers, a)
}

// fail is told of each failure by OnError.
func (l *load) fail(f *bus.Failure) {
	if errors.Is(f.Err, bus.ErrOverflow) {
		return // counted as dropped
	}
	l.failures.Add(1)
	if _, twice := l.reported.LoadOrStore(failureOf{f.Subscription, f.Event.Data.(int)}, f); twice {
		l.twice.Add(1)
	}
}

func (l *load) publish() {
	var all sync.WaitGroup
	for p := range l.publishers {
		all.Go(func() {
			values := bus.NewTopic[int](l.bus, "load.b")
			for n := p; n < l.events; n += l.publishers {
				var err error
				if topic := l.topicOf(n); topic == "load.b" && l.chance("typed", n, 2) == 0 {
					err = values.Publish(context.Background(), n)
				} else {
					err = l.bus.Publish(context.Background(), topic, n)
				}
				assert.NoError(l.t, err)
			}
		})
	}
	all.Wait()
}

// TestAccounting puts 10,000 events of several publishers on the bus, whose handlers fail at random by the seed,
// and looks for each event in the account of each subscription.
func TestAccounting(t *testing.T) {
	for _, seed := range []uint64{1, 2, 3} {
		t.Run("seed "+strconv.FormatUint(seed, 10), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { account10000(t, seed) })
		})
	}
}

func account10000(t *testing.T, seed uint64) {
	l := &load{t: t, seed: seed, publishers: 4, events: 10_000}
	l.bus = bus.New(bus.Options{OnError: l.fail})
	defer l.bus.Close()
	var told atomic.Int64
	_, err := l.bus.Subscribe(bus.ErrorTopic, func(_ context.Context, e *bus.Event) error {
		if !errors.Is(e.Data.(*bus.Failure).Err, bus.ErrOverflow) {
			told.Add(1)
		}
		return nil
	})
	require.NoError(t, err)
	var effects atomic.Int64
	_, err = l.bus.Subscribe("effect", func(context.Context, *bus.Event) error {
		effects.Add(1)
		return nil
	})
	require.NoError(t, err)
	l.subscribe()
	l.publish()
	synctest.Wait() // until every queue is empty

	published := map[string]int{"": l.events}
	for n := range l.events {
		published[l.topicOf(n)]++
	}
	var failures, done, drops, overflows uint64
	for _, a := range l.ledgers {
		a.check(t, published[a.topic], int(a.sub.Dropped()))
		sum := a.count()
		failures += uint64(sum[failed])
		done += uint64(sum[handled])
		drops += a.sub.Dropped()
		if a.name == "refusing" {
			overflows = a.sub.Dropped()
		}
		for n := range l.events {
			if entry(a.entries[n].Load()) == failed {
				_, known := l.reported.Load(failureOf{a.name, n})
				assert.True(t, known, "%s: failure of event %d was not reported", a.name, n)
			}
		}
	}
	assert.Zero(t, l.twice.Load(), "failures reported twice")
	assert.EqualValues(t, failures, l.failures.Load(), "failures that OnError heard of")
	assert.EqualValues(t, failures, told.Load(), "failures on the error topic")
	assert.Equal(t, l.effects.Load(), effects.Load(), "events that handlers published")

	st := l.bus.Stats()
	assert.EqualValues(t, l.events+int(effects.Load()), st.Published)
	assert.Equal(t, failures+overflows, st.Failed)
	assert.Equal(t, drops, st.Dropped)
	assert.Equal(t, done+uint64(effects.Load())+failures+overflows, st.Delivered, "calls of handlers, and of those of effects and failures")
}
