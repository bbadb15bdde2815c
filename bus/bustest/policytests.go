package bustest

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

type policyTest struct {
	name string
	run  func(*desk)
}

var policyTests = []policyTest{
	{"D7/attempts and pauses", attemptsAndPauses},
	{"D7/others do not wait", othersDoNotWait},
	{"D7/order is kept by key", orderByKey},
	{"D7/a dead letter says what happened", deadLetterContents},
	{"D7/a dead letter is published behind its event", deadLetterPublished},
	{"D7/a time-out ends the attempt", timeoutEndsAttempt},
	{"D7/a handler that never settles", neverSettles},
	{"D7/redrive one, all, and at a rate", redrives},
	{"D7/redrive to another topic", redriveTo},
	{"D7/redrive to who comes after", redriveToHeir},
	{"D7/discard", discards},
	{"D7/an endless redrive loop is cut", redriveLoop},
	{"D7/once, with all its attempts", onceRetried},
	{"D7/unsubscribing between attempts", unsubscribeBetween},
	{"D7/every event is accounted for", accountedFor},
	{"D8/once per id", dedupeByID},
	{"D8/by key", dedupeByKey},
	{"D8/an id that was given and one that was made", dedupeOwnID},
	{"D8/the window by count", dedupeByCount},
	{"D8/the window by time", dedupeByTime},
	{"D8/what failed may come again", dedupeFailed},
	{"D8/redriven events are handled", dedupeRedriven},
	{"D9/one member gets each event", groupOne},
	{"D9/different patterns in one group", groupPatterns},
	{"D9/the least busy member", groupLeastBusy},
	{"D9/a member that fails passes it on", groupFails},
	{"D9/work of a member that leaves", groupLeaves},
	{"D9/an event is handled once by the group", groupDedupes},
	{"D10/overflow policies", overflowPolicies},
	{"D10/one at a time, in order", oneAtATime},
	{"D10/coalesce in a queue", coalesces},
	{"D10/debounce", debounces},
	{"D10/throttle", throttles},
	{"D10/pressure", pressures},
}

// check proves the promise on a fresh subject.
func (tc policyTest) check(t *testing.T, fresh func(t testing.TB) Subject, bubble bool) {
	in := func(t *testing.T) {
		m, ok := fresh(t).(Managed)
		require.True(t, ok, "a subject with Features.Policies must be a Managed")
		d := &desk{T: t, m: m}
		tc.run(d)
		require.NoError(t, m.Close())
		m.Advance(0)
		for _, p := range d.open {
			p.Settle(nil)
		}
		m.Advance(time.Hour)
		require.Zero(t, m.Stats().Subscriptions)
	}
	if bubble {
		synctest.Test(t, in)
	} else {
		in(t)
	}
}

// desk is what a test of policies works with. Handlers say what they get and when; numbers are the data.
type desk struct {
	*testing.T
	m    Managed
	mu   sync.Mutex // handlers may run at the same time
	said []string
	open []*Promise
}

func (d *desk) say(what string) {
	d.said = append(d.said, strconv.FormatInt(d.m.Now().Milliseconds(), 10)+" "+what)
}

// heard lets all come to rest and checks what was said since the last call, in any order: what is due at the same
// time runs at the same time.
func (d *desk) heard(want ...string) {
	d.Helper()
	d.m.Advance(0)
	require.ElementsMatch(d.T, want, d.said)
	d.said = nil
}

// inOrder is heard where the order is promised.
func (d *desk) inOrder(want ...string) {
	d.Helper()
	d.m.Advance(0)
	require.Equal(d.T, want, d.said)
	d.said = nil
}

func (d *desk) publish(topic string, numbers ...int) {
	d.Helper()
	for _, n := range numbers {
		require.NoError(d.T, d.m.Publish(d.Context(), topic, float64(n)))
	}
}

func (d *desk) publishID(topic string, n int, id string) {
	d.Helper()
	require.NoError(d.T, d.m.PublishID(topic, float64(n), id))
}

// on subscribes a handler that says its name and the number, and returns what f does.
func (d *desk) on(name, pattern string, f func(n int) error, o Options) (off func()) {
	d.Helper()
	off, err := d.m.Subscribe(pattern, d.handler(name, f), o)
	require.NoError(d.T, err)
	return off
}

// promise is a handler's that the test settles by its place in open.
func (d *desk) promise(int) error {
	p := new(Promise)
	d.open = append(d.open, p)
	return p
}

func (d *desk) letters(idOrPattern string) []DeadLetter {
	d.Helper()
	all, err := d.m.DeadLetters(idOrPattern)
	require.NoError(d.T, err)
	return all
}

func (d *desk) redrive(want int, idOrPattern, to string, perSecond float64) {
	d.Helper()
	n, err := d.m.Redrive(idOrPattern, to, perSecond)
	require.NoError(d.T, err)
	require.Equal(d.T, want, n, "letters to redrive")
}

var errRefused = errors.New("refused")

func refuses(int) error { return errRefused }

// refusesFirst fails so many times with each number.
func refusesFirst(times int, numbers ...int) func(int) error {
	seen := map[int]int{}
	return func(n int) error {
		for _, m := range numbers {
			if m != n {
				continue
			}
			if seen[n]++; seen[n] <= times {
				return errRefused
			}
		}
		return nil
	}
}

func numberOf(e Event) int {
	n, _ := e.Data.(float64)
	return int(n)
}

const ms = time.Millisecond

func (d *desk) handler(name string, f func(n int) error) Handler {
	return func(_ context.Context, e Event) error {
		n := numberOf(e)
		d.mu.Lock()
		defer d.mu.Unlock()
		d.say(name + strconv.Itoa(n))
		if f == nil {
			return nil
		}
		return f(n)
	}
}
