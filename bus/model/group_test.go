package model

import (
	"cmp"
	"errors"
	"slices"
	"time"
)

// modelLate is what the model has of time, groups and dead letters.
type modelLate struct {
	now     time.Duration
	timers  []*modelTimer
	groups  map[string]*modelGroup
	dead    []*modelLetter // in their order
	emptied bool           // for good, the bus being closed
	away    int            // goroutines beside that of the program
}

type modelTimer struct {
	due     time.Duration
	call    func()
	stopped bool
}

type modelGroup struct {
	members int
	turn    int
	window  *modelWindow
	paused  []*task // that members failed with which have left
}

type modelLetter struct {
	task *task
	of   *consumer
}

func (m *sequential) aside() bool { return m.away > 0 }

// apart is what another goroutine does.
func (m *sequential) apart(f func()) {
	m.away++
	defer func() { m.away-- }()
	m.guard(f)
}

func (m *sequential) after(d time.Duration, f func()) *modelTimer {
	t := &modelTimer{due: m.now + d, call: f}
	m.timers = append(m.timers, t)
	return t
}

func (m *sequential) advance(ms int) {
	to := m.now + time.Duration(ms)*time.Millisecond
	for {
		m.timers = slices.DeleteFunc(m.timers, func(t *modelTimer) bool { return t.stopped })
		if len(m.timers) == 0 {
			break
		}
		next := slices.MinFunc(m.timers, func(a, b *modelTimer) int { return cmp.Compare(a.due, b.due) })
		if next.due > to {
			break
		}
		m.now, next.stopped = next.due, true
		next.call()
	}
	m.now = to
}

func (m *sequential) join(c *consumer) {
	if m.groups == nil {
		m.groups = map[string]*modelGroup{}
	}
	g := m.groups[c.group]
	if g == nil {
		g = &modelGroup{}
		m.groups[c.group] = g
	}
	g.members++
	// One event is to be handled once by the group: its first window is that of all who have one.
	if g.window == nil {
		g.window = c.window
	}
	if c.window != nil {
		c.window = g.window
	}
}

// leave returns what waits for another attempt in a group without members.
func (m *sequential) leave(c *consumer) []*task {
	if c.group == "" {
		return nil
	}
	g := m.groups[c.group]
	if g.members--; g.members > 0 {
		return nil
	}
	delete(m.groups, c.group)
	return g.paused
}

// members are those of a group among some subscriptions.
func members(subs []*modelSub, group string) []*consumer {
	var found []*consumer
	for _, s := range subs {
		if s.group() == group {
			found = append(found, s.work)
		}
	}
	return found
}

// choose takes the member with the least to do, of several the one that was not chosen for longest.
func (m *sequential) choose(members []*consumer) *consumer {
	var best *consumer
	for _, c := range members {
		if c.sub.active && (best == nil || c.load() < best.load() || c.load() == best.load() && c.turn < best.turn) {
			best = c
		}
	}
	return best
}

// chosen notes that a member has taken a task.
func (c *consumer) chosen() {
	g := c.m.groups[c.group]
	g.turn++
	c.turn = g.turn
}

func (c *consumer) load() int {
	return len(c.calls) + len(c.due) + c.waiting() + len(c.paused)
}

func (m *sequential) offerGroup(members []*consumer, at *modelPlace) {
	for c := m.choose(members); c != nil; c = m.choose(members) {
		t := &task{event: at.event, value: at.value, redrives: at.event.redriven}
		switch c.judge(t, at, false) {
		case wanted:
			c.chosen()
			c.begin(t, at)
			return
		case known:
			return
		}
		members = slices.DeleteFunc(members, func(o *consumer) bool { return o == c })
	}
}

