package bus

import (
	"context"
	"sync"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// hostCalls are those that a host makes and has not settled yet.
type hostCalls struct {
	mu    sync.Mutex
	young hostCall            // the last one, while it is open: most are settled before there is another
	open  map[uint32]hostCall // the others
	last  uint32
	turn  hostCall   // what the last Offer lends out
	ready []hostCall // to be made: one call may be settled within another
	busy  bool
}

type hostCall struct {
	consumer *consumer
	task     task
	number   uint32 // 0: nothing has to be remembered of it
}

func (b *Bus) addManaged(id uint32, order uint64, pattern string, opts ...SubscribeOption) (*Subscription, error) {
	if err := ValidatePattern(pattern); err != nil {
		return nil, err
	}
	s := &Subscription{entry: subject.NewEntry(pattern), bus: b, order: order}
	set := settings{hosted: true}
	if err := set.apply(opts); err != nil {
		return nil, &opError{"subscribe", pattern, err}
	}
	if !set.hasPolicies() {
		return nil, &opError{"add a managed subscriber without policies", pattern, ErrHost}
	}
	set.equip(s)
	if err := b.addHosted(id, s); err != nil {
		if c := s.extras.consumer; c != nil {
			c.cancel()
			c.forget()
		}
		return nil, err
	}
	return s, nil
}

func (s *Subscription) offer(e *Event) (who *Subscription, number uint32) {
	if c := s.extras.consumer; c != nil && c.group != nil {
		return s.bus.offerGroup(c.group.id, ^uint64(0), e)
	}
	k := &s.bus.calls
	called, err := s.handOver(context.Background(), e)
	if err != nil || !called {
		return nil, 0
	}
	k.mu.Lock()
	turn := k.turn
	k.turn = hostCall{}
	k.mu.Unlock()
	if turn.consumer == nil {
		return nil, 0 // a member of the group in Go, which has been called
	}
	return turn.consumer.sub, turn.number
}

func (s *Subscription) offerNumber(seq uint64) (call, enough bool) {
	x := s.extras
	if s.bus.isObserved() || x.once || x.consumer == nil || !x.consumer.carefree() || x.consumer.window != nil && x.consumer.window.Key != nil {
		return false, false
	}
	if x.consumer.window == nil || x.consumer.window.take(claim{seq: seq}) {
		return true, true
	}
	s.bus.counts.deduped.Add(1)
	return false, true
}

// carefree reports whether nothing has to be known of a call that succeeds.
func (c *consumer) carefree() bool {
	return c.sub.target == nil && c.most == 0 && c.group == nil && c.pacer == nil && (c.retry == nil || c.retry.Key == nil)
}

// lend hands a call to the host that offered the event.
func (c *consumer) lend(t task) {
	k := &c.sub.bus.calls
	k.mu.Lock()
	defer k.mu.Unlock()
	k.turn = k.note(c, t)
}

func (b *Bus) calledEvent(number uint32) *Event {
	k := &b.calls
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.find(number).task.event
}

// find returns an open call, or the zero call. The caller holds the lock.
func (k *hostCalls) find(number uint32) hostCall {
	if number == k.young.number {
		return k.young
	}
	return k.open[number]
}

func (k *hostCalls) note(c *consumer, t task) hostCall {
	if k.young.number != 0 {
		if k.open == nil {
			k.open = map[uint32]hostCall{}
		}
		k.open[k.young.number] = k.young
	}
	if k.last++; k.last == 0 {
		k.last = 1
	}
	k.young = hostCall{c, t, k.last}
	return k.young
}

// callOut has the host make the next call. It is one of the running ones.
func (c *consumer) callOut() {
	c.mu.Lock()
	c.starting--
	t, ok := c.take()
	if !ok {
		c.running--
	}
	report := c.fell()
	c.mu.Unlock()
	c.tell(report, &t, ok)
	if !ok {
		return
	}
	host := *c.sub.bus.host.Load()
	k := &c.sub.bus.calls
	k.mu.Lock()
	defer k.mu.Unlock()
	k.ready = append(k.ready, k.note(c, t))
	if k.busy {
		return
	}
	k.busy = true
	for len(k.ready) > 0 {
		next := k.ready[0]
		k.ready = k.ready[1:]
		k.mu.Unlock()
		if next.consumer.over() {
			// It ended within one of the calls before this one (D12).
			if _, open := k.settled(next.number); open {
				next.consumer.passOn(next.task)
				next.consumer.leave()
			}
		} else {
			host.Call(next.consumer.sub, next.task.event, next.number, next.task.attempt())
		}
		k.mu.Lock()
	}
	k.busy, k.ready = false, nil
}

func (b *Bus) settleCall(number uint32, err error) (seenTo bool) {
	made, open := b.calls.settled(number)
	if !open {
		return true // settled before: what comes late counts no more
	}
	defer made.consumer.leave()
	made.consumer.settle(nil, made.task, err)
	return made.consumer.retry != nil
}

func (s *Subscription) wasHandled(e *Event) {
	if w := s.extras.consumer.window; w != nil {
		c := w.of(e)
		w.take(c)
		if w.stored != nil {
			w.persist(c)
		}
	}
}

// settled forgets an open call and returns it, and whether it was one.
func (k *hostCalls) settled(number uint32) (made hostCall, open bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	made = k.find(number)
	if number == k.young.number {
		k.young = hostCall{}
	} else {
		delete(k.open, number)
	}
	return made, made.number != 0
}

func (c *consumer) over() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.closed
}

func (s *Subscription) failCall(e *Event, err error) (seenTo bool) {
	c := s.extras.consumer
	c.settle(nil, task{event: e}, err)
	return c.retry != nil
}
