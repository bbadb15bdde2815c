package bus

import "time"

// PressureTopic is where queues tell that they are getting full, and that they have room again, each time
// as a *Pressure.
const PressureTopic = "$bus.pressure"

// SlowTopic is where a subscriber is reported whose oldest event has waited for Options.SlowAfter, as a
// *Pressure, once until its queue has been empty.
const SlowTopic = "$bus.slow"

// DefaultSlowAfter is after how long a waiting event makes its subscriber slow, unless Options say otherwise.
const DefaultSlowAfter = 5 * time.Second

// Pressure is the state of a subscription's queue.
type Pressure struct {
	Pattern      string
	Subscription string // its name, if it has one
	Waiting      int    // events
	Limit        int
	High         bool          // it has reached three quarters of the limit, and not yet fallen to one quarter
	Oldest       time.Duration // how long the oldest event has waited
}

// pressure watches one queue. The consumer's lock guards it.
type pressure struct {
	high     bool
	slow     bool  // reported
	watching Timer // nil if none is needed
}

// pressureReport is what has to be published once the consumer's lock is given up; the zero one is nothing.
type pressureReport struct {
	bus   *Bus
	topic string
	state *Pressure
}

func (r pressureReport) publish(at *scope) {
	if r.state != nil {
		r.bus.announce(at, r.topic, r.state)
	}
}

// rose is called when a task has been put in. The caller holds the lock.
func (c *consumer) rose() (report pressureReport) {
	p := &c.pressure
	if p.watching == nil {
		c.watch(c.sub.bus.slowAfter)
	}
	if !p.high && c.limit > 1 && 4*c.waiting() >= 3*c.limit {
		p.high = true
		report = c.report(PressureTopic)
	}
	return report
}

// fell is called when a task has been taken out. The caller holds the lock.
func (c *consumer) fell() (report pressureReport) {
	p := &c.pressure
	waiting := c.waiting()
	if p.high && 4*waiting <= c.limit {
		p.high = false
		report = c.report(PressureTopic)
	}
	if waiting == 0 {
		p.slow = false // the timer goes on: to begin anew with every event would be too much
	}
	return report
}

func (p *pressure) end() {
	p.slow = false
	if p.watching != nil {
		p.watching.Stop()
		p.watching = nil
	}
}

func (c *consumer) report(topic string) pressureReport {
	b := c.sub.bus
	state := c.state(b.clock.Now())
	return pressureReport{b, topic, &state}
}

// state describes the queue. The caller holds the lock.
func (c *consumer) state(now time.Time) Pressure {
	p := Pressure{
		Pattern: c.sub.path, Subscription: c.sub.Name(), Waiting: c.waiting(), Limit: c.limit, High: c.pressure.high,
	}
	if c.queue.length > 0 {
		p.Oldest = now.Sub(c.queue.at(0).since)
	}
	for _, line := range c.lines {
		if len(line) > 0 {
			p.Oldest = max(p.Oldest, now.Sub(line[0].since))
		}
	}
	return p
}

// watch looks at the age of the oldest task after d. One timer for a busy period is enough: tasks come and
// go much faster than it. The caller holds the lock.
func (c *consumer) watch(d time.Duration) {
	b := c.sub.bus
	if b.slowAfter <= 0 {
		return
	}
	var timer Timer
	timer = b.clock.AfterFunc(d, func() {
		c.mu.Lock()
		report := c.watched(timer)
		c.mu.Unlock()
		report.publish(nil)
	})
	c.pressure.watching = timer
}

// watched is called when a timer of watch has run out. The caller holds the lock.
func (c *consumer) watched(timer Timer) (report pressureReport) {
	p := &c.pressure
	if p.watching != timer {
		return report
	}
	p.watching = nil
	if c.waiting() == 0 || p.slow {
		return report // the next task brings a new timer
	}
	if left := c.sub.bus.slowAfter - c.state(c.sub.bus.clock.Now()).Oldest; left > 0 {
		c.watch(left)
		return report
	}
	p.slow = true
	return c.report(SlowTopic)
}

// Pressure returns how full the fullest queue is among the subscriptions to a topic, from 0 to 1. A
// publisher that can wait, or can leave something out, asks it first. The error is a *TopicError.
func (b *Bus) Pressure(topic string) (float64, error) {
	if err := publishable(topic); err != nil {
		return 0, err
	}
	most := 0.0
	for _, s := range b.subscribers(topic) {
		members := []*Subscription{s}
		if s.extras != nil && s.extras.group != nil {
			members = s.extras.group.members
		}
		for _, m := range members {
			if m.extras == nil || m.extras.consumer == nil {
				continue
			}
			c := m.extras.consumer
			c.mu.Lock()
			most = max(most, float64(c.waiting())/float64(c.limit))
			c.mu.Unlock()
		}
	}
	return most, nil
}
