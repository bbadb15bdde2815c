package bus

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// scope is the context that the handlers of one event get. It tells a nested publish which run it is
// part of and which event caused it.
type scope struct {
	run *run
	// values is the context that the event was published with, but only for its values: a handler may
	// cancel the context of a publish that waits in the queue. Deadline and cancellation are the run's.
	values context.Context
	parent *scope // of the causing event in the same run, or in the one that waits for this one
	next   *scope // in the run's queue
	event  *Event // nil for a typed event that nobody looked at as an Event
	topic  string
	seq    atomic.Uint64 // of an event that is nil, once it is needed
	depth  int32
}

// scopeKey asks a context for the scope of a bus. Several buses may be on one stack.
type scopeKey struct{ bus *Bus }

func (s *scope) Deadline() (time.Time, bool) { return s.run.base.Deadline() }
func (s *scope) Done() <-chan struct{}       { return s.run.base.Done() }
func (s *scope) Err() error                  { return s.run.base.Err() }
func (s *scope) Value(key any) any {
	switch k := key.(type) {
	case scopeKey:
		if k.bus == s.run.bus {
			return s
		}
	case admittingKey:
		if k.bus == s.run.bus {
			return nil // the event was admitted
		}
	}
	return s.values.Value(key)
}

func (s *scope) String() string { return "bus.handler(" + s.topic + ")" }

// scopeOf returns the scope of b that ctx is or comes from, or nil.
func (b *Bus) scopeOf(ctx context.Context) *scope {
	if s, ok := ctx.(*scope); ok && s.run.bus == b {
		return s
	}
	s, _ := ctx.Value(scopeKey{b}).(*scope)
	return s
}

// bare returns the contexts for values and for cancellation that a publish with ctx passes on. A scope
// of b itself is left out, so that an endless chain of events does not grow a chain of contexts.
func (b *Bus) bare(ctx context.Context) (values, base context.Context) {
	if s, ok := ctx.(*scope); ok && s.run.bus == b {
		return s.values, s.run.base
	}
	return ctx, ctx
}

func (s *scope) ident() ident {
	if s.event != nil {
		return s.event.ident()
	}
	return ident{seq: s.number()}
}

// number is the event's sequence number, which a typed event takes only when somebody asks.
func (s *scope) number() uint64 {
	if n := s.seq.Load(); n != 0 {
		return n
	}
	s.seq.CompareAndSwap(0, s.run.bus.seq.Add(1))
	return s.seq.Load()
}

func (s *scope) lineage() *lineage {
	if s.event == nil {
		i := s.ident()
		return &lineage{cause: i, root: i}
	}
	return &lineage{cause: s.event.ident(), root: s.event.rootIdent(), traceParent: s.event.TraceParent()}
}

// publish queues e, which the handler of s published with ctx, in s's run. It reports false when the
// run is over.
func (s *scope) publish(ctx context.Context, e *Event) (queued bool, err error) {
	// The bus's own events are let through: the failure of a chain that was cut must be told, and what
	// its handler publishes is refused, so that the chain ends all the same.
	if err := s.deeper(e.Topic); err != nil {
		if s.run.closed() {
			return false, nil
		}
		return false, err
	}
	values, _ := s.run.bus.bare(ctx)
	next := &scope{run: s.run, values: values, parent: s, event: e, topic: e.Topic, depth: s.depth + 1}
	lin := s.lineage()
	return s.run.enqueue(next, lin), nil
}

// deeper reports that an event of topic would make the chain of s too long.
func (s *scope) deeper(topic string) error {
	if int(s.depth)+1 > s.run.bus.maxDepth && !subject.IsReserved(topic) {
		return &RecursionError{Topics: s.cycle(topic), Limit: s.run.bus.maxDepth}
	}
	return nil
}

// cycle returns the topics from topic back to its last occurrence in the chain, oldest first, or the end
// of the chain if it does not occur.
func (s *scope) cycle(topic string) []string {
	const most = 16
	back := []string{topic}
	for at := s; at != nil; at = at.parent {
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
