package model

import (
	"errors"
	"slices"
	"strconv"
	"strings"
)

// sequential is the model: the promises in the plainest words that a program can have. It knows one goroutine,
// searches all subscriptions for each event, and shares nothing with the bus.
type sequential struct {
	p      *player
	config config
	subs   []*modelSub // in the order of subscription (D3), ended ones too
	chain  []*modelChain
	uses   []*modelChain
	closed bool
	lastID int
	counts state
	modelLate
}

type modelSub struct {
	spec
	id     int
	active bool
	work   *consumer // nil for one without a policy
}

type modelChain struct {
	chainSpec
	id int
}

// modelEvent is an event under way.
type modelEvent struct {
	number   int
	failure  *modelFailure
	letter   *modelLetter
	given    bool // its id
	topic    string
	text     bool
	seq      uint64
	ids      ids
	read     bool // somebody saw the id, or the publisher gave it
	redriven int  // how often it was taken out of the dead letters, all in all
}

type modelFailure struct {
	err     error
	event   *modelEvent
	sub     string
	pattern string
}

// modelContext is what a publish is made with.
type modelContext struct {
	at       *modelPlace // of the handler that it comes from, or nil
	value    int
	canceled *bool
}

// modelPlace is an event's place in a run.
type modelPlace struct {
	run    *modelRun
	event  *modelEvent
	value  int
	parent *modelPlace
	depth  int
}

// modelRun is one outermost publish with all that comes of it (D1).
type modelRun struct {
	queue    []*modelPlace
	canceled *bool
	over     bool
}

func newSequential(p *player, c config) *sequential { return &sequential{p: p, config: c} }

var (
	errClosed   = errors.New("TB_CLOSED")
	errOption   = errors.New("TB_OPTION")
	errCanceled = errors.New("TB_CANCELED")
	errTopic    = errors.New("TB_TOPIC")
	errPayload  = errors.New("TB_PAYLOAD")
	errRefused  = errors.New("refused")
)

const exited = "exited"

func panicText(v string) string { return "panicked: " + v }

func tooDeep(topics []string) string { return "TB_RECURSION " + strings.Join(topics, " -> ") }

func (m *sequential) root(value int) (any, func()) {
	canceled := new(bool)
	return modelContext{value: value, canceled: canceled}, func() { *canceled = true }
}

func (m *sequential) derive(ctx any, value int) any {
	c := ctx.(modelContext)
	c.value = value
	return c
}

func (m *sequential) publish(ctx any, n int, p post) error {
	if p.typed && !publishable(p.topic) {
		return errTopic
	}
	switch {
	case m.closed:
		return errClosed
	case ctx == nil:
		return errOption
	case *ctx.(modelContext).canceled:
		return errCanceled
	case !publishable(p.topic):
		return errTopic
	}
	e := &modelEvent{number: n, topic: p.topic, text: p.text && !p.typed}
	if p.named && !p.typed {
		e.ids.own, e.read, e.given = givenID(n), true, true
	}
	if len(m.chain) == 0 {
		return m.accept(ctx.(modelContext), e)
	}
	return m.intercept(ctx.(modelContext), e)
}

// accept takes an event that passed the interceptors: into the run of the handler that published it, or as
// the first of a new one.
func (m *sequential) accept(c modelContext, e *modelEvent) error {
	if !publishable(e.topic) {
		return errTopic
	}
	if e.seq != 0 {
		// An interceptor passes it on a second time: a copy, which has the same cause.
		again := *e
		if !e.read {
			again.ids.own = ""
		}
		if e.ids.cause == "" {
			again.ids.root = ""
		}
		e = &again
	}
	if c.at != nil && !c.at.run.over {
		if c.at.depth+1 > m.config.depth {
			return errors.New(tooDeep(c.at.cycle(e.topic)))
		}
		m.enqueue(c, e)
		return nil
	}
	m.run(c, e)
	return nil
}

// cycle is the chain of topics back to the last occurrence of the one to come, or the whole (D5).
func (s *modelPlace) cycle(topic string) []string {
	chain := []string{topic}
	for ; s != nil; s = s.parent {
		chain = append(chain, s.event.topic)
		if s.event.topic == topic {
			break
		}
	}
	slices.Reverse(chain)
	return chain
}

