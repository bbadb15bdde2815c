package bus

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// consumer takes the events of one subscription through its policies: dedupe, pacing, the bounded queue,
// the attempts, and the dead letters in the end. A subscription that has none of them has no consumer.
type consumer struct {
	sub      *Subscription
	window   *dedupeWindow       // nil without Dedupe
	pacer    *pacer              // nil without Debounce, Throttle or PerFrame
	coalesce func(*Event) string // nil without Coalesce
	retry    *Backoff            // nil without Retry
	timeout  time.Duration
	most     int             // calls at the same time; 0: no bound, on the publisher's goroutine
	wake     func()          // of an iterator, which takes tasks instead of being called
	group    *queueGroup     // nil without Queue
	ctx      context.Context // of handlers off the publisher's goroutine; ends with the subscription
	cancel   context.CancelFunc

	turn atomic.Uint64 // when the group last chose it

	mu       sync.Mutex
	queue    boundedQueue
	due      []task              // ahead of the queue, and not bound by its limit: they were admitted before
	paused   map[*pause]struct{} // back-offs
	running  int
	starting int // of those, and without a task yet
	closed   bool
	pressure pressure
}

// pause is a task that waits for its next attempt.
type pause struct {
	of    *consumer
	task  task
	alarm alarm
}

// verdict is what a consumer says to an event that it is offered.
type verdict uint8

const (
	unwanted verdict = iota // by the filter, or the subscription is over: another member of the group may
	known                   // by the dedupe window
	wanted
)

// offer takes an event through the consumer, as far as that goes at once, and reports whether the handler
// was called and returned no error. Failures are dealt with here. ctx is that of the publish.
func (c *consumer) offer(ctx context.Context, e *Event) (called bool) {
	t := task{event: e}
	if c.judge(ctx, &t, false) != wanted {
		return false
	}
	return c.begin(ctx, t)
}

// judge asks the user's functions about an event and claims it. When one of them panics, or ends the
// goroutine, that is a failure of the subscription and the event is not wanted. again says that an event that
// the window knows is to be handled all the same.
func (c *consumer) judge(ctx context.Context, t *task, again bool) (v verdict) {
	x, sound := c.sub.extras, false
	e := c.sub.originalOf(t.event)
	defer func() {
		if !sound {
			v = unwanted
			c.sub.bus.report(c.sub.bus.handlerContextOf(ctx), c.sub.bus.newFailure(c.sub, e, newPanicError(recover())))
		}
	}()
	if x.filter != nil && !x.filter(e) {
		sound = true
		return unwanted
	}
	var mine claim
	if c.window != nil {
		mine = c.window.of(e)
		// An event's own number needs no remembering: it is found again.
		if mine.text != "" {
			t.remember().claim = mine
		}
	}
	if c.retry != nil && c.retry.Key != nil {
		if key := c.retry.Key(e); key != "" {
			p := t.remember()
			p.key, p.keyed = key, true
		}
	}
	if c.coalesce != nil {
		if key := c.coalesce(e); key != "" {
			t.remember().merge = key
		}
	}
	sound = true
	if c.window != nil && !c.window.take(mine) && !again {
		c.sub.bus.counts.deduped.Add(1)
		c.sub.bus.tellDropped(c.sub.bus.handlerContextOf(ctx), e, c.sub, DroppedDuplicate)
		return known
	}
	if x.once && !c.sub.endWith(c) {
		if c.window != nil {
			c.window.free(mine)
		}
		return unwanted
	}
	return wanted
}

// inherit asks whether the consumer takes over a task of another one, or a dead letter, and returns the task
// as it is here.
func (c *consumer) inherit(t task) (task, bool) {
	if t.notes != nil {
		p := *t.notes
		p.claim, p.key, p.keyed, p.merge = claim{}, "", false, ""
		t.notes = &p
	}
	return t, c.judge(context.Background(), &t, true) == wanted
}

// begin takes an event that the consumer has claimed further.
func (c *consumer) begin(ctx context.Context, t task) (called bool) {
	t.values, _ = c.sub.bus.outerContexts(ctx)
	if c.pacer != nil && !c.pacer.passes(ctx, &t) {
		return false
	}
	return c.accept(ctx, t)
}

