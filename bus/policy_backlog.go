package bus

import "context"

// enqueue puts a task into the queue, as far as the policy lets it.
func (c *consumer) enqueue(ctx context.Context, t task) {
	t.since = c.sub.bus.clock.Now()
	t.hold(c)
	var room [1]task
	gone := room[:0]
	c.mu.Lock()
	if slot := c.mergesWith(&t); slot != nil {
		old := *slot
		t.since = old.since // it is the key that waits
		*slot = t
		c.mu.Unlock()
		c.coalesced(old)
		return
	}
	for c.queue.full() && !c.closed {
		var ok bool
		if gone, ok = c.queue.makeRoom(ctx, &c.mu, gone); ok {
			continue
		}
		c.mu.Unlock()
		if c.queue.policy == DropNewest {
			c.drop(t)
		} else {
			c.refuse(c.sub.bus.handlerContextOf(ctx), t)
		}
		return
	}
	if c.closed {
		c.mu.Unlock()
		c.passOn(t)
		return
	}
	if c.queued() {
		c.queue.push(t)
		if t.notes != nil && t.notes.merge != "" {
			c.queue.mark(t.notes.merge)
		}
	} else {
		// It is here for its key: if that is still busy it gets in line at once, ahead of what comes next.
		c.lineUp(t)
	}
	report := c.rose()
	start := c.wake == nil && c.another()
	c.mu.Unlock()
	c.dropAll(gone)
	switch {
	case start:
		c.start()
	case c.wake != nil:
		c.wake()
	}
	if report.state != nil || report.watch != nil {
		report.publish(c.sub.bus.handlerContextOf(ctx))
	}
}

// mergesWith finds the task that waits whose place t takes (Coalesce). The caller holds the lock.
func (c *consumer) mergesWith(t *task) *task {
	if t.notes == nil || t.notes.merge == "" {
		return nil
	}
	return c.queue.find(t.notes.merge)
}

// drop lets go of a task that a full queue has no room for.
func (c *consumer) drop(t task) {
	defer c.abandon(t)
	c.count(nil, &t)
}

// count counts it.
func (c *consumer) count(at *handlerContext, t *task) {
	c.sub.countDropped(at, c.sub.originalOf(t.event))
	c.lose(t, &OverflowError{Pattern: c.sub.Pattern(), Limit: c.queue.limit})
}

func (c *consumer) dropAll(gone []task) {
	for _, t := range gone {
		c.drop(t)
	}
}

// refuse drops a task with an error, which has its event and data: what was refused can be had there.
func (c *consumer) refuse(at *handlerContext, t task) {
	defer c.abandon(t)
	c.count(at, &t)
	if c.sub.extras.responder != nil {
		return // the requester is told
	}
	c.sub.bus.report(at, c.sub.bus.newFailure(c.sub, c.sub.originalOf(t.event), &OverflowError{Pattern: c.sub.Pattern(), Limit: c.queue.limit}))
}

// coalesced counts a task in whose place a newer one has come.
func (c *consumer) coalesced(t task) {
	c.sub.bus.counts.coalesced.Add(1)
	defer c.abandon(t)
	c.sub.bus.tellDropped(nil, c.sub.originalOf(t.event), c.sub, DroppedCoalesced)
}

// abandon lets go of a task that is not going to be handled.
func (c *consumer) abandon(t task) {
	c.onlyOne()
	if c.window != nil {
		c.window.free(c.claimOf(&t))
	}
	t.release()
}

// lose tells who asks, if that is what the task is about, that there will be no answer.
func (c *consumer) lose(t *task, reason error) {
	if r := c.sub.extras.responder; r != nil {
		r.lost(t, reason)
	}
}

func (c *consumer) claimOf(t *task) claim {
	if t.notes != nil && t.notes.claim != (claim{}) {
		return t.notes.claim
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
	for c.queue.ring.length > 0 {
		t = c.queue.pop()
		if t.notes == nil || !t.notes.keyed {
			c.queue.left()
			return t, true
		}
		key := t.notes.key
		if !c.queue.busy(key) {
			c.queue.occupy(key)
			c.queue.left()
			return t, true
		}
		c.queue.lineUp(key, t)
	}
	return task{}, false
}

// lineUp has a task that is not in the queue handled next, or behind its key. The caller holds the lock.
func (c *consumer) lineUp(t task) {
	if t.notes != nil && t.notes.keyed {
		key := t.notes.key
		if c.queue.busy(key) {
			c.queue.lineUp(key, t)
			return
		}
		c.queue.occupy(key)
	}
	c.due = append(c.due, t)
}

// giveBack undoes take.
func (c *consumer) giveBack(t task) {
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		c.passOn(t)
		return
	}
	c.due = append([]task{t}, c.due...)
	c.mu.Unlock()
}

// vacate gives a key to the next task that waits behind it. The caller holds the lock.
func (c *consumer) vacate(t *task) {
	if t.notes == nil || !t.notes.keyed {
		return
	}
	if next, ok := c.queue.vacate(t.notes.key); ok {
		c.due = append(c.due, next)
	}
}
