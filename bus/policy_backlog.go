package bus

import "context"

// enqueue puts a task into the queue, as far as the policy lets it.
func (c *consumer) enqueue(ctx context.Context, t task) {
	t.since = c.sub.bus.clock.Now()
	t.hold(c)
	var room [1]task
	gone := room[:0]
	c.mu.Lock()
	if old, ok := c.queue.replace(&t); ok {
		c.mu.Unlock()
		c.coalesced(old)
		return
	}
	for c.waiting() >= c.limit && !c.closed {
		switch {
		case c.policy == DropOldest:
			gone = append(gone, c.oldest())
			continue
		case c.policy == Latest:
			for c.waiting() > 0 {
				gone = append(gone, c.oldest())
			}
			continue
		case c.policy == Block && c.await(ctx):
			continue
		}
		c.mu.Unlock()
		if c.policy == DropNewest {
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
		c.queue.push(t, c.limit)
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

// waiting is how many tasks are bound by the limit. The caller holds the lock.
func (c *consumer) waiting() int { return c.queue.length + c.lined }

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

// oldest takes out the task that waited longest and is bound by the limit. There is one. What is in a line
// has been at the head of the queue before.
func (c *consumer) oldest() task {
	defer c.left()
	if c.lined == 0 {
		return c.queue.pop()
	}
	of, found := "", false
	for key, line := range c.lines {
		if len(line) > 0 && (!found || line[0].since.Before(c.lines[of][0].since)) {
			of, found = key, true
		}
	}
	return c.firstOf(of)
}

// firstOf takes the first task out of a line that is not empty.
func (c *consumer) firstOf(key string) task {
	line := c.lines[key]
	t := line[0]
	line[0] = task{}
	c.lines[key] = line[1:]
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

// drop lets go of a task that a full queue has no room for.
func (c *consumer) drop(t task) {
	defer c.abandon(t)
	c.count(nil, &t)
}

// count counts it.
func (c *consumer) count(at *handlerContext, t *task) {
	c.dropped.Add(1)
	c.sub.bus.counts.dropped.Add(1)
	c.sub.bus.tellDropped(at, c.sub.originalOf(t.event), c.sub, DroppedOverflow)
	c.lose(t, &OverflowError{Pattern: c.sub.Pattern(), Limit: c.limit})
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
	c.sub.bus.report(at, c.sub.bus.newFailure(c.sub, c.sub.originalOf(t.event), &OverflowError{Pattern: c.sub.Pattern(), Limit: c.limit}))
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
	for c.queue.length > 0 {
		t = c.queue.pop()
		if t.notes == nil || !t.notes.keyed {
			c.left()
			return t, true
		}
		key := t.notes.key
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

// lineUp has a task that is not in the queue handled next, or behind its key. The caller holds the lock.
func (c *consumer) lineUp(t task) {
	if t.notes != nil && t.notes.keyed {
		if key := t.notes.key; c.busy(key) {
			c.lines[key] = append(c.lines[key], t)
			c.lined++
			return
		}
		c.occupy(t.notes.key)
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
	if t.notes == nil || !t.notes.keyed {
		return
	}
	key := t.notes.key
	if len(c.lines[key]) == 0 {
		delete(c.lines, key)
		return
	}
	c.due = append(c.due, c.firstOf(key))
	c.left()
}
