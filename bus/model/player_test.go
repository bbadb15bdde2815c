package model

import (
	"errors"
	"fmt"
	"strconv"
)

// subject is what programs are played on: the bus or the model.
type subject interface {
	// root makes a context that carries a value, and what cancels it; derive one from another.
	root(value int) (ctx any, cancel func())
	derive(ctx any, value int) any
	publish(ctx any, n int, p post) error
	publishOwn(n int, topic string) error
	subscribe(id int, s spec) error
	end(id int, how bool)
	use(id int, c chainSpec)
	remove(id int)
	close()
	// guard calls f where a handler may end the goroutine, and returns when f has ended one way or the other.
	guard(f func())
	state() state
	lateSubject
}

// sight is what a handler can see of an event.
type sight struct {
	ctx   any    // nil if the handler gets none
	event string // its name in the log
	topic string // as the rest empty if the handler cannot see it
	value int
	ids   ids
	seq   uint64
}

// player plays a program on a subject and writes down what happens. Everything that it decides follows
// from the program and from what was written so far, so two players part only where their subjects do.
type player struct {
	subject  subject
	log      []string
	sights   []numbered
	posts    int
	typed    map[string]bool // events published through a Topic, which may number late
	doubled  map[string]bool // passed on twice by an interceptor
	failures map[any]int
	subs     []*played[turn]
	specs    []spec
	chain    []*played[chainTurn]
	frames   []frame
	contexts []any // of earlier calls
	nested   int   // fresh publishes on the stack
	fuel     int   // publishes of handlers in this step
	cancel   func()
	late
}

// ids are those of an event, of its cause and of the first of the chain.
type ids struct{ own, cause, root string }

// numbered is what a subject chose itself, and the line of the log at which it was seen.
type numbered struct {
	line int
	ids  ids
	seq  uint64 // 0 if it may be late
}

type played[T any] struct {
	script []T
	calls  int
}

func (p *played[T]) next() (t T) {
	if len(p.script) > 0 {
		t = p.script[p.calls%len(p.script)]
	}
	p.calls++
	return t
}

// frame is a call that is going on.
type frame struct {
	ctx  any
	last error // of its last publish
}

const (
	maxFuel   = 40  // publishes of handlers in one step from outside
	maxNested = 2   // runs on top of others
	maxPosts  = 500 // below the number at which the bus begins to measure its stack, which the model does not have
	maxKept   = 16
	maxSubs   = 24 // in one program
	maxChain  = 6
)

func newPlayer() *player {
	return &player{typed: map[string]bool{}, doubled: map[string]bool{}, failures: map[any]int{}, late: newLate()}
}

func (p *player) note(format string, args ...any) {
	p.log = append(p.log, fmt.Sprintf("%*s", 2*len(p.frames), "")+fmt.Sprintf(format, args...))
}

// step does one op from outside.
func (p *player) step(o op) {
	p.note("%v", o)
	p.fuel = maxFuel
	ctx, cancel := p.subject.root(-p.posts)
	p.cancel = cancel
	ended := true
	p.subject.guard(func() {
		p.inside(frame{ctx: ctx}, func() { p.do(o) })
		ended = false
	})
	if ended {
		p.note("goroutine ended")
	}
	cancel()
	p.sortAsides()
}

func (p *player) inside(f frame, body func()) {
	p.frames = append(p.frames, f)
	defer func(n int) { p.frames = p.frames[:n] }(len(p.frames) - 1)
	body()
}

func (p *player) top() *frame { return &p.frames[len(p.frames)-1] }

func (p *player) do(o op) {
	switch o.verb {
	case publish:
		p.publish(o.post)
	case publishOwn:
		p.onTop(func() error { return p.subject.publishOwn(p.posts, o.post.topic) }, "publish-own %q", o.post.topic)
	case subscribe:
		id := len(p.subs)
		if id == maxSubs {
			return
		}
		p.subs = append(p.subs, &played[turn]{script: o.spec.script})
		p.specs = append(p.specs, o.spec)
		p.note("s%d = subscribe %q: %s", id, o.spec.pattern, describe(p.subject.subscribe(id, o.spec)))
	case end:
		if len(p.subs) > 0 {
			id := o.index % len(p.subs)
			if p.specs[id].settles {
				return
			}
			p.note("end s%d", id)
			p.subject.end(id, o.how)
		}
	case use:
		id := len(p.chain)
		if id == maxChain {
			return
		}
		p.chain = append(p.chain, &played[chainTurn]{script: o.chain.script})
		p.note("use i%d", id)
		p.subject.use(id, o.chain)
	case remove:
		if len(p.chain) > 0 {
			p.note("remove i%d", o.index%len(p.chain))
			p.subject.remove(o.index % len(p.chain))
		}
	case cancel:
		p.note("cancel")
		p.cancel()
	case closeBus:
		p.note("close")
		p.subject.close()
	default:
		p.doLate(o)
	}
}