// number gives an event its place among all, and says what caused it.
func (m *sequential) number(e *modelEvent, cause *modelPlace) {
	m.lastID++
	e.seq = uint64(m.lastID)
	if e.ids.own == "" {
		e.ids.own = "m" + strconv.Itoa(m.lastID)
	}
	if e.ids.root == "" {
		e.ids.root = e.ids.own
	}
	if cause != nil && e.ids.cause == "" {
		e.ids.cause, e.ids.root = cause.event.ids.own, cause.event.ids.root
	}
}

func (m *sequential) enqueue(c modelContext, e *modelEvent) {
	m.number(e, c.at)
	r := c.at.run
	r.queue = append(r.queue, &modelPlace{run: r, event: e, value: c.value, parent: c.at, depth: c.at.depth + 1})
}

// run delivers an event and then all that its handlers publish. Where a handler ends the goroutine, the
// rest is delivered all the same before the goroutine ends.
func (m *sequential) run(c modelContext, e *modelEvent) {
	m.number(e, c.at)
	r := &modelRun{canceled: c.canceled}
	r.queue = []*modelPlace{{run: r, event: e, value: c.value}}
	gone := false
	for len(r.queue) > 0 {
		at := r.queue[0]
		if at.event.topic[0] != '$' {
			m.counts.Published++
		}
		// Who gets it is fixed here (D2), and who ends meanwhile gets nothing more (D12).
		seen, all := map[string]bool{}, m.matching(at.event.topic)
		for _, s := range all {
			g := s.group()
			switch {
			case g == "":
				gone = s.active && m.deliver(s, at) || gone
			case !seen[g]:
				// The group has the place of its first member, and one of the members gets the event (D9).
				seen[g] = true
				m.offerGroup(members(all, g), at)
			}
		}
		r.queue = r.queue[1:]
	}
	r.over = true
	if gone {
		panic(goexit{})
	}
}

func (m *sequential) publishOwn(n int, topic string) error {
	switch {
	case m.closed:
		return errClosed
	case !valid(topic, false) || topic[0] != '$':
		return errTopic
	}
	m.run(modelContext{canceled: new(bool)}, &modelEvent{number: n, topic: topic})
	return nil
}

func (m *sequential) matching(topic string) []*modelSub {
	var found []*modelSub
	for _, s := range m.subs {
		if s.active && matches(s.pattern, topic) {
			found = append(found, s)
		}
	}
	return found
}

func (m *sequential) subscribe(id int, s spec) error {
	sub := &modelSub{spec: s, id: id}
	m.subs = append(m.subs, sub)
	switch {
	case s.shape != untyped && !publishable(s.pattern) || !valid(s.pattern, true):
		return errTopic
	case s.life == never:
		return nil
	case m.closed:
		return errClosed
	}
	sub.active = true
	if s.policy != nil {
		sub.work = m.newConsumer(sub)
	}
	return nil
}

func (m *sequential) end(id int, how bool) {
	s := m.subs[id]
	s.active = false
	switch {
	case s.work == nil:
	case how && s.life == until:
		m.apart(s.work.close)
	default:
		s.work.close()
	}
}

func (m *sequential) close() {
	if m.closed {
		return
	}
	m.closed = true
	for _, s := range m.subs {
		s.active = false
	}
	for _, s := range m.subs {
		if s.work != nil {
			s.work.close()
		}
	}
	m.dead, m.emptied = nil, true
}

func (m *sequential) state() state {
	s := m.counts
	for _, l := range m.letters() {
		s.Letters = append(s.Letters, l.text)
	}
	s.Reached = map[string]int{}
	for _, sub := range m.subs {
		s.Active = append(s.Active, sub.active)
		if sub.active {
			s.Subscriptions = append(s.Subscriptions, sub.pattern+" "+sub.label()+words(sub.once, " once")+sub.backlog())
		}
	}
	for _, topic := range slices.Concat(reports, topics, owned) {
		s.Reached[topic] = len(m.matching(topic))
	}
	return s
}

func (s *modelSub) label() string {
	if s.name || s.policy != nil {
		return "s" + strconv.Itoa(s.id)
	}
	return ""
}
