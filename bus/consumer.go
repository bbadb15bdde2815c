package bus

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// consumer takes the events of one subscription through its policies: dedupe, pacing, the bounded queue,
// the attempts, and the dead letters in the end. A subscription that has none of them has no consumer.
type consumer struct {
	sub      *Subscription
	window   *window             // nil without Dedupe
	pacer    *pacer              // nil without Debounce, Throttle or PerFrame
	coalesce func(*Event) string // nil without Coalesce
	retry    *Backoff            // nil without Retry
	timeout  time.Duration
	most     int // calls at the same time; 0: no bound, on the publisher's goroutine
	limit    int // of what waits
	policy   Policy
	wake     func()          // of an iterator, which takes tasks instead of being called
	group    *queueGroup     // nil without Queue
	ctx      context.Context // of handlers off the publisher's goroutine; ends with the subscription
	cancel   context.CancelFunc

	dropped atomic.Uint64
	turn    atomic.Uint64 // when the group last chose it

	mu       sync.Mutex
	queue    queue
	due      []task            // ahead of the queue, and not bound by its limit: they were admitted before
	lines    map[string][]task // behind a key that is busy; a key is busy exactly if it has a line
	lined    int
	paused   map[*pause]struct{} // back-offs
	running  int
	closed   bool
	space    chan struct{} // closed when a blocked publisher may look again; nil if none waits
	pressure pressure
}

// pause is a task that waits for its next attempt.
type pause struct {
	task  task
	timer Timer
}

// offer takes an event through the consumer, as far as that goes at once, and reports whether the handler
// was called and returned no error. Failures are dealt with here. ctx is that of the publish.
func (c *consumer) offer(ctx context.Context, e *Event, peers *group) (called bool) {
	t := task{event: e}
	if peers != nil {
		t.memory().peers = peers
	}
	if c.window != nil {
		claim := c.window.of(e)
		if !c.window.take(claim) {
			c.sub.bus.counts.deduped.Add(1)
			return false
		}
		// An event's own number needs no remembering: it is found again.
		if claim.text != "" {
			t.memory().claim = claim
		}
	}
	if c.retry != nil && c.retry.Key != nil {
		if key := c.retry.Key(e); key != "" {
			p := t.memory()
			p.key, p.keyed = key, true
		}
	}
	if c.pacer != nil {
		c.pacer.offer(ctx, t)
		return false
	}
	return c.accept(ctx, t)
}

