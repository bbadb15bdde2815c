package bus_test

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// Programs of bus/model found that policies did not survive these.

var errSurvival = errors.New("fault")

func fault(context.Context, *bus.Event) error { return errSurvival }

// exit is a handler that ends its goroutine, as testing.T.FailNow does.
func exit(context.Context, *bus.Event) error {
	runtime.Goexit()
	return nil
}

// survive runs a test in a bubble, with a bus whose time the test moves on.
func survive(t *testing.T, o bus.Options, test func(t *testing.T, b *bus.Bus, clock *bustest.Clock)) {
	synctest.Test(t, func(t *testing.T) {
		var clock bustest.Clock
		o.Clock, o.SlowAfter = &clock, -1
		b := bus.New(o)
		test(t, b, &clock)
		b.Close()
		synctest.Wait()
	})
}

func listen(t *testing.T, b *bus.Bus, pattern string, h bus.Handler, opts ...bus.SubscribeOption) *bus.Subscription {
	t.Helper()
	s, err := b.Subscribe(pattern, h, opts...)
	require.NoError(t, err)
	return s
}

func send(t *testing.T, b *bus.Bus, topic string, count int) {
	t.Helper()
	for n := range count {
		require.NoError(t, b.Publish(t.Context(), topic, n))
	}
	synctest.Wait()
}

// apart calls f on a goroutine that a handler may end.
func apart(f func()) {
	go f()
	synctest.Wait()
}

func TestAKeyIsFreeBehindADeadLetterWhoseHandlerExits(t *testing.T) {
	survive(t, bus.Options{}, func(t *testing.T, b *bus.Bus, _ *bustest.Clock) {
		key := func(*bus.Event) string { return "k" }
		listen(t, b, "a", fault, bus.Retry(bus.Backoff{Attempts: 1, Key: key}), bus.Concurrency(1))
		listen(t, b, "$bus.dead.a", exit)
		send(t, b, "a", 3)
		assert.EqualValues(t, 3, b.Stats().Dead)
	})
}

func TestAllThatFailedIsBuriedThoughAHandlerExits(t *testing.T) {
	survive(t, bus.Options{}, func(t *testing.T, b *bus.Bus, _ *bustest.Clock) {
		s := listen(t, b, "a", fault, bus.Retry(bus.Backoff{}))
		listen(t, b, "$bus.dead.a", exit)
		send(t, b, "a", 3)
		apart(s.Unsubscribe)
		letters, err := b.DeadLetters("a")
		require.NoError(t, err)
		assert.Len(t, letters, 3)
	})
}

func TestARedriveGoesOnThoughAHandlerExits(t *testing.T) {
	survive(t, bus.Options{}, func(t *testing.T, b *bus.Bus, clock *bustest.Clock) {
		listen(t, b, "a", fault, bus.Retry(bus.Backoff{Attempts: 1}))
		send(t, b, "a", 3)
		listen(t, b, "b", exit)
		_, err := b.Redrive("", bus.RedriveTo("b"))
		require.NoError(t, err)
		apart(func() { clock.Advance(0) })
		assert.EqualValues(t, 3, b.Stats().Redriven)
		letters, err := b.DeadLetters("")
		require.NoError(t, err)
		assert.Empty(t, letters)
	})
}

func TestOnErrorHearsThoughAHandlerExits(t *testing.T) {
	var heard failures
	survive(t, bus.Options{OnError: heard.note}, func(t *testing.T, b *bus.Bus, _ *bustest.Clock) {
		listen(t, b, "a", func(_ context.Context, e *bus.Event) error { return errSurvival }, bus.Concurrency(1))
		listen(t, b, bus.ErrorTopic, exit)
		send(t, b, "a", 2)
	})
	// Each failure, and that of the handler that was told of it goes to the logger only.
	require.Len(t, heard.all, 2)
	assert.ErrorIs(t, heard.all[0].Err, errSurvival)
}

// held is a handler whose calls end when the test says so.
type held struct {
	begun []int
	end   chan error
}

func hold() *held { return &held{end: make(chan error)} }

func (h *held) handle(_ context.Context, e *bus.Event) error {
	h.begun = append(h.begun, e.Data.(int))
	return <-h.end
}

func TestAGroupIsKnownByItsName(t *testing.T) {
	survive(t, bus.Options{}, func(t *testing.T, b *bus.Bus, clock *bustest.Clock) {
		first, second := hold(), hold()
		member := []bus.SubscribeOption{bus.Queue("g"), bus.Concurrency(1), bus.Retry(bus.Backoff{Initial: time.Second, NoJitter: true})}
		s := listen(t, b, "a", first.handle, member...)
		send(t, b, "a", 1)
		s.Unsubscribe() // the last member goes while its call goes on
		listen(t, b, "a", second.handle, member...)
		first.end <- errSurvival
		synctest.Wait()
		clock.Advance(time.Second)
		synctest.Wait()
		assert.Equal(t, []int{0}, second.begun)
		second.end <- nil
		synctest.Wait()
		assert.Zero(t, b.Stats().Dead)
	})
}

func TestWhoNeverJoinedAGroupGivesItNoWindow(t *testing.T) {
	survive(t, bus.Options{}, func(t *testing.T, b *bus.Bus, _ *bustest.Clock) {
		over, cancel := context.WithCancel(t.Context())
		cancel()
		same := func(*bus.Event) string { return "same" }
		h := func(context.Context, *bus.Event) error { return nil }
		last := hold()
		close(last.end)
		keeps := listen(t, b, "b", h, bus.Queue("g"))
		listen(t, b, "a", h, bus.Queue("g"), bus.Dedupe(bus.Window{Key: same}), bus.Until(over))
		listen(t, b, "a", last.handle, bus.Queue("g"), bus.Dedupe(bus.Window{}))
		send(t, b, "a", 2)
		assert.Equal(t, []int{0, 1}, last.begun)
		keeps.Unsubscribe()
	})
}

// A task counted twice until its goroutine began, so that of two members the one with more lanes looked busier.
func TestTheLeastBusyMemberInABurst(t *testing.T) {
	survive(t, bus.Options{}, func(t *testing.T, b *bus.Bus, _ *bustest.Clock) {
		counts, end := map[string]int{}, make(chan struct{})
		defer close(end)
		wait := func(context.Context, *bus.Event) error {
			<-end
			return nil
		}
		for _, lanes := range []int{4, 1} {
			name := strconv.Itoa(lanes)
			listen(t, b, "a", wait, bus.Queue("g"), bus.Concurrency(lanes), bus.Name(name), bus.Filter(func(*bus.Event) bool {
				counts[name]++ // asked of the chosen member only
				return true
			}))
		}
		h := runtime.GOMAXPROCS(1) // the burst ends before a goroutine begins
		defer runtime.GOMAXPROCS(h)
		send(t, b, "a", 8)
		assert.Equal(t, map[string]int{"4": 4, "1": 4}, counts)
	})
}

func TestUntilEndsTheAttemptsOfOnce(t *testing.T) {
	survive(t, bus.Options{}, func(t *testing.T, b *bus.Bus, clock *bustest.Clock) {
		until, cancel := context.WithCancel(t.Context())
		calls := 0
		listen(t, b, "a", func(context.Context, *bus.Event) error {
			calls++
			return errSurvival
		}, bus.Once(), bus.Until(until), bus.Retry(bus.Backoff{}))
		send(t, b, "a", 1)
		cancel()
		synctest.Wait()
		clock.Advance(time.Minute)
		synctest.Wait()
		assert.Equal(t, 1, calls)
		assert.EqualValues(t, 1, b.Stats().Dead)
	})
}
