package model

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// consumer is the model of a managed subscription.
type consumer struct {
	*policy
	m       *sequential
	sub     *modelSub
	window  *modelWindow
	due     []*task // ahead of the queue and not bound by its limit
	queue   []*task
	lines   map[string][]*task // behind each key of which a task is under way
	paused  []*task
	calls   []*task // that count
	zombies []*task // calls that took too long, and go on
	turn    int     // when the group last chose it
	dropped uint64
	closed  bool
}

// task is an event on its way to one managed subscription.
type task struct {
	event    *modelEvent
	value    int
	claim    string
	key      string
	merge    string
	attempts int
	redrives int
	left     *consumer // that it was failing in, and waits beside
	err      error
	first    time.Duration
	last     time.Duration
	timer    *modelTimer
	name     string // of its call
	end      outcome
	fault    error
}

func (m *sequential) newConsumer(s *modelSub) *consumer {
	c := &consumer{policy: s.policy, m: m, sub: s, lines: map[string][]*task{}}
	if c.max > 0 {
		c.window = &modelWindow{max: c.max, remember: time.Duration(c.remember) * time.Millisecond, stands: c.stands, known: map[string]int{}}
	}
	if c.group != "" {
		m.join(c)
	}
	return c
}

// own is what keeps timers of two subscriptions apart.
func (c *consumer) own() time.Duration { return time.Duration(c.sub.id) * 2 * time.Microsecond }

type verdict int

const (
	unwanted verdict = iota
	known
	wanted
)

// judge asks the functions of the subscription about an event. Inheriting is without regard to the window.
func (c *consumer) judge(t *task, at *modelPlace, again bool) verdict {
	m, e := c.m, t.event
	if c.sub.sieve != all {
		keep, boom := m.p.filtered(c.sub.id, m.name(e))
		if boom != "" {
			m.report(&modelFailure{errors.New(panicText(boom)), e, c.sub.label(), c.sub.pattern}, at)
			return unwanted
		}
		if !keep {
			return unwanted
		}
	}
	t.claim, t.key, t.merge = "", "", ""
	if c.max > 0 {
		t.claim = e.ids.own
		if c.window.stands {
			t.claim = standsFor(e.number)
		}
	}
	if c.policy.attempts > 0 && c.keyed {
		t.key = orderKey(e.number)
	}
	if c.coalesce {
		t.merge = mergeKey(e.number)
	}
	if c.max > 0 && !c.window.take(t.claim, m.now) && !again {
		m.counts.Deduped++
		return known
	}
	if c.sub.once {
		if !c.sub.active {
			c.free(t)
			return unwanted
		}
		c.sub.active = false
	}
	return wanted
}

func (c *consumer) free(t *task) {
	if c.max > 0 {
		delete(c.window.known, t.claim)
	}
}

// offer takes an event of a run, and returns true if the handler ended the goroutine.
func (c *consumer) offer(at *modelPlace) (gone bool) {
	t := &task{event: at.event, value: at.value, redrives: at.event.redriven}
	if c.judge(t, at, false) != wanted {
		return false
	}
	return c.begin(t, at)
}

func (c *consumer) begin(t *task, at *modelPlace) (gone bool) {
	switch {
	case c.lanes > 0 || c.busy(t.key):
		c.enqueue(t, at)
		return false
	case c.closed:
		c.passOn(t)
		return false
	}
	c.occupy(t.key)
	end, err := c.call(t)
	gone = end == exits
	c.settle(t, err, at)
	return gone
}

// call makes an attempt off lanes.
func (c *consumer) call(t *task) (outcome, error) {
	_, end, err := c.m.p.try(c.sub.id, &c.sub.spec, c.m.name(t.event))
	t.end = end
	return end, result(end, err)
}

func result(end outcome, err error) error {
	switch end {
	case panics:
		return errors.New(panicText(err.Error()))
	case exits:
		return errors.New(exited)
	}
	return err
}

// place is the context of an attempt off the publisher's goroutine.
func (t *task) place(c *consumer) *modelPlace {
	return &modelPlace{run: &modelRun{over: true, canceled: &c.closed}, event: t.event, value: t.value}
}

