package bus

import (
	"context"
	"runtime"
	"strings"
	"sync"
)

// run is one outermost publish with all that its handlers publish: a queue that one goroutine, the
// publisher's, delivers from (D1).
type run struct {
	bus  *Bus
	base context.Context // the outermost publish's, for cancellation

	mu     sync.Mutex // handlers may publish from goroutines of their own
	queue  []*scope
	head   int
	closed bool

	// What follows belongs to the goroutine that delivers.
	at                   *scope
	subs                 []*Subscription
	next                 int
	over                 bool
	published, delivered int
	first                scope
}

// enqueue adds an event to the run and numbers it, unless the run is over.
func (r *run) enqueue(s *scope, lin *lineage) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return false
	}
	// Numbered under the lock, so that numbers grow along the queue.
	s.event.Seq = r.bus.seq.Add(1)
	s.event.lineage = lin
	r.queue = append(r.queue, s)
	return true
}

func (r *run) isClosed() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.closed
}

// advance takes the next event of the queue and fixes its subscribers (D2), or ends the run.
func (r *run) advance() bool {
	r.mu.Lock()
	if r.head == len(r.queue) {
		r.closed = true
		r.queue = nil
		r.mu.Unlock()
		return false
	}
	s := r.queue[r.head]
	r.queue[r.head] = nil
	if r.head++; r.head == len(r.queue) {
		r.queue, r.head = r.queue[:0], 0
	}
	r.mu.Unlock()
	r.at, r.next = s, 0
	r.subs = r.bus.subscribers(s.topic)
	if !reserved(s.topic) {
		r.published++
	}
	return true
}

// start delivers e to subs and then all that comes of it, on this goroutine. cause is the scope of an
// earlier run in which e was published, or nil.
func (b *Bus) start(ctx context.Context, subs []*Subscription, e *Event, cause *scope) error {
	shard := b.counts.shard()
	if err := b.enter(shard, e.Topic); err != nil {
		return err
	}
	e.Seq = b.seq.Add(1)
	if cause != nil {
		e.lineage = cause.lineage()
	}
	published := 1
	if reserved(e.Topic) {
		published = 0
	}
	if len(subs) == 0 {
		shard.end(published, 0)
		return nil
	}
	r := b.newRun(ctx, e.Topic)
	r.first.event = e
	r.subs, r.published = subs, published
	defer r.finish(shard)
	r.drive()
	return nil
}

func (b *Bus) newRun(ctx context.Context, topic string) *run {
	r := &run{bus: b}
	r.first.values, r.base = bare(ctx)
	r.first.run = r
	r.first.topic = topic
	r.at = &r.first
	return r
}

func (r *run) finish(shard *counterShard) { shard.end(r.published, r.delivered) }

// enter counts a run that begins. A handler that publishes with a context that is not its own begins a
// run on top of its own run, and that must not go on until the stack overflows, which Go cannot recover
// from. While few runs are active there is no such stack; only when there are many is the own one measured.
func (b *Bus) enter(shard *counterShard, topic string) error {
	begun := shard.begun.Add(1)
	if begun-shard.ended.Load() > uint64(b.maxDepth/counterShards) && b.counts.active() > b.maxDepth && nested() > b.maxDepth {
		shard.end(0, 0)
		return &RecursionError{Topics: []string{topic}, Limit: b.maxDepth}
	}
	return nil
}

// nested counts the deliveries on this goroutine's stack.
func nested() int {
	var pcs [256]uintptr
	count := 0
	for skip := 2; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		if n == 0 {
			return count
		}
		for _, pc := range pcs[:n] {
			if f := runtime.FuncForPC(pc - 1); f != nil && strings.HasSuffix(f.Name(), ").deliverEach") {
				count++
			}
		}
		if n < len(pcs) {
			return count
		}
	}
}

func (r *run) drive() {
	for !r.over {
		r.deliverEach()
	}
}