// accept gives a task its turn: at once on this goroutine, or when there is room.
func (c *consumer) accept(ctx context.Context, t task) (called bool) {
	if c.most > 0 || c.wake != nil {
		c.enqueue(ctx, t)
		return false
	}
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		c.passOn(t)
		return false
	}
	if t.past != nil && t.past.keyed {
		if c.busy(t.past.key) {
			c.mu.Unlock()
			c.enqueue(ctx, t)
			return false
		}
		c.occupy(t.past.key)
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

// acceptLater is accept outside of the run that the event was published in, which counts its own deliveries.
func (c *consumer) acceptLater(ctx context.Context, t task) {
	if c.sub.target == nil && c.most == 0 {
		c.admit(t)
	} else if c.accept(ctx, t) {
		c.sub.bus.counts.shard().delivered.Add(1)
	}
}

// leave gives up a place among the running ones, for what waits.
func (c *consumer) leave() {
	c.mu.Lock()
	c.running--
	c.mu.Unlock()
	c.more()
}

// enqueue puts a task into the queue, as far as the policy lets it.
func (c *consumer) enqueue(ctx context.Context, t task) {
	t.values, _ = c.sub.bus.bare(ctx)
	t.since = c.sub.bus.clock.Now()
	t.hold()
	key := ""
	if c.queue.places != nil {
		key = c.coalesce(t.event)
	}
	c.mu.Lock()
	if key != "" && !c.closed {
		if old, ok := c.queue.replace(key, t); ok {
			c.mu.Unlock()
			c.coalesced(old)
			return
		}
	}
	for c.queue.length+c.lined >= c.limit && !c.closed {
		switch c.policy {
		case DropOldest:
			c.drop(c.oldest())
		case Latest:
			for c.queue.length+c.lined > 0 {
				c.drop(c.oldest())
			}
		case Block:
			if c.await(ctx) {
				continue
			}
			fallthrough
		case Error:
			c.mu.Unlock()
			c.refuse(c.sub.bus.scopeOf(ctx), t)
			return
		case DropNewest:
			c.mu.Unlock()
			c.drop(t)
			return
		}
	}
	if c.closed {
		c.mu.Unlock()
		c.passOn(t)
		return
	}
	c.queue.push(t, c.limit)
	if key != "" {
		c.queue.mark(key)
	}
	report := c.rose()
	c.mu.Unlock()
	report.publish(c.sub.bus.scopeOf(ctx))
	c.more()
}

// await gives the lock up until something left the queue, and reports false if ctx ended first.
func (c *consumer) await(ctx context.Context) bool {
	if c.space == nil {
		c.space = make(chan struct{})
	}
	space := c.space
	c.mu.Unlock()
	defer c.mu.Lock()
	select {
	case <-space:
		return true
	case <-ctx.Done():
		return false
	}
}

// oldest takes out the task that waited longest and is bound by the limit. There is one.
func (c *consumer) oldest() task {
	defer c.left()
	if c.queue.length > 0 {
		return c.queue.pop()
	}
	var of string
	for key, line := range c.lines {
		if len(line) > 0 && (of == "" || line[0].since.Before(c.lines[of][0].since)) {
			of = key
		}
	}
	t := c.lines[of][0]
	c.lines[of] = c.lines[of][1:]
	c.lined--
	return t
}

// left wakes publishers that wait for room.
func (c *consumer) left() {
	if c.space != nil {
		close(c.space)
		c.space = nil
	}
}

// drop counts a task that a full queue let go.
func (c *consumer) drop(t task) {
	c.dropped.Add(1)
	c.sub.bus.counts.dropped.Add(1)
	c.abandon(t)
}

// refuse drops a task with an error.
func (c *consumer) refuse(at *scope, t task) {
	c.drop(t)
	c.sub.bus.report(at, c.sub.bus.newFailure(c.sub, t.event, &OverflowError{Pattern: c.sub.path, Limit: c.limit}))
}

// coalesced counts a task in whose place a newer one has come.
func (c *consumer) coalesced(t task) {
	c.sub.bus.counts.coalesced.Add(1)
	c.abandon(t)
}

// abandon lets go of a task that is not going to be handled.
func (c *consumer) abandon(t task) {
	c.onlyOne()
	if c.window != nil {
		c.window.free(c.claimOf(&t))
	}
	t.letGo()
}

func (c *consumer) claimOf(t *task) claim {
	if t.past != nil && t.past.claim != (claim{}) {
		return t.past.claim
	}
	if c.window.Key != nil {
		return claim{}
	}
	return claim{seq: t.event.Seq}
}

// take returns the next task that may be handled. The caller holds the lock.
func (c *consumer) take() (t task, ok bool) {
	if len(c.due) > 0 {
		t = c.due[0]
		c.due[0] = task{}
		if c.due = c.due[1:]; len(c.due) == 0 {
			c.due = nil
		}
		return t, true
	}
	for c.queue.length > 0 {
		t = c.queue.pop()
		if t.past == nil || !t.past.keyed {
			c.left()
			return t, true
		}
		key := t.past.key
		if !c.busy(key) {
			c.occupy(key)
			c.left()
			return t, true
		}
		c.lines[key] = append(c.lines[key], t)
		c.lined++
	}
	return task{}, false
}

func (c *consumer) busy(key string) bool {
	_, busy := c.lines[key]
	return busy
}

func (c *consumer) occupy(key string) {
	if c.lines == nil {
		c.lines = map[string][]task{}
	}
	c.lines[key] = nil
}

// vacate gives a key to the next task that waits behind it. The caller holds the lock.
func (c *consumer) vacate(t *task) {
	if t.past == nil || !t.past.keyed {
		return
	}
	line := c.lines[t.past.key]
	if len(line) == 0 {
		delete(c.lines, t.past.key)
		return
	}
	c.due = append(c.due, line[0])
	c.lines[t.past.key] = line[1:]
	c.lined--
	c.left()
}

// more sees to what waits, now that there is more of it or more room. It starts a goroutine if one more
// is useful. When the subscription has ended it ends the handlers' context.
func (c *consumer) more() {
	if c.wake != nil {
		c.wake()
		return
	}
	c.mu.Lock()
	start := len(c.due)+c.queue.length > 0 && (c.most == 0 || c.running < c.most)
	if start {
		c.running++
	}
	c.mu.Unlock()
	if start {
		c.start()
	}
}

// start begins to work off what waits. It is one of the running ones.
func (c *consumer) start() {
	if c.sub.target == nil {
		c.callOut()
		return
	}
	go c.work()
}

// work handles tasks as long as there are any. It is one of the running ones.
func (c *consumer) work() {
	returned := false
	defer func() {
		if !returned {
			c.leave() // the handler ended this goroutine; another one goes on
		}
	}()
	for {
		c.mu.Lock()
		t, ok := c.take()
		if !ok {
			c.running--
			returned = true
		}
		report := c.fell()
		c.mu.Unlock()
		report.publish(nil)
		if !ok {
			return
		}
		if c.attempt(c.context(&t), t) {
			c.sub.bus.counts.shard().delivered.Add(1)
		}
	}
}

// context makes the context of a handler off the publisher's goroutine: of a run that is over from the
// start, so that what it publishes begins a run of its own, and knows its cause.
func (c *consumer) context(t *task) context.Context {
	r := &run{bus: c.sub.bus, base: c.ctx}
	r.state.Store(runClosed)
	values := t.values
	if values == nil {
		values = c.ctx
	}
	r.first.run, r.first.values, r.first.event, r.first.topic = r, values, t.event, t.event.Topic
	return &r.first
}

// load is how much a member of a queue group has to do.
func (c *consumer) load() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running + len(c.due) + c.queue.length + c.lined + len(c.paused)
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
	for _, line := range c.lines {
		rest = append(rest, line...)
	}
	var failed []task
	for p := range c.paused {
		p.timer.Stop()
		failed = append(failed, p.task)
	}
	c.due, c.lines, c.lined, c.paused = nil, nil, 0, nil
	c.left()
	c.pressure.end()
	c.mu.Unlock()
	if c.pacer != nil {
		rest = append(rest, c.pacer.close()...)
	}
	c.cancel()
	if c.group != nil {
		c.sub.bus.leaveGroup(c.group)
	}
	sortTasks(rest)
	for _, t := range rest {
		c.passOn(t)
	}
	sortTasks(failed)
	for _, t := range failed {
		c.inherit(t)
	}
	if c.wake != nil {
		c.wake()
	}
	if host, ok := c.sub.bus.caller(); ok && c.sub.target == nil {
		host.Ended(c.sub)
	}
}

// sortTasks puts tasks into the order of their events.
func sortTasks(tasks []task) {
	for i := 1; i < len(tasks); i++ {
		for j := i; j > 0 && tasks[j].event.Seq < tasks[j-1].event.Seq; j-- {
			tasks[j], tasks[j-1] = tasks[j-1], tasks[j]
		}
	}
}
