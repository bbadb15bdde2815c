package bus

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// run is one outermost publish with all that its handlers publish: a queue that one goroutine, the
// publisher's, delivers from (D1). It is on the heap since contexts of handlers refer to it; what only the
// delivering goroutine needs is in delivery.
type run struct {
	bus   *Bus
	base  context.Context // the outermost publish's, for cancellation
	state atomic.Uint32
	mu    sync.Mutex      // handlers may publish from goroutines of their own
	head  *handlerContext // the queue, linked by handlerContext.next
	tail  *handlerContext
	first handlerContext
}

// A run is idle, or queued while events wait, and in the end closed. It is queued exactly if head is not nil.
const (
	runIdle = iota
	runQueued
	runClosed
)

func (b *Bus) newRun(ctx context.Context, topic string) *run {
	r := &run{bus: b}
	r.first.values, r.base = b.outerContexts(ctx)
	r.first.run = r
	r.first.topic = topic
	return r
}

func (r *run) closed() bool { return r.state.Load() == runClosed }

// enqueue adds an event to the run and numbers it, unless the run is over.
func (r *run) enqueue(s *handlerContext, lin *lineage) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.tail == nil {
		if !r.state.CompareAndSwap(runIdle, runQueued) {
			return false
		}
		r.head = s
	} else {
		r.tail.next = s
	}
	r.tail = s
	// Numbered under the lock, so that numbers grow along the queue.
	s.event.Seq = r.bus.seq.Add(1)
	s.event.lineage = lin
	return true
}

// end closes the run if no event waits, and reports whether it did.
func (r *run) end() bool { return r.state.CompareAndSwap(runIdle, runClosed) }

// take returns the next event of the queue, or ends the run and returns nil.
func (r *run) take() *handlerContext {
	if r.end() {
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	s := r.head
	r.head, s.next = s.next, nil
	if r.head == nil {
		r.tail = nil
		r.state.Store(runIdle)
	}
	return s
}

// start delivers e to subs and then all that comes of it, on this goroutine. cause is the handler context of an
// earlier run in which e was published, or nil.
func (b *Bus) start(ctx context.Context, subs []*Subscription, e *Event, cause *handlerContext) error {
	return b.startWithin(ctx, subs, e, cause, nil)
}

// startWithin is start for a run that the handler of outer waits for, if it is not nil: it counts towards the chain.
func (b *Bus) startWithin(ctx context.Context, subs []*Subscription, e *Event, cause, outer *handlerContext) error {
	shard := b.counts.shard()
	if limit := min(b.maxDepth, maxNested); shard.begin() && tooDeep(limit) {
		shard.end(0, 0)
		return &RecursionError{Topics: []string{e.Topic}, Limit: limit}
	}
	e.Seq = b.seq.Add(1)
	if cause != nil {
		e.lineage = cause.lineage()
	}
	d := delivery{shard: shard, subs: subs, published: 1, observed: b.isObserved()}
	if subject.IsReserved(e.Topic) {
		d.published = 0
	}
	if len(subs) == 0 && !d.observed {
		d.finish()
		return nil
	}
	d.run = b.newRun(ctx, e.Topic)
	d.at = &d.run.first
	d.at.event = e
	if outer != nil {
		d.at.parent, d.at.depth = outer, outer.depth+1
	}
	d.accepting = d.observed
	d.drive()
	d.finish()
	return nil
}
