package bus

import (
	"sync/atomic"
	"unsafe"
)

// Stats are counts since the bus was made, and what it holds now. They are brought up to date when a run
// ends, and so are exact once no publish is under way.
type Stats struct {
	Published   uint64 // events accepted from publishers; those of the bus itself ($bus.*) do not count
	Delivered   uint64 // handler calls that returned no error, and events that an iterator yielded
	Failed      uint64 // failures reported: errors, panics, refused events
	Dropped     uint64 // events that a full queue let go or refused
	Intercepted uint64 // events that an interceptor did not pass on
	Requests    uint64 // of Request and Gather, in all
	Pending     int    // requests that wait for an answer
	Retried     uint64 // attempts that failed and were followed by another
	Dead        uint64 // events that became dead letters
	Evicted     uint64 // dead letters that made room for newer ones
	Redriven    uint64 // dead letters that were given back
	Deduped     uint64 // events that a dedupe window knew
	Coalesced   uint64 // events that a newer one took the place of, by Coalesce, Debounce, Throttle or PerFrame

	Retained      int // events that topics keep (Retain, History)
	Topics        int // known at present: subscribed by name or with a cached route
	Subscriptions int
	Routes        int // cached
}

const counterShards = 8

// counters are sharded by goroutine, so that publishers on several processors do not fight for a cache line.
type counters struct {
	shards      [counterShards]counterShard
	failed      atomic.Uint64
	dropped     atomic.Uint64
	intercepted atomic.Uint64
	retried     atomic.Uint64
	dead        atomic.Uint64
	evicted     atomic.Uint64
	redriven    atomic.Uint64
	deduped     atomic.Uint64
	coalesced   atomic.Uint64
}

// counterShard counts runs when they begin. A typical run is one event for one handler, so only what
// differs from that costs further additions when it ends.
type counterShard struct {
	begun     atomic.Uint64
	published atomic.Int64 // beyond one a run
	delivered atomic.Int64 // beyond one a run, so it can be negative
	_         [40]byte
}

// begin counts a run and reports whether it is one of those that should look at the stack.
func (s *counterShard) begin() bool { return s.begun.Add(1)%runsPerDepthCheck == 0 }

// shard picks a shard by the address of the caller's stack: cheap, and stable enough for a goroutine.
func (c *counters) shard() *counterShard {
	var here byte
	at := uintptr(unsafe.Pointer(&here))
	return &c.shards[(at>>13^at>>17)%counterShards]
}

// end corrects what begin counted.
func (s *counterShard) end(published, delivered int) {
	if published != 1 {
		s.published.Add(int64(published - 1))
	}
	if delivered != 1 {
		s.delivered.Add(int64(delivered - 1))
	}
}

func (c *counters) sum() (published, delivered uint64) {
	for i := range c.shards {
		s := &c.shards[i]
		begun := s.begun.Load()
		published += begun + uint64(s.published.Load())
		delivered += begun + uint64(s.delivered.Load())
	}
	return published, delivered
}

// Stats returns the counts. It is meant for people and tests: it takes the bus's lock.
func (b *Bus) Stats() Stats {
	b.sync()
	var st Stats
	st.Published, st.Delivered = b.counts.sum()
	st.Failed = b.counts.failed.Load()
	st.Dropped = b.counts.dropped.Load()
	st.Intercepted = b.counts.intercepted.Load()
	st.Requests, st.Pending = b.requested.Load(), b.exchanges.count()
	st.Retried, st.Dead, st.Evicted = b.counts.retried.Load(), b.counts.dead.Load(), b.counts.evicted.Load()
	st.Redriven, st.Deduped, st.Coalesced = b.counts.redriven.Load(), b.counts.deduped.Load(), b.counts.coalesced.Load()
	for _, n := range b.keptCounts() {
		st.Retained += n
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	st.Subscriptions = b.table.Len()
	st.Routes = b.cache.size()
	st.Topics = b.table.Literals()
	b.cache.each(func(r *route) {
		if !b.table.HasLiteral(r.topic) {
			st.Topics++
		}
	})
	return st
}
