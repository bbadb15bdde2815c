package bus

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// queueGroup is what the members of a queue group share (D9).
type queueGroup struct {
	name string
	id   uint32        // for hosts, which know it from compiled routes
	turn atomic.Uint64 // of the last choice
	size int           // members; guarded by bus.mu
	// paused are attempts to come at what a member has left that was failing; guarded by bus.mu.
	paused map[*pause]struct{}
	// window is shared by the members with Dedupe; guarded by bus.mu until they have it.
	window *dedupeWindow
}

// group takes the place of a queue group's members in a route: those whose patterns match the topic. Of
// them one gets each event.
type group struct {
	*queueGroup
	members []*Subscription // in the order of subscription
}

// foldGroups puts a group in the place of the first of its members, for every queue group among subs. The
// caller holds the lock.
func (b *Bus) foldGroups(subs []*Subscription) []*Subscription {
	if len(b.groups) == 0 {
		return subs
	}
	var found []*group
	kept := subs[:0]
next:
	for i, s := range subs {
		if s.extras == nil || s.extras.consumer == nil || s.extras.consumer.group == nil {
			if found == nil {
				kept = subs[:i+1] // all is where it was
			} else {
				kept = append(kept, s)
			}
			continue
		}
		for _, g := range found {
			if g.queueGroup == s.extras.consumer.group {
				g.members = append(g.members, s)
				continue next
			}
		}
		g := &group{queueGroup: s.extras.consumer.group, members: []*Subscription{s}}
		found = append(found, g)
		stand := &Subscription{entry: subject.NewEntry(s.Pattern()), bus: b, order: s.order, target: g, extras: &extras{name: g.name, group: g}}
		stand.id.Store(g.id)
		kept = append(kept, stand)
	}
	return kept
}

// joinGroup makes c a member of the group with this name. An event is to be handled once by a group, so that its
// members have one dedupe window, the first one's.
func (b *Bus) joinGroup(name string, c *consumer) *queueGroup {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.groups == nil {
		b.groups = map[string]*queueGroup{}
	}
	if b.groups[name] == nil {
		b.groups[name] = &queueGroup{name: name, id: b.lastID.Add(1)}
	}
	g := b.groups[name]
	g.size++
	if g.window == nil {
		g.window = c.window
	}
	if c.window != nil {
		c.window = g.window
	}
	return g
}

// pauseInGroup has a task that failed in a member which has ended wait for its next attempt by another one. It reports
// false if there is none any more.
func (b *Bus) pauseInGroup(p *pause, d time.Duration) bool {
	b.mu.Lock()
	g := b.groups[p.of.group.name]
	there := g != nil && !b.closed.Load()
	if there {
		if g.paused == nil {
			g.paused = map[*pause]struct{}{}
		}
		g.paused[p] = struct{}{}
	}
	b.mu.Unlock()
	if there {
		p.alarm.set(&b.clock, d, func() {
			b.mu.Lock()
			_, waits := g.paused[p]
			delete(g.paused, p)
			b.mu.Unlock()
			if waits {
				p.of.passOn(p.task)
			}
		})
	}
	return there
}

// leaveGroup forgets a group with its last member, and returns what waits for another attempt by one.
func (b *Bus) leaveGroup(g *queueGroup) []leftover {
	b.mu.Lock()
	var paused map[*pause]struct{}
	if g.size--; g.size == 0 && b.groups[g.name] == g {
		delete(b.groups, g.name)
		paused, g.paused = g.paused, nil
	}
	b.mu.Unlock()
	return stopAll(paused)
}

// deliver is not called: see offer.
func (g *group) deliver(context.Context, *Event) error { return nil }

// offer gives an event to the member that has least to do, the one that waited longest if there are
// several, and reports whether its handler was called and returned no error. A member that does not want the
// event is passed over.
func (g *group) offer(ctx context.Context, e *Event) (called bool) {
	c, t := g.pick(ctx, e, nil)
	return c != nil && c.begin(ctx, t)
}

