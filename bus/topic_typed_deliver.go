package bus

import (
	"context"
)

// typedDelivery delivers one typed value. It lives on the publisher's stack. The value is passed along
// as an argument: kept in here it would escape, or cost a copy that stalls.
type typedDelivery[T any] struct {
	topic  *Topic[T]
	route  *typedRoute[T]
	ctx    context.Context
	run    *run // nil as long as no handler needs a context and none failed
	next   int
	missed int // handlers not called or failed
	over   bool
}

func (d *typedDelivery[T]) drive(v T) {
	for !d.over {
		d.deliverEach(v)
	}
}

// deliverEach is run.deliverEach for typed handlers.
func (d *typedDelivery[T]) deliverEach(v T) {
	defer d.settle(v)
	if d.route.withContext {
		d.deliverScoped(v)
	} else {
		handlers := d.route.handlers
		for i := d.next; i < len(handlers); i++ {
			h := &handlers[i]
			if h.sub.bits.Load()&bitRemoved != 0 {
				d.missed++
				continue
			}
			d.next = i
			h.plain(v)
		}
	}
	d.over = true
}

func (d *typedDelivery[T]) deliverScoped(v T) {
	handlers := d.route.handlers
	for i := d.next; i < len(handlers); i++ {
		h := &handlers[i]
		if h.sub.bits.Load()&bitRemoved != 0 {
			d.missed++
			continue
		}
		d.next = i
		if h.plain != nil {
			h.plain(v)
		} else if err := h.full(&d.run.first, v); err != nil {
			d.fail(h.sub, err, v)
		}
	}
}

func (d *typedDelivery[T]) settle(value T) {
	if d.over {
		return
	}
	v := recover()
	s := d.route.handlers[d.next].sub
	d.next++
	d.fail(s, newPanicError(v), value)
	if v == nil {
		d.drive(value)
		d.finish()
	}
}

func (d *typedDelivery[T]) fail(s *Subscription, err error, value T) {
	d.missed++
	b := d.topic.bus
	if d.run == nil {
		// The failure is an event too and has to wait for the rest of this delivery.
		d.run = b.newRun(d.ctx, d.topic.name)
	}
	at := &d.run.first
	e := &Event{Topic: d.topic.name, Data: value, Seq: at.number(), bus: b}
	if d := d.route.declared; d != nil && d.schema != nil && d.schema.version != 0 {
		d.schema.stamp(e)
	}
	b.report(at, b.newFailure(s, e, err))
}

// finish delivers what handlers published meanwhile.
func (d *typedDelivery[T]) finish() {
	delivered := len(d.route.handlers) - d.missed
	if d.run == nil || d.run.end() {
		if delivered != 1 {
			d.topic.bus.counts.shard().end(1, delivered)
		}
		return
	}
	rest := delivery{run: d.run, shard: d.topic.bus.counts.shard(), published: 1, delivered: delivered}
	rest.drive()
	rest.finish()
}
