package bus

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// handlerContext is the context that the handlers of one event get. It tells a nested publish which run it is
// part of and which event caused it.
type handlerContext struct {
	run *run
	// values is the context that the event was published with, but only for its values: a handler may
	// cancel the context of a publish that waits in the queue. Deadline and cancellation are the run's.
	values context.Context
	parent *handlerContext // of the causing event in the same run, or in the one that waits for this one
	next   *handlerContext // in the run'c queue
	event  *Event          // nil for a typed event that nobody looked at as an Event
	topic  string
	seq    atomic.Uint64 // of an event that is nil, once it is needed
	depth  int32
}

// handlerContextKey asks a context for the handler context of a bus. Several buses may be on one stack.
type handlerContextKey struct{ bus *Bus }

func (c *handlerContext) Deadline() (time.Time, bool) { return c.run.base.Deadline() }
func (c *handlerContext) Done() <-chan struct{}       { return c.run.base.Done() }
func (c *handlerContext) Err() error                  { return c.run.base.Err() }
func (c *handlerContext) Value(key any) any {
	switch k := key.(type) {
	case handlerContextKey:
		if k.bus == c.run.bus {
			return c
		}
	case admissionKey:
		if k.bus == c.run.bus {
			return nil // the event was admitted
		}
	}
	return c.values.Value(key)
}

func (c *handlerContext) String() string { return "bus.handler(" + c.topic + ")" }

// handlerContextOf returns the handler context of b that ctx is or comes from, or nil.
func (b *Bus) handlerContextOf(ctx context.Context) *handlerContext {
	if c, ok := ctx.(*handlerContext); ok && c.run.bus == b {
		return c
	}
	c, _ := ctx.Value(handlerContextKey{b}).(*handlerContext)
	return c
}

// outerContexts returns the contexts for values and for cancellation that a publish with ctx passes on. A handler context
// of b itself is left out, so that an endless chain of events does not grow a chain of contexts.
func (b *Bus) outerContexts(ctx context.Context) (values, base context.Context) {
	if c, ok := ctx.(*handlerContext); ok && c.run.bus == b {
		return c.values, c.run.base
	}
	return ctx, ctx
}

func (c *handlerContext) ident() ident {
	if c.event != nil {
		return c.event.ident()
	}
	return ident{seq: c.number()}
}

// number is the event's sequence number, which a typed event takes only when somebody asks.
func (c *handlerContext) number() uint64 {
	if n := c.seq.Load(); n != 0 {
		return n
	}
	c.seq.CompareAndSwap(0, c.run.bus.seq.Add(1))
	return c.seq.Load()
}

func (c *handlerContext) lineage() *lineage {
	if c.event == nil {
		i := c.ident()
		return &lineage{cause: i, root: i}
	}
	return &lineage{cause: c.event.ident(), root: c.event.rootIdent(), traceParent: c.event.TraceParent()}
}

// publish queues e, which the handler of c published with ctx, in c's run. It reports false when the
// run is over.
func (c *handlerContext) publish(ctx context.Context, e *Event) (queued bool, err error) {
	// The bus's own events are let through: the failure of a chain that was cut must be told, and what
	// its handler publishes is refused, so that the chain ends all the same.
	if err := c.deeper(e.Topic); err != nil {
		if c.run.closed() {
			return false, nil
		}
		return false, err
	}
	values, _ := c.run.bus.outerContexts(ctx)
	next := &handlerContext{run: c.run, values: values, parent: c, event: e, topic: e.Topic, depth: c.depth + 1}
	var lin *lineage
	if e.given().arrival == nil { // what comes from elsewhere has its own cause, if any
		lin = c.lineage()
	}
	if !c.run.enqueue(next, lin) {
		return false, nil
	}
	c.run.bus.tellAccepted(next)
	return true, nil
}

// deeper reports that an event of topic would make the chain of c too long.
func (c *handlerContext) deeper(topic string) error {
	if int(c.depth)+1 > c.run.bus.maxDepth && !subject.IsReserved(topic) {
		return &RecursionError{Topics: c.cycle(topic), Limit: c.run.bus.maxDepth}
	}
	return nil
}

// cycle returns the topics from topic back to its last occurrence in the chain, oldest first, or the end
// of the chain if it does not occur.
func (c *handlerContext) cycle(topic string) []string {
	const most = 16
	back := []string{topic}
	for at := c; at != nil; at = at.parent {
		back = append(back, at.topic)
		if at.topic == topic {
			break
		}
	}
	if len(back) > most && back[len(back)-1] != topic {
		back = back[:most]
	}
	for i, j := 0, len(back)-1; i < j; i, j = i+1, j-1 {
		back[i], back[j] = back[j], back[i]
	}
	return back
}
