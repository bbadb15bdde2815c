package bus

import (
	"math/rand/v2"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// Options configure a bus. The zero value is useful.
type Options struct {
	// Name is the Source of the bus's events; "trolleybus" if empty.
	Name string
	// OnError is called with every failure (D4), on the goroutine where it happened. It must not block.
	OnError func(*Failure)
	// Logger gets the failures that neither OnError nor a subscriber of $bus.error hears of.
	// A *slog.Logger is one. By default they are printed to standard error.
	Logger Logger
	// Codec is for hosts and links; the bus itself passes values by reference.
	Codec Codec
	// RouteCache is how many topics are kept resolved: 4096 if not positive. It is rounded up to a power of two.
	RouteCache int
	// MaxDepth is the longest chain of events each published by the last one's handler (D5): 1000 if not positive.
	MaxDepth int
	// Clock is the system's if nil. Tests give one that they advance themselves.
	Clock Clock
	// DeadLetters is how many dead letters are kept (D7): DefaultDeadLetters if not positive. The oldest go first.
	DeadLetters int
	// SlowAfter is how long an event may wait in a subscription's queue before that is reported on
	// SlowTopic: DefaultSlowAfter if zero, never if negative.
	SlowAfter time.Duration
	// Random returns numbers in [0, 1) that spread back-off (jitter): those of math/rand/v2 if nil. Tests give a
	// seeded one. It must be safe for concurrent use.
	Random func() float64
}

// Bus is a publish/subscribe bus. Make one with New. All methods are safe for concurrent use.
type Bus struct {
	name       string
	instance   string
	onError    func(*Failure)
	logger     Logger
	codec      Codec
	slowAfter  time.Duration
	dead       deadLetters
	histories  histories
	calls      hostCalls
	clock      hostClock
	jitter     func() float64
	maxDepth   int
	seq        atomic.Uint64
	unnumbered atomic.Uint64
	lastID     atomic.Uint32
	closed     atomic.Bool
	chain      atomic.Pointer[[]*interceptor]
	host       atomic.Pointer[Host]
	anySchema  atomic.Bool // some topic has a schema
	admissions atomic.Int64
	cache      routeCache
	counts     counters
	requested  atomic.Uint64
	exchanges  exchanges
	observers  atomic.Pointer[[]*observer] // nil if there is none
	watchers   atomic.Pointer[[]*observer] // those of them that see more than interest; nil if there is none
	joins      atomic.Pointer[joinHooks]   // nil before the first joint

	mu     sync.RWMutex // guards what follows
	table  table
	order  uint64
	hosted map[uint32]*Subscription
	// declared has what was declared of topics, by name. A declaration itself is not changed.
	declared map[string]*declaration
	groups   map[string]*queueGroup
	// lasting are the consumers of subscriptions that ended by Once and have still their event to see to.
	lasting  map[*consumer]struct{}
	interest interestTable
}

// New makes a bus.
func New(o Options) *Bus {
	b := &Bus{name: o.Name, onError: o.OnError, logger: o.Logger, codec: o.Codec, jitter: o.Random, maxDepth: o.MaxDepth}
	b.instance = strconv.FormatUint(rand.Uint64(), 36)
	b.dead.prefix = b.instance
	if b.name == "" {
		b.name = "trolleybus"
	}
	if b.maxDepth <= 0 {
		b.maxDepth = 1000
	}
	if b.clock.own = o.Clock; o.Clock == nil {
		b.clock.own = systemClock{time.Now()}
	}
	if b.jitter == nil {
		b.jitter = rand.Float64
	}
	if b.dead.limit = o.DeadLetters; b.dead.limit <= 0 {
		b.dead.limit = DefaultDeadLetters
	}
	if b.slowAfter = o.SlowAfter; b.slowAfter == 0 {
		b.slowAfter = DefaultSlowAfter
	}
	if b.logger == nil {
		b.logger = stderrLogger{}
	}
	b.cache.init(o.RouteCache)
	return b
}

// Name returns the name that the bus was given.
func (b *Bus) Name() string { return b.name }

// random is a number in [0, 1) for jitter: the host's, if there is one, else of Options.
func (b *Bus) random() float64 {
	if h := b.host.Load(); h != nil {
		return (*h).Random()
	}
	return b.jitter()
}

// Close ends all subscriptions, queues and Events iterators. After it Publish and Subscribe return
// ErrClosed. It waits for no handler: one that is running goes on, but no other is called any more.
// It may be called twice, and from a handler, and always returns nil.
func (b *Bus) Close() error {
	if b.closed.Swap(true) {
		return nil
	}
	b.mu.Lock()
	all := b.table.Clear()
	for _, s := range all {
		s.bits.And(^uint32(bitListed))
	}
	b.hosted, b.declared = nil, nil
	b.cache.clear()
	for c := range b.lasting {
		all = append(all, c.sub)
	}
	b.mu.Unlock()
	for _, s := range all {
		s.bits.Or(bitRemoved) // all of them first: what one leaves is not passed on to the next
	}
	b.exchanges.close()
	for _, s := range all {
		s.ended()
	}
	b.dead.close()
	b.histories.close()
	return nil
}

// lookup returns the route of a topic that anybody may name. The error is a *TopicError.
func (b *Bus) lookup(topic string) (*route, error) {
	h := subject.Hash(topic)
	if r := b.cache.get(h, topic); r != nil {
		return r, nil
	}
	if err := publishable(topic); err != nil {
		return nil, err
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	r := &route{hash: h, topic: topic}
	r.subs, r.declared = b.resolve(topic, h, nil)
	b.cache.put(r)
	return r, nil
}

// subscribers resolves any valid topic at the time of the call. Topics of the bus itself are rare and
// not cached.
func (b *Bus) subscribers(topic string) []*Subscription {
	if !subject.IsReserved(topic) {
		r, err := b.lookup(topic)
		if err != nil {
			return nil
		}
		return r.subs
	}
	b.mu.RLock()
	defer b.mu.RUnlock()
	return b.foldGroups(b.table.match(topic, subject.Hash(topic), nil))
}
