package model

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strconv"
	"strings"

	"github.com/trolleybus/trolleybus/bus"
)

// native is the bus as the subject of a player.
type native struct {
	p      *player
	bus    *bus.Bus
	joint  *bus.Joint
	subs   []*nativeSub
	uses   []func()
	topics map[string]*bus.Topic[int]
	config config
	watch  *watch // nil if nobody observes, or the bus is closed
	nativeLate
}

type nativeSub struct {
	*bus.Subscription // nil if it was refused
	stop              func()
}

type valueKey struct{}

func newNative(p *player, c config) *native {
	n := &native{p: p, topics: map[string]*bus.Topic[int]{}, config: c}
	o := bus.Options{MaxDepth: c.depth, Logger: n}
	if c.managed {
		n.gates = map[string]chan struct{}{}
		n.clock.n = n
		o.Clock, o.SlowAfter, o.Random = &n.clock, -1, func() float64 { return 0.5 }
		o.DeadLetters = c.letters
	}
	if c.listens {
		o.OnError = func(f *bus.Failure) {
			n.p.failed("OnError", n.event(f.Event), f.Subscription, f.Pattern, f.Err)
			if c.shouts {
				panic("OnError")
			}
		}
	}
	n.bus = bus.New(o)
	n.joint, _ = n.bus.Join("model")
	if c.watched {
		n.watch = newWatch(n.bus)
	}
	return n
}

// Error makes it the bus's logger.
func (n *native) Error(_ string, args ...any) {
	var rest []string
	var err error
	for i := 0; i < len(args); i += 2 {
		if e, ok := args[i+1].(error); ok {
			err = e
			continue
		}
		if args[i] == "stack" {
			continue // no two are the same
		}
		rest = append(rest, strconv.Quote(args[i+1].(string)))
	}
	n.p.note("logger: %s, %s", describe(err), strings.Join(rest, " "))
}

// describe tells errors of the bus by their codes and by what else the model knows of them.
func describe(err error) string {
	var deep *bus.RecursionError
	var panicked *bus.PanicError
	switch {
	case err == nil:
		return "ok"
	case errors.As(err, &deep):
		return tooDeep(deep.Topics)
	case errors.As(err, &panicked) && panicked.Value == nil:
		return exited
	case errors.As(err, &panicked):
		return panicText(fmt.Sprint(panicked.Value))
	case bus.Code(err) != "":
		return bus.Code(err)
	}
	return err.Error()
}

func (n *native) root(value int) (any, func()) {
	return context.WithCancel(context.WithValue(context.Background(), valueKey{}, value))
}

func (n *native) derive(ctx any, value int) any {
	return context.WithValue(ctx.(context.Context), valueKey{}, value)
}

func (n *native) guard(f func()) {
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		n.program = goroutine()
		defer n.settle()
		f()
	}()
	<-ended
}

// topic is the Topic of that name. There is one of each, so that its compiled route is used again.
func (n *native) topic(name string) *bus.Topic[int] {
	t := n.topics[name]
	if t == nil {
		t = bus.NewTopic[int](n.bus, name)
		n.topics[name] = t
	}
	return t
}

// givenID is one that other events have too.
func givenID(number int) string { return "given-" + strconv.Itoa(number%5) }

// text is a payload that is no number, though the player knows it.
type text int

func (n *native) publish(ctx any, number int, p post) error {
	// Also behind a publish on top of another: who gets the outer event finds all at rest.
	defer n.settle()
	c, _ := ctx.(context.Context)
	if p.typed {
		return n.topic(p.topic).Publish(c, number)
	}
	var data any = number
	if p.text {
		data = text(number)
	}
	if p.named {
		return n.bus.Publish(c, p.topic, data, bus.WithID(givenID(number)))
	}
	return n.bus.Publish(c, p.topic, data)
}

func (n *native) publishOwn(number int, topic string) error {
	defer n.settle()
	return n.joint.PublishReserved(topic, number)
}

func (n *native) options(id int, s spec) (opts []bus.SubscribeOption, stop func()) {
	stop = func() {}
	if s.policy != nil {
		opts = n.policyOptions(id, s.policy)
	}
	if s.name || s.policy != nil {
		opts = append(opts, bus.Name("s"+strconv.Itoa(id)))
	}
	if s.sieve != all {
		opts = append(opts, bus.Filter(func(e *bus.Event) bool {
			keep, boom := n.p.filtered(id, n.event(e))
			if boom != "" {
				panic(boom)
			}
			return keep
		}))
	}
	if s.once {
		opts = append(opts, bus.Once())
	}
	if s.life != unlimited {
		ctx, cancel := context.WithCancel(context.Background())
		stop = cancel
		if s.life == never {
			cancel()
		}
		opts = append(opts, bus.Until(ctx))
	}
	return opts, stop
}

