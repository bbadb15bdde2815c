package model

import (
	"errors"
	"slices"
	"time"
)

// What waits for a managed subscription of the model, and what it calls.

// enqueue puts a task into the queue as far as the policy lets it (D10).
func (c *consumer) enqueue(t *task, at *modelPlace) {
	if t.merge != "" {
		for i, w := range c.queue {
			if w.merge == t.merge {
				c.queue[i] = t
				c.m.counts.Coalesced++
				c.abandon(w)
				return
			}
		}
	}
	limit := c.limit
	if limit == 0 {
		limit = 1024
	}
	for c.waiting() >= limit && !c.closed {
		switch c.overflow {
		case dropsOldest, keepsLatest:
			old := c.queue[0]
			c.queue = c.queue[1:]
			c.drop(old)
			for c.overflow == keepsLatest && len(c.queue) > 0 {
				old, c.queue = c.queue[0], c.queue[1:]
				c.drop(old)
			}
		default:
			c.drop(t)
			if c.overflow == refuses {
				c.m.report(&modelFailure{errors.New("TB_OVERFLOW"), t.event, c.sub.label(), c.sub.pattern}, at)
			}
			return
		}
	}
	switch {
	case c.closed:
		c.passOn(t)
		return
	case c.lanes > 0:
		c.queue = append(c.queue, t)
	default:
		c.lineUp(t)
	}
	c.more()
}

func (c *consumer) waiting() int {
	n := len(c.queue)
	for _, line := range c.lines {
		n += len(line)
	}
	return n
}

func (c *consumer) drop(t *task) {
	c.dropped++
	c.m.counts.Dropped++
	c.abandon(t)
}

// abandon forgets a task that is not going to be handled.
func (c *consumer) abandon(t *task) {
	if c.sub.once {
		c.close()
	}
	c.free(t)
}

func (c *consumer) busy(key string) bool {
	_, busy := c.lines[key]
	return key != "" && busy
}

func (c *consumer) occupy(key string) {
	if key != "" {
		c.lines[key] = nil
	}
}

func (c *consumer) lineUp(t *task) {
	if c.busy(t.key) {
		c.lines[t.key] = append(c.lines[t.key], t)
		return
	}
	c.occupy(t.key)
	c.due = append(c.due, t)
}

// take returns the next task that may be handled, or nil.
func (c *consumer) take() *task {
	if len(c.due) > 0 {
		t := c.due[0]
		c.due = c.due[1:]
		return t
	}
	for len(c.queue) > 0 {
		t := c.queue[0]
		c.queue = c.queue[1:]
		if !c.busy(t.key) {
			c.occupy(t.key)
			return t
		}
		c.lines[t.key] = append(c.lines[t.key], t)
	}
	return nil
}

// more calls the handler with what waits, as far as there are lanes.
func (c *consumer) more() {
	c.m.apart(func() {
		for c.lanes == 0 || len(c.calls) < c.lanes {
			t := c.take()
			if t == nil {
				return
			}
			if c.lanes == 0 {
				c.calls = append(c.calls, t)
				_, err := c.call(t)
				c.m.apart(func() { c.settle(t, err, t.place(c)) })
				c.leave(t)
				continue
			}
			c.start(t)
		}
	})
}

func (c *consumer) leave(t *task) {
	c.calls = slices.DeleteFunc(c.calls, func(o *task) bool { return o == t })
}

// start begins a call that the program ends.
func (c *consumer) start(t *task) {
	c.calls = append(c.calls, t)
	t.name, t.end, t.fault = c.m.p.try(c.sub.id, &c.sub.spec, c.m.name(t.event))
	if c.timeout > 0 {
		t.timer = c.m.after(time.Duration(c.timeout)*time.Millisecond+c.own(), func() {
			zombie := *t
			c.zombies = append(c.zombies, &zombie)
			t.end = done
			c.m.apart(func() { c.over(t, errors.New("TB_TIMEOUT")) })
		})
	}
}

// over is the end of a call with lanes.
func (c *consumer) over(t *task, err error) {
	c.m.apart(func() { c.settle(t, err, t.place(c)) })
	c.leave(t)
	c.more()
}
