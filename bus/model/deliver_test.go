package model

import (
	"errors"
	"slices"
	"strconv"
)

// goexit unwinds what runtime.Goexit unwinds in a program.
type goexit struct{}

func (m *sequential) guard(f func()) {
	defer func() {
		if v := recover(); v != nil && v != any(goexit{}) {
			panic(v)
		}
	}()
	f()
}

// deliver gives an event to a subscription and reports its failure, if it is one (D4). It returns true if the
// handler ended the goroutine.
func (m *sequential) deliver(s *modelSub, at *modelPlace) (gone bool) {
	if s.work != nil {
		return s.work.offer(at)
	}
	err, called := error(nil), false
	gone = true
	m.guard(func() {
		called, err = m.handle(s, at)
		gone = false
	})
	switch {
	case gone:
		err = errors.New(exited)
	case err == nil && called:
		m.counts.Delivered++
	}
	if err != nil {
		m.report(&modelFailure{err, at.event, s.label(), s.pattern}, at)
	}
	return gone
}

// handle calls the handler, unless the filter is against it.
func (m *sequential) handle(s *modelSub, at *modelPlace) (called bool, err error) {
	if s.sieve != all {
		keep, boom := m.p.filtered(s.id, m.name(at.event))
		if boom != "" {
			return false, errors.New(panicText(boom))
		}
		if !keep {
			return false, nil
		}
	}
	if s.once {
		s.active = false
	}
	if s.shape != untyped && at.event.text {
		return true, errPayload
	}
	e := sight{event: m.name(at.event)}
	if s.shape != bare {
		e.ctx, e.value = modelContext{at, at.value, at.run.canceled}, at.value
	}
	if s.shape == untyped {
		e.topic, e.ids, e.seq = at.event.topic, at.event.ids, at.event.seq
		at.event.read = true
	}
	how, err := m.p.called(s.id, e)
	switch how {
	case panics:
		err = errors.New(panicText(err.Error()))
	case exits:
		panic(goexit{})
	}
	return true, err
}

func (m *sequential) name(e *modelEvent) string {
	if l := e.letter; l != nil {
		return m.p.nameOf(0, l, func() string { return "a letter of " + m.name(l.task.event) + ", " + l.of.sub.label() })
	}
	f := e.failure
	if f == nil {
		return m.p.nameOf(e.number, nil, nil)
	}
	return m.p.nameOf(0, f, func() string { return failureText(m.name(f.event), f.sub, f.pattern, f.err) })
}

// report tells of a failure once: to those who listen behind the event that failed and to OnError at once, or
// else to the logger. at is nil, or over, where it happened outside of a run.
func (m *sequential) report(f *modelFailure, at *modelPlace) {
	m.counts.Failed++
	told := false
	var steps []func()
	if f.event.topic != "$bus.error" {
		if len(m.matching("$bus.error")) > 0 {
			steps = append(steps, func() { m.own(at, &modelEvent{failure: f, topic: "$bus.error"}) })
			told = true
		}
		if m.config.listens {
			told = true
			steps = append(steps, func() { m.onError(f) })
		}
	}
	if !told {
		m.logged(f)
	}
	m.each(steps...)
}

func (m *sequential) onError(f *modelFailure) {
	m.p.failed("OnError", m.name(f.event), f.sub, f.pattern, f.err)
	if m.config.shouts {
		m.logged(f)
		m.logged(&modelFailure{errors.New(panicText("OnError")), f.event, "", "OnError"})
	}
}

// own publishes an event of the bus itself: behind the one at hand or, outside of a run, at once.
func (m *sequential) own(at *modelPlace, e *modelEvent) {
	c := modelContext{at: at, canceled: new(bool)}
	if at != nil && !at.run.over {
		c.value = at.value
		m.enqueue(c, e)
		return
	}
	m.run(c, e)
}

// each does all steps, even if one of them ends the goroutine, which then ends behind the last.
func (m *sequential) each(steps ...func()) {
	gone := false
	for _, step := range steps {
		returned := false
		m.guard(func() {
			step()
			returned = true
		})
		gone = gone || !returned
	}
	if gone {
		panic(goexit{})
	}
}

func (m *sequential) logged(f *modelFailure) {
	m.p.note("logger: %s, %q %q %q", describe(f.err), f.event.topic, f.pattern, f.sub)
}

func (m *sequential) use(id int, c chainSpec) {
	in := &modelChain{c, id}
	m.uses = append(m.uses, in)
	m.chain = append(slices.Clone(m.chain), in)
}

func (m *sequential) remove(id int) {
	m.chain = slices.DeleteFunc(slices.Clone(m.chain), func(c *modelChain) bool { return c.id == id })
}

// intercept runs the interceptors that there are when the publish begins.
func (m *sequential) intercept(c modelContext, e *modelEvent) error {
	passed := false
	defer func() {
		if !passed {
			m.counts.Intercepted++
		}
	}()
	var step func(modelContext, []*modelChain) error
	step = func(c modelContext, chain []*modelChain) error {
		if len(chain) == 0 {
			passed = true
			return m.accept(c, e)
		}
		in, rest := chain[0], chain[1:]
		if in.reads && e.ids.own == "" {
			m.lastID++
			e.ids.own = "i" + strconv.Itoa(m.lastID)
		}
		e.read = e.read || in.reads
		t := m.p.intercepted(in.id, sight{ctx: c, event: m.name(e), topic: e.topic})
		switch t.act {
		case twice:
			if err := step(c, rest); err != nil {
				return err
			}
		case drop:
			return nil
		case refuse:
			return errRefused
		case crash:
			panic(crashed{})
		case move:
			e.topic = t.topic
		case detach:
			fresh, _ := m.root(0)
			return step(fresh.(modelContext), rest)
		}
		return step(c, rest)
	}
	return m.crashing(func() error { return step(c, m.chain) })
}

// crashed is the panic of an interceptor, which ends all that intercept the event.
type crashed struct{}

func (m *sequential) crashing(f func() error) (err error) {
	defer func() {
		switch v := recover(); v {
		case nil:
		case any(crashed{}):
			err = errors.New(panicText("interceptor"))
		default:
			panic(v)
		}
	}()
	return f()
}
