package bus

import (
	"context"
	"sync"
	"time"
)

// pacing is when a pacer passes on what it holds.
type pacing uint8

const (
	unpaced  pacing = iota
	debounce        // after a silence
	throttle        // the first at once, then at most one in each interval
	perFrame        // with the page's next frame
)

// pacer holds events back by time: of those that come too fast only the last is passed on, for each key of
// Coalesce, or of all.
type pacer struct {
	consumer *consumer
	pacing   pacing
	every    time.Duration

	mu     sync.Mutex
	slots  map[string]*slot // at most as many as the limit of the queue
	births uint64
	closed bool
}

// slot is the state of one key.
type slot struct {
	key     string
	born    uint64
	task    task
	waiting bool   // there is a task
	alarm   *alarm // one that was too late to be stopped is another one
}

// frameClock is implemented by clocks that know when a page paints.
type frameClock interface {
	// Frame calls f before the next one.
	Frame(f func()) Timer
}

// arm gives the slot a new timer. The caller holds the lock, and has it set without it.
func (s *slot) arm() (before, now *alarm) {
	before, s.alarm = s.alarm, new(alarm)
	return before, s.alarm
}

// set has the slot looked at when its time is up.
func (p *pacer) set(a *alarm, s *slot) {
	elapsed := func() { p.elapsed(s, a) }
	clock := p.consumer.sub.bus.clock.clock()
	if frames, ok := clock.(frameClock); ok && p.pacing == perFrame {
		clock = everyFrame{clock, frames}
	}
	a.set(clock, p.every, elapsed)
}

// everyFrame is a clock whose timers are due with the next frame.
type everyFrame struct {
	Clock
	frames frameClock
}

func (c everyFrame) AfterFunc(_ time.Duration, f func()) Timer { return c.frames.Frame(f) }

// passes reports whether a task may go on at once. If not, the pacer has seen to it.
func (p *pacer) passes(ctx context.Context, t *task) bool {
	c := p.consumer
	key := ""
	if c.coalesce != nil {
		if t.notes == nil || t.notes.merge == "" {
			return true
		}
		key = t.notes.merge
	}
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		c.passOn(*t)
		return false
	}
	s := p.slots[key]
	var gone []slot
	var before, now *alarm
	fresh := s == nil
	if fresh {
		if len(p.slots) >= c.queue.limit {
			evicted := c.queue.policy.evicts(len(p.slots), c.queue.limit)
			if evicted == 0 {
				p.mu.Unlock()
				if c.queue.policy == DropNewest {
					c.drop(*t)
				} else {
					c.refuse(c.sub.bus.handlerContextOf(ctx), *t)
				}
				return false
			}
			gone = p.takeOldest(evicted)
		}
		p.births++
		s = &slot{key: key, born: p.births}
		if p.slots == nil {
			p.slots = map[string]*slot{}
		}
		p.slots[key] = s
	}
	if fresh || p.pacing == debounce {
		before, now = s.arm()
	}
	passes := fresh && p.pacing == throttle
	old, replaced := s.task, s.waiting
	if !passes {
		t.hold(c)
		s.task, s.waiting = *t, true
	}
	p.mu.Unlock()
	if now != nil {
		p.set(now, s)
	}
	before.stop()
	for _, s := range gone {
		s.alarm.stop()
		if s.waiting {
			c.drop(s.task)
		}
	}
	if replaced {
		c.coalesced(old)
	}
	return passes
}

// takeOldest takes out the n slots that are there for the longest time.
func (p *pacer) takeOldest(n int) (gone []slot) {
	for range n {
		var oldest *slot
		for _, s := range p.slots {
			if oldest == nil || s.born < oldest.born {
				oldest = s
			}
		}
		delete(p.slots, oldest.key)
		gone = append(gone, *oldest)
	}
	return gone
}

// elapsed passes on what a key holds, when its time is up.
func (p *pacer) elapsed(s *slot, by *alarm) {
	p.mu.Lock()
	if p.slots[s.key] != s || s.alarm != by {
		p.mu.Unlock()
		return
	}
	t, waiting := s.task, s.waiting
	s.task, s.waiting = task{}, false
	var next *alarm
	if waiting && p.pacing == throttle {
		_, next = s.arm()
	} else {
		delete(p.slots, s.key)
	}
	p.mu.Unlock()
	if next != nil {
		p.set(next, s)
	}
	if waiting {
		p.consumer.beginLater(t)
	}
}

// beginLater is accept on the goroutine of a clock, which must not wait.
func (c *consumer) beginLater(t task) {
	switch {
	case !c.queued():
		c.admit(t)
	case c.queue.policy == Block:
		go c.enqueue(context.Background(), t)
	default:
		c.enqueue(context.Background(), t)
	}
}

func (p *pacer) close() (rest []task) {
	p.mu.Lock()
	slots := p.slots
	p.slots, p.closed = nil, true
	p.mu.Unlock()
	for _, s := range slots {
		s.alarm.stop()
		if s.waiting {
			rest = append(rest, s.task)
		}
	}
	return rest
}
