package bus

import (
	"context"
)

// typedDelivery delivers one typed value. It lives on the publisher's stack.
type typedDelivery[T any] struct {
	topic    *Topic[T]
	handlers []typedHandlers[T]
	value    T
	ctx      context.Context
	shard    *counterShard
	run      *run // nil as long as no handler needs a context and none failed
	scoped   bool
	next     int
	missed   int // handlers not called or failed
	over     bool
}

func (d *typedDelivery[T]) drive() {
	for !d.over {
		d.deliverEach()
	}
}

// deliverEach is run.deliverEach for typed handlers.
func (d *typedDelivery[T]) deliverEach() {
	defer d.settle()
	if d.scoped {
		d.deliverScoped()
	} else {
		for i := d.next; i < len(d.handlers); i++ {
			h := &d.handlers[i]
			if h.sub.bits.Load()&bitRemoved != 0 {
				d.missed++
				continue
			}
			d.next = i
			h.plain(d.value)
		}
	}
	d.over = true
}

func (d *typedDelivery[T]) deliverScoped() {
	for i := d.next; i < len(d.handlers); i++ {
		h := &d.handlers[i]
		if h.sub.bits.Load()&bitRemoved != 0 {
			d.missed++
			continue
		}
		d.next = i
		if h.plain != nil {
			h.plain(d.value)
		} else if err := h.full(d.run.at, d.value); err != nil {
			d.fail(h.sub, err)
		}
	}
}

func (d *typedDelivery[T]) settle() {
	if d.over {
		return
	}
	v := recover()
	s := d.handlers[d.next].sub
	d.next++
	d.fail(s, newPanicError(v))
	if v == nil {
		d.drive()
		d.finish()
	}
}

func (d *typedDelivery[T]) fail(s *Subscription, err error) {
	d.missed++
	b := d.topic.bus
	if d.run == nil {
		// The failure is an event too and has to wait for the rest of this delivery.
		d.run = b.newRun(d.ctx, d.topic.name)
	}
	at := &d.run.first
	e := &Event{Topic: d.topic.name, Data: d.value, Seq: at.number(), bus: b}
	b.report(at, newFailure(s, e, err))
}

// finish delivers what handlers published meanwhile.
func (d *typedDelivery[T]) finish() {
	delivered := len(d.handlers) - d.missed
	if d.run == nil {
		d.shard.end(1, delivered)
		return
	}
	d.run.published, d.run.delivered = 1, delivered
	defer d.run.finish(d.shard)
	d.run.drive()
}