// settle decides what becomes of a task after an attempt (D7).
func (c *consumer) settle(t *task, err error, at *modelPlace) {
	m := c.m
	if err == nil {
		m.counts.Delivered++
		c.done(t)
		return
	}
	if c.policy.attempts == 0 {
		c.free(t)
		m.each(func() { m.report(&modelFailure{err, t.event, c.sub.label(), c.sub.pattern}, at) }, func() { c.done(t) })
		return
	}
	t.attempts++
	t.err, t.last = err, m.now
	if t.attempts == 1 {
		t.first = m.now
	}
	if t.attempts < c.policy.attempts && t.end != permanent && c.pause(t) {
		m.counts.Retried++
		return
	}
	c.free(t)
	m.each(func() { m.bury(t, c, at) }, func() { c.done(t) })
}

// done lets what waits behind a task go on.
func (c *consumer) done(t *task) {
	if t.key != "" {
		if line := c.lines[t.key]; len(line) > 0 {
			c.due = append(c.due, line[0])
			c.lines[t.key] = line[1:]
		} else {
			delete(c.lines, t.key)
		}
		c.more()
	}
	if c.sub.once {
		c.close()
	}
}

// pause has a task wait for its next attempt, twice as long as before, of which chance takes half.
func (c *consumer) pause(t *task) bool {
	d := (time.Duration(c.initial)*time.Millisecond + c.own()) << (t.attempts - 1) / 2
	if c.closed {
		g := c.m.groups[c.group]
		if g == nil || c.m.closed {
			return false
		}
		t.left = c
		g.paused = append(g.paused, t)
		t.timer = c.m.after(d, func() {
			g.paused = slices.DeleteFunc(g.paused, func(o *task) bool { return o == t })
			c.passOn(t)
		})
		return true
	}
	c.paused = append(c.paused, t)
	t.timer = c.m.after(d, func() { c.resume(t) })
	return true
}

func (c *consumer) resume(t *task) {
	c.paused = slices.DeleteFunc(c.paused, func(o *task) bool { return o == t })
	here := *t
	if other := c.other(t); other != nil {
		c.done(&here)
		other.admit(t)
		return
	}
	c.due = append(c.due, t)
	c.more()
}

// admit takes over a task that was admitted before, elsewhere or here.
func (c *consumer) admit(t *task) {
	t.left = nil // it is here now
	if c.closed {
		c.passOn(t)
		return
	}
	c.lineUp(t)
	c.more()
}

// close ends the subscription's work: what waits goes to the group, and without one is forgotten or, if it has
// failed, a dead letter.
func (c *consumer) close() {
	if c.closed {
		return
	}
	c.closed = true
	rest := append(c.due, c.queue...)
	for _, line := range c.lines {
		rest = append(rest, line...)
	}
	failed := c.paused
	c.due, c.queue, c.lines, c.paused = nil, nil, map[string][]*task{}, nil
	ofGroup := c.m.leave(c)
	for _, t := range slices.Concat(ofGroup, failed, c.calls) {
		t.timer.stop()
	}
	var steps []func()
	for _, list := range [][]*task{ofGroup, rest, failed} {
		slices.SortStableFunc(list, func(a, b *task) int { return int(a.event.seq) - int(b.event.seq) })
		for _, t := range list {
			steps = append(steps, func() { cmp.Or(t.left, c).passOn(t) })
		}
	}
	c.m.each(steps...)
}

func (c *consumer) passOn(t *task) {
	if other := c.other(t); other != nil {
		other.admit(t)
		return
	}
	if t.attempts == 0 {
		c.abandon(t)
		return
	}
	c.free(t)
	c.m.bury(t, c, nil)
}

func (s *modelSub) backlog() string {
	c := s.work
	if c == nil {
		return ""
	}
	return backlog(len(c.calls), len(c.paused), c.waiting(), c.dropped)
}

func (s *modelSub) group() string {
	if s.policy == nil {
		return ""
	}
	return s.policy.group
}
