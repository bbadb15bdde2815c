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
	slots  map[string]*slot
	closed bool
}

// slot is the state of one key.
type slot struct {
	key     string
	task    task
	waiting bool // there is a task
	values  context.Context
	timer   Timer
	rearmed int // counts timers: one that was too late to be stopped is told by it
}

// frameClock is implemented by clocks that know when a page paints.
type frameClock interface {
	// Frame calls f before the next one.
	Frame(f func()) Timer
}

// arm has the slot looked at when its time is up. The caller holds the lock.
func (p *pacer) arm(s *slot) {
	s.rearmed++
	n := s.rearmed
	elapsed := func() { p.elapsed(s, n) }
	clock := p.consumer.sub.bus.clock.clock()
	if frames, ok := clock.(frameClock); ok && p.pacing == perFrame {
		s.timer = frames.Frame(elapsed)
	} else {
		s.timer = clock.AfterFunc(p.every, elapsed)
	}
}

func (p *pacer) offer(ctx context.Context, t task) {
	c := p.consumer
	key := ""
	if c.coalesce != nil {
		key = c.coalesce(t.event)
	}
	values, _ := c.sub.bus.bare(ctx)
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		c.passOn(t)
		return
	}
	s := p.slots[key]
	switch {
	case s == nil && len(p.slots) >= c.limit:
		p.mu.Unlock()
		c.refuse(c.sub.bus.scopeOf(ctx), t)
		return
	case s == nil:
		s = &slot{key: key}
		if p.slots == nil {
			p.slots = map[string]*slot{}
		}
		p.slots[key] = s
		p.arm(s)
		if p.pacing == throttle {
			p.mu.Unlock()
			c.acceptLater(ctx, t)
			return
		}
	case p.pacing == debounce:
		s.timer.Stop()
		p.arm(s)
	}
	old, replaced := s.task, s.waiting
	t.hold()
	s.task, s.values, s.waiting = t, values, true
	p.mu.Unlock()
	if replaced {
		c.coalesced(old)
	}
}

// elapsed passes on what a key holds, when its time is up.
func (p *pacer) elapsed(s *slot, armed int) {
	p.mu.Lock()
	if p.slots[s.key] != s || s.rearmed != armed {
		p.mu.Unlock()
		return
	}
	t, waiting := s.task, s.waiting
	s.task, s.waiting = task{}, false
	if waiting && p.pacing == throttle {
		p.arm(s)
	} else {
		delete(p.slots, s.key)
	}
	t.values = s.values
	p.mu.Unlock()
	if waiting {
		p.consumer.acceptLater(p.consumer.context(&t), t)
	}
}

func (p *pacer) close() (rest []task) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, s := range p.slots {
		s.timer.Stop()
		if s.waiting {
			rest = append(rest, s.task)
		}
	}
	p.slots = nil
	return rest
}
