package bus

import (
	"sync/atomic"
	"unsafe"
)

// Stats are counts since the bus was made, and what it holds now. Deliveries are counted when the run
// that they are part of ends, so that the counts are exact once no publish is under way.
type Stats struct {
	Published   uint64 // events accepted from publishers; those of the bus itself ($bus.*) do not count
	Delivered   uint64 // handler calls that returned no error, and events that an iterator yielded
	Failed      uint64 // failures reported: errors, panics, refused events
	Dropped     uint64 // events that a full queue let go or refused
	Intercepted uint64 // events that an interceptor did not pass on

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
}

// counterShard counts runs when they begin and when they end. A typical run is one event for one
// handler, so only what goes beyond that costs further additions.
type counterShard struct {
	begun     atomic.Uint64
	ended     atomic.Uint64
	published atomic.Int64 // beyond one a begun run
	delivered atomic.Int64 // beyond one an ended run, so it can be negative
	_         [32]byte
}

// shard picks a shard by the address of the caller's stack: cheap, and stable enough for a goroutine.
func (c *counters) shard() *counterShard {
	var here byte
	at := uintptr(unsafe.Pointer(&here))
	return &c.shards[(at>>13^at>>17)%counterShards]
}

func (s *counterShard) end(published, delivered int) {
	if published != 1 {
		s.published.Add(int64(published - 1))
	}
	if delivered != 1 {
		s.delivered.Add(int64(delivered - 1))
	}
	s.ended.Add(1)
}

// active is how many runs are under way, as far as this can be said while they begin and end.
func (c *counters) active() int {
	n := int64(0)
	for i := range c.shards {
		n += int64(c.shards[i].begun.Load() - c.shards[i].ended.Load())
	}
	return int(n)
}

func (c *counters) sum() (published, delivered uint64) {
	for i := range c.shards {
		s := &c.shards[i]
		ended := s.ended.Load()
		delivered += ended + uint64(s.delivered.Load())
		published += s.begun.Load() + uint64(s.published.Load())
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
	b.mu.RLock()
	defer b.mu.RUnlock()
	st.Subscriptions = b.table.count
	st.Routes = b.cache.size()
	st.Topics = int(b.table.literals.count)
	b.cache.each(func(r *route) {
		if b.table.literals.slot(r.hash, r.topic) == nil {
			st.Topics++
		}
	})
	return st
}