func (n *native) subscribe(id int, s spec) (err error) {
	opts, stop := n.options(id, s)
	sub := &nativeSub{stop: stop}
	n.subs = append(n.subs, sub)
	switch s.shape {
	case untyped:
		sub.Subscription, err = n.bus.Subscribe(s.pattern, func(ctx context.Context, e *bus.Event) error {
			if s.policy != nil {
				return n.attempt(ctx, id, &s, n.event(e))
			}
			if s.settles {
				n.settle()
			}
			return n.finish(n.p.called(id, n.sight(ctx, e)))
		}, opts...)
	case typed:
		sub.Subscription, err = n.topic(s.pattern).Subscribe(func(ctx context.Context, v int) error {
			if s.policy != nil {
				return n.attempt(ctx, id, &s, n.p.nameOf(v, nil, nil))
			}
			value, _ := ctx.Value(valueKey{}).(int)
			return n.finish(n.p.called(id, sight{ctx: ctx, event: n.p.nameOf(v, nil, nil), value: value}))
		}, opts...)
	case bare:
		sub.Subscription, err = n.topic(s.pattern).SubscribeFunc(func(v int) {
			if s.policy != nil {
				_ = n.attempt(context.Background(), id, &s, n.p.nameOf(v, nil, nil))
				return
			}
			_ = n.finish(n.p.called(id, sight{event: n.p.nameOf(v, nil, nil)}))
		}, opts...)
	}
	return err
}

// finish ends a handler as its turn says.
func (n *native) finish(o outcome, err error) error {
	switch o {
	case panics:
		panic(err.Error())
	case exits:
		runtime.Goexit()
	}
	return err
}

func (n *native) event(e *bus.Event) string {
	switch data := e.Data.(type) {
	case int:
		return n.p.nameOf(data, nil, nil)
	case text:
		return n.p.nameOf(int(data), nil, nil)
	}
	if d, ok := e.Data.(*bus.DeadLetter); ok {
		return n.p.nameOf(0, d, func() string { return "a letter of " + n.event(d.Event) + ", " + d.Subscription })
	}
	f := e.Data.(*bus.Failure)
	return n.p.nameOf(0, f, func() string { return failureText(n.event(f.Event), f.Subscription, f.Pattern, f.Err) })
}

func (n *native) sight(ctx context.Context, e *bus.Event) sight {
	s := sight{ctx: ctx, event: n.event(e), topic: e.Topic, seq: e.Seq, ids: ids{e.ID(), e.CausationID(), e.CorrelationID()}}
	s.value, _ = ctx.Value(valueKey{}).(int)
	return s
}

func (n *native) end(id int, how bool) {
	n.settle() // what was offered has begun
	s := n.subs[id]
	switch {
	case s.Subscription == nil:
	case how && n.p.specs[id].life == until:
		listed := len(n.bus.Subscriptions())
		if s.Active() {
			listed-- // it leaves the table behind it
		}
		s.stop()
		n.settle()
		for s.Active() || len(n.bus.Subscriptions()) > listed {
			runtime.Gosched() // contexts end their subscriptions on a goroutine
		}
	default:
		s.Unsubscribe()
	}
	n.settle()
}

func (n *native) use(id int, c chainSpec) {
	n.uses = append(n.uses, n.bus.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		if c.reads {
			_ = e.ID()
		}
		t := n.p.intercepted(id, sight{ctx: ctx, event: n.event(e), topic: e.Topic})
		switch t.act {
		case twice:
			if err := next(ctx, e); err != nil {
				return err
			}
		case drop:
			return nil
		case refuse:
			return errRefused
		case crash:
			panic("interceptor")
		case move:
			e.Topic = t.topic
		case detach:
			return next(context.WithValue(context.Background(), valueKey{}, 0), e)
		}
		return next(ctx, e)
	}))
}

func (n *native) remove(id int) { n.uses[id]() }

func (n *native) close() {
	n.settle()
	n.watch = nil
	_ = n.bus.Close()
	n.settle()
}

func (n *native) state() state {
	st := n.bus.Stats()
	s := state{
		Published: st.Published, Delivered: st.Delivered, Failed: st.Failed, Dropped: st.Dropped,
		Intercepted: st.Intercepted, Reached: map[string]int{},
	}
	for _, info := range n.bus.Subscriptions() {
		s.Subscriptions = append(s.Subscriptions, info.Pattern+" "+info.Name+words(info.Once, " once")+
			backlog(info.Running, info.Paused, info.Waiting, info.Dropped))
	}
	if len(s.Subscriptions) != st.Subscriptions {
		s.Subscriptions = append(s.Subscriptions, "Stats has "+strconv.Itoa(st.Subscriptions))
	}
	for _, sub := range n.subs {
		s.Active = append(s.Active, sub.Subscription != nil && sub.Active())
	}
	n.lateState(&s)
	if n.watch != nil {
		if wrong := n.watch.differs(st, n.config.managed); wrong != "" {
			s.Subscriptions = append(s.Subscriptions, wrong)
		}
	}
	for _, info := range n.bus.Topics() {
		s.Reached[info.Topic] = info.Subscriptions
	}
	return s
}
