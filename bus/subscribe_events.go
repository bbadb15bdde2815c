package bus

import (
	"context"
	"iter"
)

// Events subscribes at the call and yields each event whose topic matches pattern, from a bounded queue
// (DefaultQueue and Error unless Overflow says otherwise), so that a slow loop holds no publisher up.
// The subscription ends with the loop, with ctx, or with the bus, and events that wait then are not
// yielded. An iterator that nobody ranges over holds its queue until ctx ends, so give it one that does.
// It can be ranged over once.
//
// A wrong pattern or option, or a closed bus, yields nothing and is reported as a failure (D4).
func (b *Bus) Events(ctx context.Context, pattern string, opts ...SubscribeOption) iter.Seq[*Event] {
	if ctx == nil {
		ctx = context.Background()
	}
	it := &iterator{ready: make(chan struct{}, 1)}
	given := append([]SubscribeOption{it.claim, Until(ctx)}, opts...)
	s, err := b.subscribe(pattern, it, given)
	if err != nil {
		b.report(nil, &Failure{Err: &opError{"events", pattern, err}, Pattern: pattern, Time: b.clock.Wall()})
		return func(func(*Event) bool) {}
	}
	it.sub = s
	return it.all
}

// iterator is the consumer of one Events call.
type iterator struct {
	sub   *Subscription
	ready chan struct{} // holds a token while there may be something to do
}

// claim is the option that makes a subscription with a queue that the iterator reads.
func (it *iterator) claim(s *settings) error {
	s.wake = it.wake
	return nil
}

func (it *iterator) wake() {
	select {
	case it.ready <- struct{}{}:
	default:
	}
}

// deliver is never called: the events of an iterator go into its queue.
func (it *iterator) deliver(context.Context, *Event) error { return nil }

func (it *iterator) all(yield func(*Event) bool) {
	defer it.sub.Unsubscribe()
	c := it.sub.extras.consumer
	for {
		c.mu.Lock()
		next, ok := c.take()
		done := c.closed
		report := c.fell()
		c.mu.Unlock()
		c.tell(report, &next, ok)
		switch {
		case ok:
			if !it.pass(next, yield) || it.sub.extras.once {
				return
			}
		case done:
			return
		default:
			<-it.ready
		}
	}
}

// pass yields one event and lets go of it even if the loop's body panics. An event is handled when the body is through
// with it.
func (it *iterator) pass(t task, yield func(*Event) bool) bool {
	defer t.release()
	it.sub.bus.counts.shard().delivered.Add(1)
	e := it.sub.originalOf(t.event)
	w := it.sub.bus.beginWatch(context.Background(), it.sub, e, 1)
	defer w.panicked()
	more := yield(e)
	w.end(nil)
	if w := it.sub.extras.consumer.window; w != nil && w.stored != nil {
		w.persist(it.sub.extras.consumer.claimOf(&t))
	}
	return more
}
