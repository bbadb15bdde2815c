package bus

import (
	"sync"
	"sync/atomic"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// route is a topic resolved: its subscriptions in order, frozen. It is what publishing reads.
type route struct {
	hash  uint64
	topic string
	subs  []*Subscription
	// declared is nil for a topic of which nothing was declared.
	declared *declaration
	// stale is set once the route is no longer what the table says, or no longer in the cache, from
	// where the next change would reach it. Who keeps a route checks it.
	stale atomic.Bool
	used  atomic.Bool // since the cache last looked for a victim
}

const (
	cacheWays     = 8
	cacheMin      = 64
	cacheDefault  = 4096
	cacheMaxLimit = 1 << 20
)

// routeCache is a set-associative cache: readers take no lock, its size is bounded, and what is used once
// goes before what is used again, so that a million topics published once leave the busy ones in place.
type routeCache struct {
	ways  atomic.Pointer[[]atomic.Pointer[route]]
	mu    sync.Mutex // for writers
	count int
	limit int // a power of two
	hand  uint32
}

func (c *routeCache) init(limit int) {
	if limit <= 0 {
		limit = cacheDefault
	}
	limit = min(limit, cacheMaxLimit)
	c.limit = cacheWays
	for c.limit < limit {
		c.limit *= 2
	}
	ways := make([]atomic.Pointer[route], min(c.limit, cacheMin))
	c.ways.Store(&ways)
}

// set is the part of the cache where a topic with this hash can be.
func set(ways []atomic.Pointer[route], h uint64) []atomic.Pointer[route] {
	i := int(h) & (len(ways) - cacheWays)
	return ways[i : i+cacheWays : i+cacheWays]
}

func (c *routeCache) get(h uint64, topic string) *route {
	for i, s := 0, set(*c.ways.Load(), h); i < len(s); i++ {
		if r := s[i].Load(); r != nil && r.hash == h && r.topic == topic {
			if !r.used.Load() { // reading first keeps the cache line shared
				r.used.Store(true)
			}
			return r
		}
	}
	return nil
}

// put stores a fresh route. The caller holds the table's lock for reading, so that no change to the
// table comes between resolving and storing.
func (c *routeCache) put(r *route) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for {
		ways := *c.ways.Load()
		s := set(ways, r.hash)
		victim := -1
		for i := range s {
			old := s[i].Load()
			if old == nil {
				victim = i
				continue
			}
			if old.hash == r.hash && old.topic == r.topic {
				old.stale.Store(true) // two publishers resolved the same topic at once
				s[i].Store(r)
				return
			}
		}
		if victim >= 0 {
			s[victim].Store(r)
			c.count++
			return
		}
		if len(ways) < c.limit {
			c.grow(ways)
			continue
		}
		for range 2 * cacheWays {
			c.hand++
			i := int(c.hand) & (cacheWays - 1)
			if old := s[i].Load(); !old.used.Swap(false) {
				old.stale.Store(true)
				s[i].Store(r)
				return
			}
		}
		// Readers marked every way again meanwhile: the route is used once and not kept.
		r.stale.Store(true)
		return
	}
}

func (c *routeCache) grow(old []atomic.Pointer[route]) {
	ways := make([]atomic.Pointer[route], min(len(old)*4, c.limit))
	for i := range old {
		r := old[i].Load()
		if r == nil {
			continue
		}
		for j, s := 0, set(ways, r.hash); j < len(s); j++ {
			if s[j].Load() == nil {
				s[j].Store(r)
				break
			}
		}
	}
	c.ways.Store(&ways)
}

// changed drops the routes that a subscription with this pattern is or would be part of. The caller
// holds the table's lock for writing.
func (c *routeCache) changed(pattern string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.count == 0 {
		return
	}
	ways := *c.ways.Load()
	if subject.IsLiteral(pattern) {
		h := subject.Hash(pattern)
		for i, s := 0, set(ways, h); i < len(s); i++ {
			if r := s[i].Load(); r != nil && r.hash == h && r.topic == pattern {
				c.drop(&s[i], r)
			}
		}
		return
	}
	for i := range ways {
		if r := ways[i].Load(); r != nil && subject.Match(pattern, r.topic) {
			c.drop(&ways[i], r)
		}
	}
}

// clear drops all routes.
func (c *routeCache) clear() {
	c.mu.Lock()
	defer c.mu.Unlock()
	ways := *c.ways.Load()
	for i := range ways {
		if r := ways[i].Load(); r != nil {
			c.drop(&ways[i], r)
		}
	}
}

func (c *routeCache) drop(way *atomic.Pointer[route], r *route) {
	r.stale.Store(true)
	way.Store(nil)
	c.count--
}

// size returns how many routes there are.
func (c *routeCache) size() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.count
}

// each calls f with every route.
func (c *routeCache) each(f func(*route)) {
	ways := *c.ways.Load()
	for i := range ways {
		if r := ways[i].Load(); r != nil {
			f(r)
		}
	}
}