// pick returns the consumer of the member that takes an event, and its task; nil if none does.
func (g *group) pick(ctx context.Context, e *Event, without []*Subscription) (*consumer, task) {
	for {
		s := g.choose(without)
		if s == nil {
			return nil, task{}
		}
		t := task{event: e, peers: g}
		switch c := s.extras.consumer; c.judge(ctx, &t, false) {
		case wanted:
			c.turn.Store(g.turn.Add(1))
			return c, t
		case known:
			return nil, task{}
		}
		without = append(without, s)
	}
}

// choose returns the active member with the least load that is not in without.
func (g *group) choose(without []*Subscription) *Subscription {
	var best *Subscription
	least, longest := 0, uint64(0)
next:
	for _, s := range g.members {
		if !s.Active() {
			continue
		}
		for _, other := range without {
			if s == other {
				continue next
			}
		}
		c := s.extras.consumer
		load, turn := c.load(), c.turn.Load()
		if best == nil || load < least || load == least && turn < longest {
			best, least, longest = s, load, turn
		}
	}
	return best
}

// other returns another member of the group that takes over a task from here, and the task as it is there;
// nil if there is none.
func (c *consumer) other(t task) (*consumer, task) {
	if c.group == nil || t.peers == nil {
		return nil, t
	}
	without := []*Subscription{c.sub}
	for g := t.peers.current(c.sub.bus, t.event.Topic); ; {
		s := g.choose(without)
		if s == nil {
			return nil, t
		}
		if there, ok := s.extras.consumer.inherit(t); ok {
			s.extras.consumer.turn.Store(g.turn.Add(1))
			return s.extras.consumer, there
		}
		without = append(without, s)
	}
}

// current is the group as it is now: members may have come and gone since the event was delivered, all of them too.
func (g *group) current(b *Bus, topic string) *group {
	b.sync()
	for _, s := range b.subscribers(topic) {
		if s.extras != nil && s.extras.group != nil && s.extras.group.name == g.name {
			return s.extras.group
		}
	}
	return &group{queueGroup: g.queueGroup}
}

// passOn gives a task of an ended consumer to another member of its group. Without one it is let go, or
// becomes a dead letter if it has failed before.
func (c *consumer) passOn(t task) {
	if other, there := c.other(t); other != nil {
		other.admit(there)
		return
	}
	if t.notes == nil || t.notes.attempts == 0 {
		c.lose(&t, &NoRespondersError{Topic: t.event.Topic})
		c.abandon(t)
		return
	}
	if c.window != nil {
		c.window.free(c.claimOf(&t))
	}
	c.sub.bus.bury(nil, c, t)
}

func (s *Subscription) groupID() (id uint32, ok bool) {
	if s.extras == nil || s.extras.group == nil {
		return 0, false
	}
	return s.extras.group.id, true
}

func (s *Subscription) membership() (id uint32, ok bool) {
	if s.extras == nil || s.extras.consumer == nil || s.extras.consumer.group == nil {
		return 0, false
	}
	return s.extras.consumer.group.id, true
}

func (s *Subscription) sides() (own, hosted bool) {
	if s.extras == nil || s.extras.group == nil {
		return false, false
	}
	for _, m := range s.extras.group.members {
		if m.target == nil {
			hosted = true
		} else {
			own = true
		}
	}
	return own, hosted
}

func (b *Bus) offerGroup(id uint32, order uint64, e *Event) (who *Subscription, number uint32) {
	for _, s := range b.subscribers(e.Topic) {
		if of, ok := s.groupID(); !ok || of != id {
			continue
		}
		all := s.extras.group
		early := len(all.members)
		for early > 0 && all.members[early-1].order > order {
			early--
		}
		if early < len(all.members) {
			all = &group{queueGroup: all.queueGroup, members: all.members[:early]}
			s = &Subscription{bus: b, target: all, extras: &extras{group: all}}
		}
		return s.offer(e)
	}
	return nil, 0
}
