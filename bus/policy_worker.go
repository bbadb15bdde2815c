package bus

import "context"

// more sees to what waits, now that there is more of it: it starts a goroutine if one more is useful.
func (c *consumer) more() {
	if c.wake != nil {
		c.wake()
		return
	}
	c.mu.Lock()
	start := c.another()
	c.mu.Unlock()
	if start {
		c.start()
	}
}

// leave gives up a place among the running ones, for what waits.
func (c *consumer) leave() {
	c.mu.Lock()
	c.running--
	start := c.another()
	c.mu.Unlock()
	if start {
		c.start()
	}
}

// another takes a place among the running ones if there is one and something waits for it.
func (c *consumer) another() bool {
	if len(c.due)+c.queue.ring.length == 0 || c.most > 0 && c.running >= c.most {
		return false
	}
	c.running++
	c.starting++
	return true
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
	for begun := 1; ; begun = 0 {
		c.mu.Lock()
		c.starting -= begun
		t, ok := c.take()
		if !ok {
			c.running--
			returned = true
		}
		report := c.fell()
		c.mu.Unlock()
		c.tell(report, &t, ok)
		if !ok {
			return
		}
		if c.attempt(c.context(&t), t) {
			c.sub.bus.counts.shard().delivered.Add(1)
		}
	}
}

// tell publishes a report before t is handled. A handler of it that ends this goroutine must not take t along.
func (c *consumer) tell(report pressureReport, t *task, ok bool) {
	if report.state == nil {
		return
	}
	told := false
	defer func() {
		if !told && ok {
			c.giveBack(*t)
		}
	}()
	report.publish(nil)
	told = true
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
	r.first.run, r.first.values, r.first.event, r.first.topic = r, values, c.sub.originalOf(t.event), t.event.Topic
	return &r.first
}