// other is another member of the group, which takes the task over.
func (c *consumer) other(t *task) *consumer {
	if c.group == "" {
		return nil
	}
	members := slices.DeleteFunc(members(c.m.matching(t.event.topic), c.group), func(o *consumer) bool { return o == c })
	for o := c.m.choose(members); o != nil; o = c.m.choose(members) {
		there := *t
		if o.judge(&there, nil, true) == wanted {
			*t = there
			o.chosen()
			return o
		}
		members = slices.DeleteFunc(members, func(other *consumer) bool { return other == o })
	}
	return nil
}

// bury makes a dead letter (D7).
func (m *sequential) bury(t *task, c *consumer, at *modelPlace) {
	m.counts.Dead++
	if m.emptied {
		return
	}
	l := &modelLetter{task: t, of: c}
	m.keepLetter(l)
	if topic := "$bus.dead." + t.event.topic; len(m.matching(topic)) > 0 {
		m.own(at, &modelEvent{letter: l, topic: topic})
	}
}

// keepLetter puts a letter in as the last, for which the first may go.
func (m *sequential) keepLetter(l *modelLetter) {
	m.dead = append(m.dead, l)
	if len(m.dead) > m.config.letters {
		m.dead = m.dead[1:]
		m.counts.Evicted++
	}
}

func (m *sequential) sorted() []*modelLetter {
	return slices.SortedStableFunc(slices.Values(m.dead), func(a, b *modelLetter) int {
		return cmp.Compare(m.letterText(a), m.letterText(b))
	})
}

func (m *sequential) letterText(l *modelLetter) string {
	t := l.task
	return letterText(m.name(t.event), t.event.topic, l.of.sub.label(), t.attempts, t.redrives, t.first, t.last, t.err)
}

func (m *sequential) letters() []letterInfo {
	var infos []letterInfo
	for _, l := range m.sorted() {
		infos = append(infos, letterInfo{m.letterText(l), l.of.sub.id})
	}
	return infos
}

func (m *sequential) discard(i int) { m.forget(m.sorted()[i]) }

func (m *sequential) forget(l *modelLetter) {
	m.dead = slices.DeleteFunc(m.dead, func(o *modelLetter) bool { return o == l })
}

// redrive takes a letter out, and gives it back to its subscription, or publishes its event on another topic, when the
// clock moves.
func (m *sequential) redrive(i int, to string) error {
	l := m.sorted()[i]
	c := l.of
	switch {
	case l.task.redrives >= m.config.depth:
		m.report(&modelFailure{errors.New(tooDeep([]string{l.task.event.topic, "$bus.dead." + l.task.event.topic, l.task.event.topic})),
			l.task.event, c.sub.label(), c.sub.pattern}, nil)
		return errors.New("0 letters")
	case to == "" && !c.sub.active:
		return errors.New("0 letters")
	}
	m.forget(l)
	m.after(0, func() { m.revive(l, to) })
	return nil
}

func (m *sequential) revive(l *modelLetter, to string) {
	if m.emptied {
		return
	}
	c, old := l.of, l.task
	if to != "" {
		m.counts.Redriven++
		e := &modelEvent{number: old.event.number, topic: to, text: old.event.text, redriven: old.redrives + 1}
		e.ids.cause, e.ids.root = old.event.ids.own, old.event.ids.root
		m.run(modelContext{canceled: new(bool)}, e)
		return
	}
	t := &task{event: old.event, value: old.value, redrives: old.redrives}
	if !c.sub.active || c.judge(t, nil, true) != wanted {
		m.keepLetter(l)
		return
	}
	t.redrives++
	m.counts.Redriven++
	c.admit(t)
}

func (m *sequential) release(id int, name string) {
	c := m.subs[id].work
	m.apart(func() {
		for _, t := range c.calls {
			if t.name == name {
				t.timer.stop()
				m.p.ended(id, name, c.closed)
				c.over(t, result(t.end, t.fault))
				return
			}
		}
		for i, t := range c.zombies {
			if t.name == name {
				c.zombies = slices.Delete(c.zombies, i, i+1)
				m.p.ended(id, name, true)
				return
			}
		}
	})
}

func (t *modelTimer) stop() {
	if t != nil {
		t.stopped = true
	}
}
