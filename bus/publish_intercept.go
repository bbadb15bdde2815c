package bus

import (
	"context"
	"sync/atomic"
)

// Interceptor sees an event before it is accepted. It passes it on with next, as it is, changed, or as
// another event, and may not: then the event is dropped and counted. What it returns is what Publish
// returns. next must be called, if at all, before the interceptor returns.
type Interceptor func(ctx context.Context, e *Event, next func(context.Context, *Event) error) error

type interceptor struct{ call Interceptor }

// Use adds an interceptor behind those there are. It runs on the publisher's goroutine, for nested
// publishes too, but not for the bus's own events. The returned function removes it and may be called
// often. A nil interceptor is ignored.
func (b *Bus) Use(i Interceptor) (remove func()) {
	if i == nil {
		return func() {}
	}
	in := &interceptor{i}
	b.rechain(func(chain []*interceptor) []*interceptor { return append(chain, in) })
	return func() {
		b.rechain(func(chain []*interceptor) []*interceptor {
			for k, c := range chain {
				if c == in {
					return append(chain[:k], chain[k+1:]...)
				}
			}
			return chain
		})
	}
}

// rechain replaces the chain by what change makes of a copy.
func (b *Bus) rechain(change func([]*interceptor) []*interceptor) {
	b.mu.Lock()
	var chain []*interceptor
	if old := b.chain.Load(); old != nil {
		chain = append(chain, *old...)
	}
	before := len(chain) > 0
	chain = change(chain)
	if len(chain) == 0 {
		b.chain.Store(nil)
	} else {
		b.chain.Store(&chain)
	}
	flipped := before != (len(chain) > 0)
	if flipped {
		// Typed topics compile into their routes that there is no interceptor.
		b.cache.clear()
	}
	h := b.host.Load()
	b.mu.Unlock()
	if flipped && h != nil {
		(*h).Changed("")
	}
}

func (b *Bus) isIntercepted() bool { return b.chain.Load() != nil }

// Intercept runs the interceptors on an event and last behind them, as Publish does. A panic of an
// interceptor is returned as a *PanicError.
func (b *Bus) intercept(ctx context.Context, e *Event, last func(context.Context, *Event) error) (err error) {
	chain := b.chain.Load()
	if chain == nil {
		return last(ctx, e)
	}
	topic := e.Topic
	inner, err := b.withAdmission(ctx, topic)
	if err != nil {
		return err
	}
	if err := b.beginAdmission(topic); err != nil {
		return err
	}
	var passed atomic.Bool
	defer func() {
		b.endAdmission()
		if v := recover(); v != nil {
			err = newPanicError(v)
		}
		if !passed.Load() {
			b.counts.intercepted.Add(1)
			b.tellDropped(b.handlerContextOf(ctx), e, nil, DroppedIntercepted)
		}
		err = admitted(topic, err)
	}()
	return step(inner, e, *chain, func(ctx context.Context, e *Event) error {
		passed.Store(true)
		return last(b.withoutAdmission(ctx), e)
	})
}

func step(ctx context.Context, e *Event, chain []*interceptor, last func(context.Context, *Event) error) error {
	if e == nil || ctx == nil {
		return &OptionError{"Use", "next must be called with an event, not nil"}
	}
	if len(chain) == 0 {
		return last(ctx, e)
	}
	return chain[0].call(ctx, e, func(ctx context.Context, e *Event) error {
		return step(ctx, e, chain[1:], last)
	})
}
