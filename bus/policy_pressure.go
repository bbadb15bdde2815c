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
	slow     bool   // reported
	watching *alarm // nil if none is needed
}

// pressureReport is what has to be done once the consumer's lock is given up; the zero one is nothing.
type pressureReport struct {
	consumer *consumer
	topic    string
	state    *Pressure // nil: nothing to publish
	oldest   time.Time // since when the oldest event waits
	watch    *alarm    // to be set
	after    time.Duration
}

func (r pressureReport) publish(at *handlerContext) {
	c := r.consumer
	if r.watch != nil {
		r.watch.set(&c.sub.bus.clock, r.after, func() { c.look(r.watch) })
	}
	if r.state == nil {
		return
	}
	if r.state.Waiting > 0 {
		r.state.Oldest = c.sub.bus.clock.Now().Sub(r.oldest)
	}
	c.sub.bus.announce(at, r.topic, r.state)
}

// rose is called when a task has been put in. The caller holds the lock.
func (c *consumer) rose() (report pressureReport) {
	p := &c.pressure
	if !p.high && c.queue.limit > 1 && 4*c.queue.length() >= 3*c.queue.limit {
		p.high = true
		report = c.report(PressureTopic)
	}
	if p.watching == nil {
		c.watch(&report, c.sub.bus.slowAfter)
	}
	return report
}

// fell is called when a task has been taken out. The caller holds the lock.
func (c *consumer) fell() (report pressureReport) {
	p := &c.pressure
	waiting := c.queue.length()
	if p.high && 4*waiting <= c.queue.limit {
		p.high = false
		report = c.report(PressureTopic)
	}
	if waiting == 0 {
		p.slow = false // the timer goes on: to begin anew with every event would be too much
	}
	return report
}

// end returns the timer, to be stopped without the lock, which the caller holds.
func (p *pressure) end() (watching *alarm) {
	watching = p.watching
	p.slow, p.watching = false, nil
	return watching
}

func (c *consumer) report(topic string) pressureReport {
	state, oldest := c.state()
	return pressureReport{consumer: c, topic: topic, state: &state, oldest: oldest}
}

// state describes the queue, and since when the oldest of what waits does. The caller holds the lock, under which
// nobody asks the clock.
func (c *consumer) state() (p Pressure, oldest time.Time) {
	p = Pressure{Pattern: c.sub.Pattern(), Subscription: c.sub.Name(), Waiting: c.queue.length(), Limit: c.queue.limit, High: c.pressure.high}
	_, first := c.queue.oldestLine()
	if c.queue.ring.length > 0 {
		if head := c.queue.ring.at(0); first == nil || head.since.Before(first.since) {
			first = head
		}
	}
	if first != nil {
		oldest = first.since
	}
	return p, oldest
}

// watch has the age of the oldest task looked at after d. One timer for a busy period is enough: tasks come and
// go much faster than it. The caller holds the lock, and sees to the report.
func (c *consumer) watch(report *pressureReport, d time.Duration) {
	if c.sub.bus.slowAfter > 0 {
		c.pressure.watching = new(alarm)
		report.consumer, report.watch, report.after = c, c.pressure.watching, d
	}
}

// look is called when a timer of watch has run out.
func (c *consumer) look(watching *alarm) {
	now := c.sub.bus.clock.Now()
	c.mu.Lock()
	report := c.looked(watching, now)
	c.mu.Unlock()
	report.publish(nil)
}

func (c *consumer) looked(watching *alarm, now time.Time) (report pressureReport) {
	p := &c.pressure
	if p.watching != watching {
		return report
	}
	p.watching = nil
	if c.queue.length() == 0 || p.slow {
		return report // the next task brings a new timer
	}
	_, oldest := c.state()
	if left := c.sub.bus.slowAfter - now.Sub(oldest); left > 0 {
		c.watch(&report, left)
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
			most = max(most, float64(c.queue.length())/float64(c.queue.limit))
			c.mu.Unlock()
		}
	}
	return most, nil
}
