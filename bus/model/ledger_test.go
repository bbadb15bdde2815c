package model

import (
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
)

// entry is what became of one event for one subscription. Each event must have exactly one entry.
type entry uint32

const (
	missing entry = iota
	handled
	failed
	turnedAway // by the filter
	dead       // letter
)

func (e entry) String() string {
	return []string{"missing", "handled", "failed", "turned away", "dead"}[e]
}

// ledger is the account of one subscription, by the number of the event.
type ledger struct {
	name    string
	entries []atomic.Uint32
	double  atomic.Uint32   // entries beyond the first
	tries   []atomic.Uint32 // calls of the handler
	reports []atomic.Uint32 // of its failure
	// last has the last number of each publisher that the handler saw.
	last     []atomic.Int64
	disorder atomic.Uint32
}

func newLedger(name string, events, publishers int) *ledger {
	return &ledger{
		name: name, entries: make([]atomic.Uint32, events), tries: make([]atomic.Uint32, events), reports: make([]atomic.Uint32, events),
		last: make([]atomic.Int64, publishers),
	}
}

func (l *ledger) enter(n int, e entry) {
	if l.entries[n].Swap(uint32(e)) != uint32(missing) {
		l.double.Add(1)
	}
}

// see checks that the numbers of one publisher grow (D1). One may come again, being tried again.
func (l *ledger) see(publisher, n int) {
	if l.last[publisher].Swap(int64(n)) > int64(n) {
		l.disorder.Add(1)
	}
}

func (l *ledger) count() (sum map[entry]int) {
	sum = map[entry]int{}
	for i := range l.entries {
		sum[entry(l.entries[i].Load())]++
	}
	return sum
}

// attempts is how many calls of the handler there were.
func (l *ledger) attempts() (sum uint64) {
	for i := range l.tries {
		sum += uint64(l.tries[i].Load())
	}
	return sum
}

// check compares the account with how many events there were for the subscription and how many of them its
// queue says it dropped.
func (l *ledger) check(t *testing.T, published, drops int) {
	t.Helper()
	sum := l.count()
	assert.Zero(t, l.double.Load(), "%s: events with two ends", l.name)
	assert.Equal(t, drops, sum[missing]-(len(l.entries)-published), "%s: events without an end, and dropped ones: %v of %d", l.name, sum, published)
	assert.Zero(t, l.disorder.Load(), "%s: events out of their publisher's order", l.name)
}
