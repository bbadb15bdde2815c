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
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// load is what several publishers put on one bus.
type load struct {
	t          *testing.T
	bus        *bus.Bus
	clock      bustest.Clock
	seed       uint64
	publishers int
	events     int
	accounts   map[string]*account
	failures   atomic.Int64 // that OnError heard of
	refused    atomic.Int64 // by full queues
	told       atomic.Int64 // handlers of the bus's own events
	sent       atomic.Int64 // events that handlers published
	received   atomic.Int64
}

// account is a subscription under load.
type account struct {
	*ledger
	kind
	sub *bus.Subscription
}

// kind says what its subscription promises.
type kind struct {
	topic   string // "" for all
	ordered bool
	async   bool // not on the publisher's goroutine, which the handler may end then
	retries bool
}

var (
	errFault   = errors.New("fault")
	loadTopics = []string{"load.a", "load.b"}
)

const loadAttempts = 3

// chance is a number below n that depends on the seed, the subscription and the event alone.
func (l *load) chance(of string, event, n int) int {
	h := uint64(14695981039346656037)
	for _, c := range of {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return rand.New(rand.NewPCG(l.seed, h^uint64(event))).IntN(n)
}

func (l *load) topicOf(n int) string { return loadTopics[l.chance("topic", n, len(loadTopics))] }

// handle ends one attempt at one event in one subscription, as the seed says.
func (l *load) handle(ctx context.Context, a *account, n int) error {
	try := int(a.tries[n].Add(1))
	if a.ordered {
		a.see(n%l.publishers, n) // the publishers take turns
	}
	ends, most := 8, 3
	if a.retries {
		ends = 4 // so that some use up all their attempts
	}
	if a.async {
		most++
	}
	end := l.chance(a.name, n*(loadAttempts+1)+try, ends)
	fatal := end < most && end != 2
	switch {
	case fatal && !a.retries:
		a.enter(n, failed)
	case !fatal:
		a.enter(n, handled)
	}
	switch {
	case end == 0:
		return errFault
	case end == 1:
		panic(errFault)
	case end == 2:
		l.sent.Add(1)
		return l.bus.Publish(ctx, "effect", n)
	case fatal:
		runtime.Goexit()
	}
	return nil
}

func (l *load) account(name string, k kind) *account {
	a := &account{ledger: newLedger(name, l.events, l.publishers), kind: k}
	l.accounts[name] = a
	return a
}

func (l *load) add(name string, k kind, opts ...bus.SubscribeOption) {
	a := l.account(name, k)
	pattern := k.topic
	if pattern == "" {
		pattern = "load.*"
	}
	var err error
	a.sub, err = l.bus.Subscribe(pattern, func(ctx context.Context, e *bus.Event) error {
		return l.handle(ctx, a, e.Data.(int))
	}, append(opts, bus.Name(name))...)
	require.NoError(l.t, err)
}

func (l *load) subscribe() {
	l.add("all", kind{ordered: true})
	l.add("a", kind{topic: "load.a", ordered: true})
	l.add("odd", kind{ordered: true}, bus.Filter(func(e *bus.Event) bool {
		n := e.Data.(int)
		if n%2 == 0 {
			l.accounts["odd"].enter(n, turnedAway)
		}
		return n%2 == 1
	}))
	ordered := kind{ordered: true, async: true}
	l.add("one at a time", ordered, bus.Concurrency(1), bus.Overflow(l.events, bus.Error))
	l.add("four at a time", kind{async: true}, bus.Concurrency(4), bus.Overflow(l.events, bus.Error))
	l.add("blocking", kind{topic: "load.b", ordered: true, async: true}, bus.Concurrency(1), bus.Overflow(3, bus.Block))
	l.add("newest dropped", ordered, bus.Concurrency(1), bus.Overflow(2, bus.DropNewest))
	l.add("oldest dropped", ordered, bus.Concurrency(1), bus.Overflow(2, bus.DropOldest))
	l.add("latest", kind{topic: "load.a", ordered: true, async: true}, bus.Concurrency(1), bus.Overflow(4, bus.Latest))
	l.add("refusing", ordered, bus.Concurrency(1), bus.Overflow(2, bus.Error))

	retry := bus.Backoff{Attempts: loadAttempts, Initial: 10 * time.Millisecond}
	l.add("retried", kind{retries: true}, bus.Retry(retry))
	l.add("retried aside", kind{retries: true, async: true}, bus.Retry(retry), bus.Concurrency(4), bus.Overflow(l.events, bus.Error))
	l.add("retried and dropped", kind{retries: true, async: true}, bus.Retry(retry), bus.Concurrency(2), bus.Overflow(2, bus.DropOldest))
	l.add("retried once each", kind{retries: true}, bus.Retry(retry), bus.Dedupe(bus.Window{Max: 100}))
	keyed := retry
	keyed.Key = func(e *bus.Event) string { return strconv.Itoa(e.Data.(int) % l.publishers) }
	l.add("retried in order", kind{topic: "load.a", ordered: true, retries: true, async: true}, bus.Retry(keyed), bus.Concurrency(3), bus.Overflow(l.events, bus.Error))

	a := l.account("typed", kind{topic: "load.b", ordered: true})
	var err error
	a.sub, err = bus.NewTopic[int](l.bus, "load.b").Subscribe(func(ctx context.Context, n int) error {
		return l.handle(ctx, a, n)
	}, bus.Name(a.name))
	require.NoError(l.t, err)
	l.listen()
}

// listen subscribes to what the bus itself says.
func (l *load) listen() {
	for topic, hear := range map[string]func(any){
		bus.ErrorTopic:      func(any) {},
		bus.DeadTopic + ">": func(data any) { l.bury(data.(*bus.DeadLetter)) },
		"effect":            func(any) { l.received.Add(1) },
	} {
		_, err := l.bus.Subscribe(topic, func(_ context.Context, e *bus.Event) error {
			l.told.Add(1)
			hear(e.Data)
			return nil
		})
		require.NoError(l.t, err)
	}
}

func (l *load) bury(d *bus.DeadLetter) {
	l.accounts[d.Subscription].enter(d.Event.Data.(int), dead)
	assert.Equal(l.t, loadAttempts, d.Attempts)
	assert.True(l.t, errors.Is(d.Err, errFault) || errors.Is(d.Err, bus.ErrPanic), "%v", d.Err)
}

// fail is told of each failure by OnError.
func (l *load) fail(f *bus.Failure) {
	if errors.Is(f.Err, bus.ErrOverflow) {
		l.refused.Add(1)
		return
	}
	l.failures.Add(1)
	a, n := l.accounts[f.Subscription], f.Event.Data.(int)
	assert.Equal(l.t, failed, entry(a.entries[n].Load()), "%s: event %d did not fail", a.name, n)
	assert.EqualValues(l.t, 1, a.reports[n].Add(1), "%s: reports of the failure of event %d", a.name, n)
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

// settle lets all that waits come to its end.
func (l *load) settle() {
	synctest.Wait()
	for due, ok := l.clock.Next(); ok; due, ok = l.clock.Next() {
		l.clock.AdvanceTo(due)
		synctest.Wait()
	}
}

// TestAccounting puts 10,000 events of several publishers on the bus, whose handlers fail at random by the seed,
// and looks for each event in the account of each subscription: it is handled, failed or dead, or was turned away
// by the filter, or dropped and counted.
func TestAccounting(t *testing.T) {
	for _, seed := range []uint64{1} {
		t.Run("seed "+strconv.FormatUint(seed, 10), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				l := &load{t: t, seed: seed, publishers: 4, events: 10_000, accounts: map[string]*account{}}
				l.bus = bus.New(bus.Options{OnError: l.fail, Clock: &l.clock, DeadLetters: 1 << 20, SlowAfter: -1})
				l.subscribe()
				l.publish()
				l.settle()
				l.check()
				require.NoError(t, l.bus.Close())
			})
		})
	}
}

