package bus

import (
	"context"
	"sync/atomic"
)

// Topic is one topic whose data is always a T. Publishing on it to handlers that were subscribed through
// it moves the value without boxing or allocation; an Event is made only when an untyped or wildcard
// subscriber, an option or an interceptor needs it.
type Topic[T any] struct {
	bus      *Bus
	name     string
	err      error
	compiled atomic.Pointer[typedRoute[T]]
}

// typedRoute is a route whose subscriptions are known to take a T.
type typedRoute[T any] struct {
	*route
	handlers    []typedHandlers[T]
	withContext bool // some handler takes a context
	// general: not all are known to take a T, or there is an interceptor, an observer or a host; or, where it is not
	// nil, validate is to be called first.
	general  bool
	validate func(T) error
}

type typedHandlers[T any] struct {
	sub   *Subscription
	plain plainHandler[T] // or
	full  typedHandler[T]
}

type (
	plainHandler[T any] func(T)
	typedHandler[T any] func(context.Context, T) error
)

func (h plainHandler[T]) deliver(_ context.Context, e *Event) error {
	v, err := As[T](e)
	if err == nil {
		h(v)
	}
	return err
}

func (h typedHandler[T]) deliver(ctx context.Context, e *Event) error {
	v, err := As[T](e)
	if err != nil {
		return err
	}
	return h(ctx, v)
}

// NewTopic returns the topic called name on b, and declares the options of it (see Declare). A wrong name
// or option is an error of every later call, and of Err. A T that has a method Validate() error is declared
// with it (see the option Validate).
func NewTopic[T any](b *Bus, name string, opts ...TopicOption) *Topic[T] {
	t := &Topic[T]{bus: b, name: name}
	if valid, ok := validateByMethod[T](); ok {
		opts = append([]TopicOption{valid}, opts...)
	}
	switch {
	case b == nil:
		t.err = &OptionError{"NewTopic", "the bus must not be nil"}
	case len(opts) > 0:
		t.err = b.Declare(name, opts...)
	default:
		t.err = publishable(name)
	}
	return t
}

// Name returns the topic's name.
func (t *Topic[T]) Name() string { return t.name }

// Err returns what was wrong with the name or an option, or nil.
func (t *Topic[T]) Err() error { return t.err }

// Subscribe calls h with each value published on the topic. Data of another type, published without the
// Topic, is a failure of this subscription with a *PayloadError.
func (t *Topic[T]) Subscribe(h func(ctx context.Context, v T) error, opts ...SubscribeOption) (*Subscription, error) {
	if t.err != nil {
		return nil, t.err
	}
	if h == nil {
		return nil, &opError{"subscribe", t.name, &OptionError{"handler", "must not be nil"}}
	}
	return t.bus.subscribe(t.name, typedHandler[T](h), opts)
}

// SubscribeFunc is Subscribe for handlers that need no context and cannot fail: when all are such, Publish
// allocates nothing. Such a handler cannot tell the bus that what it publishes is nested, so that is
// delivered on the spot, ahead of the handlers that come after it (see D1 in the package documentation).
func (t *Topic[T]) SubscribeFunc(h func(v T), opts ...SubscribeOption) (*Subscription, error) {
	if t.err != nil {
		return nil, t.err
	}
	if h == nil {
		return nil, &opError{"subscribe", t.name, &OptionError{"handler", "must not be nil"}}
	}
	return t.bus.subscribe(t.name, plainHandler[T](h), opts)
}

// Publish delivers v to the topic's subscribers as Bus.Publish does, with the same errors.
func (t *Topic[T]) Publish(ctx context.Context, v T) error {
	r := t.compiled.Load()
	if r == nil || r.stale.Load() {
		if t.err != nil {
			return t.err
		}
		r = t.compile()
	}
	if r.general || ctx == nil {
		if r.validate == nil || ctx == nil || ctx.Err() != nil || t.bus.handlerContextOf(ctx) != nil {
			return t.bus.Publish(ctx, t.name, v)
		}
		if err := t.bus.beginAdmission(t.name); err != nil {
			return err
		}
		err := r.validate(v)
		t.bus.endAdmission()
		if err != nil {
			return refusal(t.name, err)
		}
	} else if ctx.Err() != nil || t.bus.handlerContextOf(ctx) != nil {
		return t.bus.Publish(ctx, t.name, v)
	}
	shard := t.bus.counts.shard()
	if limit := min(t.bus.maxDepth, maxNested); shard.begin() && tooDeep(limit) {
		shard.end(0, 0)
		return &RecursionError{Topics: []string{t.name}, Limit: limit}
	}
	d := typedDelivery[T]{topic: t, route: r, ctx: ctx}
	if r.withContext {
		d.run = t.bus.newRun(ctx, t.name)
	}
	d.drive(v)
	d.finish()
	return nil
}

// compile makes the typed route from the topic's route, which tells by its stale flag when to do it again.
func (t *Topic[T]) compile() *typedRoute[T] {
	b := t.bus
	plain, err := b.lookup(t.name)
	c := &typedRoute[T]{route: plain}
	// Whoever closes the bus, adds an interceptor or an observer or sets a host does it under the lock and then clears
	// the cache, so either this is seen here or plain is stale.
	if err != nil || b.closed.Load() || b.chain.Load() != nil || b.host.Load() != nil || b.isObserved() {
		c.general = true
		t.compiled.Store(c)
		return c
	}
	validate, typed := typedChecks[T](plain.declared)
	c.general = !typed
	c.handlers = make([]typedHandlers[T], len(plain.subs))
	for i, s := range plain.subs {
		e := &c.handlers[i]
		e.sub = s
		if s.extras != nil {
			c.general = true
		}
		switch h := s.target.(type) {
		case plainHandler[T]:
			e.plain = h
		case typedHandler[T]:
			e.full = h
			c.withContext = true
		default:
			c.general = true
		}
	}
	if c.general {
		c.handlers = nil
	} else if validate != nil {
		c.general, c.validate = true, validate
	}
	t.compiled.Store(c)
	return c
}