// accept gives a task its turn: at once on this goroutine, or when there is room.
func (c *consumer) accept(ctx context.Context, t task) (called bool) {
	if c.queued() {
		c.enqueue(ctx, t)
		return false
	}
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		c.passOn(t)
		return false
	}
	if t.notes != nil && t.notes.keyed {
		if c.queue.busy(t.notes.key) {
			c.mu.Unlock()
			c.enqueue(ctx, t)
			return false
		}
		c.queue.occupy(t.notes.key)
	}
	c.running++
	c.mu.Unlock()
	if c.sub.target == nil {
		c.lend(t)
		return true
	}
	defer c.leave()
	return c.attempt(ctx, t)
}

// queued reports whether all events go through the queue.
func (c *consumer) queued() bool { return c.most > 0 || c.wake != nil }

// load is how much a member of a queue group has to do.
func (c *consumer) load() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running - c.starting + len(c.due) + c.queue.length() + len(c.paused)
}

// close ends the consumer. What waits goes to another member of the group, or is let go without being
// counted as dropped: nobody wants it any more. What has failed before becomes a dead letter then.
func (c *consumer) close() {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		return
	}
	c.closed = true
	rest := append(c.due, c.queue.clear()...)
	paused := c.paused
	c.due, c.paused = nil, nil
	watching := c.pressure.end()
	c.mu.Unlock()
	watching.stop()
	failed := stopAll(paused)
	if c.pacer != nil {
		rest = append(rest, c.pacer.close()...)
	}
	c.cancel()
	all := c.forget()
	waited := make([]leftover, len(rest))
	for i, t := range rest {
		waited[i] = leftover{c, t}
	}
	sortLeftovers(waited)
	defer c.retire()
	passAll(slices.Concat(all, waited, failed))
}

// stopAll ends pauses and returns them in the order of their events.
func stopAll(paused map[*pause]struct{}) (all []leftover) {
	for p := range paused {
		p.alarm.stop()
		all = append(all, leftover{p.of, p.task})
	}
	sortLeftovers(all)
	return all
}

// leftover is a task that the consumer leaves, which has ended.
type leftover struct {
	*consumer
	task task
}

// passAll passes on all that is left, even if a handler of a dead letter ends the goroutine.
func passAll(all []leftover) {
	defer func() {
		if len(all) > 0 {
			passAll(all)
		}
	}()
	for len(all) > 0 {
		l := all[0]
		all = all[1:]
		l.passOn(l.task)
	}
}

// retire tells those who wait for the end of the consumer.
func (c *consumer) retire() {
	if c.wake != nil {
		c.wake()
	}
	if h := c.sub.bus.host.Load(); h != nil && c.sub.target == nil {
		(*h).Ended(c.sub)
	}
}

// forget takes the consumer out of what the bus knows of it, and returns what its queue group leaves with it.
func (c *consumer) forget() (all []leftover) {
	if c.group != nil {
		all = c.sub.bus.leaveGroup(c.group)
	}
	if c.sub.extras.once {
		b := c.sub.bus
		b.mu.Lock()
		delete(b.lasting, c)
		b.mu.Unlock()
		c.sub.detach()
	}
	return all
}

// endWith ends a subscription with Once, whose consumer still has its one event to see to, and reports
// whether it was this call that did. The bus keeps the consumer, to close it with all others.
func (s *Subscription) endWith(c *consumer) bool {
	if !s.end() {
		return false
	}
	b := s.bus
	b.mu.Lock()
	closed := b.closed.Load()
	if !closed {
		if b.lasting == nil {
			b.lasting = map[*consumer]struct{}{}
		}
		b.lasting[c] = struct{}{}
	}
	b.mu.Unlock()
	if closed {
		c.close()
	}
	return !closed
}

// sortLeftovers puts tasks into the order of their events.
func sortLeftovers(all []leftover) {
	slices.SortStableFunc(all, func(a, b leftover) int { return cmp.Compare(a.task.event.Seq, b.task.event.Seq) })
}
