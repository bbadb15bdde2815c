package bus

import (
	"context"
	"sync"
	"sync/atomic"
)

// seam holds the live events of a subscription back until its replay is done (D6).
type seam struct {
	sub    *Subscription
	limit  int
	policy Policy
	// joined is up to where the replay goes: what was recorded until then is not live.
	joined  uint64
	open    atomic.Bool // joined does not change any more
	dropped atomic.Uint64

	mu      sync.Mutex // guards what follows, and joined until the seam is closed
	waiting []waiting
	closed  bool
	space   chan struct{} // closed when a blocked publisher may look again; nil if none waits
}

// waiting is an event at a gate, with the context that it was published with for its values.
type waiting struct {
	event    *Event
	values   context.Context
	position uint64
	past     bool // of the replay
}

func newSeam(s *Subscription, limit int, policy Policy) *seam {
	if limit == 0 {
		limit, policy = DefaultQueue, Error
	}
	return &seam{sub: s, limit: limit, policy: policy}
}

// holds reports whether the gate has taken an event that was recorded at this position (0: not at all), or it is
// one that the replay has. If not, the event is the caller's to deliver.
func (g *seam) holds(ctx context.Context, e *Event, position uint64) bool {
	if g.open.Load() {
		return position != 0 && position <= g.joined
	}
	g.mu.Lock()
	for {
		switch {
		case g.closed || position != 0 && position <= g.joined:
			g.mu.Unlock()
			return true
		case g.open.Load():
			g.mu.Unlock()
			return false
		}
		if len(g.waiting) < g.limit {
			break
		}
		switch {
		case g.policy == DropOldest:
			g.drop(g.pop().event)
			continue
		case g.policy == Latest:
			for len(g.waiting) > 0 {
				g.drop(g.pop().event)
			}
			continue
		case g.policy == Block && g.await(ctx):
			continue
		}
		g.mu.Unlock()
		g.refuse(ctx, e)
		return true
	}
	values, _ := g.sub.bus.bare(ctx)
	retain(e)
	g.waiting = append(g.waiting, waiting{event: e, values: values, position: position})
	g.mu.Unlock()
	return true
}

// await gives the lock up until something left, and reports false if ctx ended first.
func (g *seam) await(ctx context.Context) bool {
	if g.space == nil {
		g.space = make(chan struct{})
	}
	space := g.space
	g.mu.Unlock()
	defer g.mu.Lock()
	select {
	case <-space:
		return true
	case <-ctx.Done():
		return false
	}
}

// drop lets an event go that the seam held.
func (g *seam) drop(e *Event) {
	g.count()
	release(e)
}

// refuse lets an event go that the seam does not take.
func (g *seam) refuse(ctx context.Context, e *Event) {
	g.count()
	if g.policy != DropNewest {
		b := g.sub.bus
		b.report(b.scopeOf(ctx), b.newFailure(g.sub, e, &OverflowError{Pattern: g.sub.Pattern(), Limit: g.limit}))
	}
}

func (g *seam) count() {
	g.dropped.Add(1)
	g.sub.bus.counts.dropped.Add(1)
}

// pop takes out the event that waited longest, which the caller knows is there.
func (g *seam) pop() waiting {
	w := g.waiting[0]
	g.waiting[0] = waiting{}
	g.waiting = g.waiting[1:]
	g.left()
	return w
}

func (g *seam) left() {
	if g.space != nil {
		close(g.space)
		g.space = nil
	}
}

// begin says up to where the replay goes.
func (g *seam) begin(joined uint64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.joined = joined
	// What is in the replay as well came between listing and reading the history.
	live := g.waiting[:0]
	for _, w := range g.waiting {
		if w.position != 0 && w.position <= joined {
			release(w.event)
			continue
		}
		live = append(live, w)
	}
	clear(g.waiting[len(live):])
	g.waiting = live
	g.left()
}

// next returns the next event that waits; when there is none, the seam is closed from then on.
func (g *seam) next() (w waiting, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.waiting) == 0 {
		g.waiting = nil
		g.open.Store(true)
		g.left()
		return waiting{}, false
	}
	return g.pop(), true
}

// close lets go of what waits: nobody wants it any more.
func (g *seam) close() {
	g.mu.Lock()
	rest := g.waiting
	g.waiting, g.closed = nil, true
	g.left()
	g.mu.Unlock()
	for _, w := range rest {
		release(w.event)
	}
}