func (l *load) check() {
	published := map[string]int{"": l.events}
	for n := range l.events {
		published[l.topicOf(n)]++
	}
	var failures, successes, attempts, letters, drops uint64
	for _, a := range l.accounts {
		a.check(l.t, published[a.topic], int(a.sub.Dropped()))
		sum := a.count()
		failures += uint64(sum[failed])
		successes += uint64(sum[handled])
		letters += uint64(sum[dead])
		if a.retries {
			assert.NotZero(l.t, sum[dead], "%s: dead letters", a.name)
			attempts += a.attempts() - uint64(sum[handled])
		}
		drops += a.sub.Dropped()
	}
	assert.EqualValues(l.t, failures, l.failures.Load(), "failures that OnError heard of")
	assert.Equal(l.t, l.sent.Load(), l.received.Load(), "events that handlers published")
	kept, err := l.bus.DeadLetters("")
	assert.NoError(l.t, err)
	assert.Len(l.t, kept, int(letters))

	st := l.bus.Stats()
	assert.EqualValues(l.t, l.events+int(l.sent.Load()), st.Published)
	assert.Equal(l.t, failures+uint64(l.refused.Load()), st.Failed)
	assert.Equal(l.t, drops, st.Dropped)
	assert.Equal(l.t, letters, st.Dead)
	assert.Equal(l.t, attempts-letters, st.Retried, "failed attempts that were not the last")
	assert.Equal(l.t, successes+uint64(l.told.Load()), st.Delivered)
	assert.Zero(l.t, st.Deduped+st.Coalesced+st.Evicted+st.Redriven)
}
