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
	waiting bool // there is a task
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

// passes reports whether a task may go on at once. If not, the pacer has seen to it.
func (p *pacer) passes(ctx context.Context, t *task) bool {
	c := p.consumer
	key := ""
	if c.coalesce != nil {
		if t.past == nil || t.past.merge == "" {
			return true
		}
		key = t.past.merge
	}
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		c.passOn(*t)
		return false
	}
	s := p.slots[key]
	var gone []task
	if s == nil {
		for len(p.slots) >= c.limit {
			if c.policy != DropOldest && c.policy != Latest {
				p.mu.Unlock()
				if c.policy == DropNewest {
					c.drop(*t)
				} else {
					c.refuse(c.sub.bus.scopeOf(ctx), *t)
				}
				return false
			}
			gone = p.makeRoom(gone)
		}
		p.births++
		s = &slot{key: key, born: p.births}
		if p.slots == nil {
			p.slots = map[string]*slot{}
		}
		p.slots[key] = s
		p.arm(s)
		if p.pacing == throttle {
			p.mu.Unlock()
			c.dropAll(gone)
			return true
		}
	} else if p.pacing == debounce {
		s.timer.Stop()
		p.arm(s)
	}
	old, replaced := s.task, s.waiting
	t.hold(c)
	s.task, s.waiting = *t, true
	p.mu.Unlock()
	c.dropAll(gone)
	if replaced {
		c.coalesced(old)
	}
	return false
}

// makeRoom lets go of the slot that is there for the longest time, or of all under Latest, and appends the
// tasks that were in it.
func (p *pacer) makeRoom(gone []task) []task {
	var oldest *slot
	for _, s := range p.slots {
		if oldest == nil || s.born < oldest.born {
			oldest = s
		}
	}
	for key, s := range p.slots {
		if s != oldest && p.consumer.policy != Latest {
			continue
		}
		s.timer.Stop()
		delete(p.slots, key)
		if s.waiting {
			gone = append(gone, s.task)
		}
	}
	return gone
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
	p.mu.Unlock()
	if waiting {
		p.consumer.beginLater(t)
	}
}

// beginLater is accept on the goroutine of a clock, which must not wait.
func (c *consumer) beginLater(t task) {
	switch {
	case !c.queued():
		c.admit(t)
	case c.policy == Block:
		go c.enqueue(context.Background(), t)
	default:
		c.enqueue(context.Background(), t)
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