// spend reports whether one more publish is to be done.
func (p *player) spend() bool {
	p.fuel--
	if p.fuel < 0 || p.posts >= maxPosts {
		return false
	}
	p.posts++
	return true
}

// onTop publishes in a way that begins a run on top of what is going on.
func (p *player) onTop(call func() error, format string, args ...any) {
	if p.nested >= maxNested || !p.spend() {
		return
	}
	p.nested++
	defer func() { p.nested-- }()
	p.note("#%d "+format, append([]any{p.posts}, args...)...)
	p.result(p.posts, call())
}

func (p *player) result(n int, err error) {
	p.top().last = err
	p.note("#%d: %s", n, describe(err))
}

func (p *player) publish(o post) {
	from := o.from
	if from <= derived && p.top().ctx == nil || from == kept && len(p.contexts) == 0 {
		from = fresh
	}
	// A kept context may be that of a run that is over, which is then like a fresh one.
	if (from == fresh || from == kept) && p.nested >= maxNested || !p.spend() {
		return
	}
	n := p.posts
	p.typed["#"+strconv.Itoa(n)] = o.typed
	var ctx any
	switch from {
	case own:
		ctx = p.top().ctx
	case derived:
		ctx = p.subject.derive(p.top().ctx, n)
	case fresh:
		ctx, _ = p.subject.root(n)
	case kept:
		ctx = p.contexts[o.index%len(p.contexts)]
	case ended:
		c, stop := p.subject.root(n)
		stop()
		ctx = c
	}
	if from == fresh || from == kept {
		p.nested++
		defer func() { p.nested-- }()
	}
	p.note("#%d %v", n, o)
	p.result(n, p.subject.publish(ctx, n, o))
}

// called plays the next turn of a handler, and returns how it ends and with which error.
func (p *player) called(id int, s sight) (outcome, error) {
	line := fmt.Sprintf("s%d %s", id, s.event)
	if p.specs[id].shape == untyped {
		line += " on " + s.topic
	}
	if s.ctx != nil {
		line += fmt.Sprintf(", value %d", s.value)
		p.contexts = append(p.contexts, s.ctx)
		if len(p.contexts) > maxKept {
			p.contexts = p.contexts[1:]
		}
	}
	if s.seq != 0 {
		if p.typed[s.event] {
			s.seq = 0
		}
		p.sights = append(p.sights, numbered{len(p.log), s.ids, s.seq})
	}
	p.note("%s", line)
	sub := p.subs[id]
	t := sub.next()
	if p.subject.aside() {
		// What a handler does on another goroutine might meet what this one does.
		t.ops = nil
	}
	result, err := t.end, error(nil)
	p.inside(frame{ctx: s.ctx}, func() {
		for _, o := range t.ops {
			p.do(o)
		}
		switch result {
		case fails:
			err = errors.New("fault " + strconv.Itoa(id) + "." + strconv.Itoa(sub.calls))
		case panics:
			err = errors.New("boom " + strconv.Itoa(id) + "." + strconv.Itoa(sub.calls))
		case returns:
			err = p.top().last
		}
	})
	if p.specs[id].shape == bare && result != exits && result != panics {
		return done, nil
	}
	return result, err
}

// filtered decides for a filter, and reports with which text it panics.
func (p *player) filtered(id int, event string) (keep bool, boom string) {
	n, _ := strconv.Atoi(event[1:])
	p.note("s%d filter %s", id, event)
	switch p.specs[id].sieve {
	case odd:
		return n%2 == 1, ""
	case even:
		return n%2 == 0, ""
	case hostile:
		if n%3 == 0 {
			return false, "filter " + event
		}
	}
	return true, ""
}

// intercepted plays the next turn of an interceptor, up to what it does with the event.
func (p *player) intercepted(id int, s sight) chainTurn {
	p.note("i%d %s on %q", id, s.event, s.topic)
	t := p.chain[id].next()
	p.inside(frame{ctx: s.ctx}, func() {
		for _, o := range t.ops {
			p.do(o)
		}
	})
	switch {
	case t.act == twice && p.spend():
		p.doubled[s.event] = true
	case t.act == twice, t.act == move && p.doubled[s.event]:
		// An event that has been passed on once must not be changed any more.
		t.act = pass
	}
	return t
}

// nameOf names an event by its payload: numbers as they are, failures by the order in which they are first
// seen, when says tells what they are.
func (p *player) nameOf(number int, failure any, says func() string) string {
	if failure == nil {
		return "#" + strconv.Itoa(number)
	}
	n, ok := p.failures[failure]
	if !ok {
		n = len(p.failures) + 1
		p.failures[failure] = n
		p.note("!%d is %s", n, says())
	}
	return "!" + strconv.Itoa(n)
}

// failed writes a failure down, with where it was heard of.
func (p *player) failed(where, event, sub, pattern string, err error) {
	p.note("%s: %s", where, failureText(event, sub, pattern, err))
}

func failureText(event, sub, pattern string, err error) string {
	return fmt.Sprintf("%s of %s, %q %q", describe(err), event, sub, pattern)
}
