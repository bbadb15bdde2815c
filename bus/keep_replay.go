package bus

import (
	"context"
)

// replayFrom says where a replay begins.
type replayFrom struct {
	last  int // events of each topic
	all   bool
	after bool
	seq   uint64
}

func (f *replayFrom) asked() bool { return f.last > 0 || f.all || f.after }

func (f *replayFrom) set(s *settings) error {
	if s.replay.asked() {
		return &OptionError{"Replay", "may be given only once"}
	}
	s.replay = *f
	return nil
}

// Replay begins with the last n events that each of the pattern's topics keeps (Retain, History): with n = 1 the
// retained value of each, as in MQTT. They are the same events again, in the order in which they were delivered,
// and then come the live ones, without a gap or a duplicate (D6): events that others publish meanwhile wait
// behind, in a queue of DefaultQueue events with the policy Error unless Overflow says otherwise.
//
// Subscribe calls the handler with them before it returns; with Concurrency and Events they go into the queue,
// ahead of others and whatever its limit. What the handler publishes comes after the replay (D1). The
// subscription can be ended meanwhile by Until or Once.
func Replay(n int) SubscribeOption {
	return func(s *settings) error {
		if err := checkNumber("Replay", n, 1, maxCount); err != nil {
			return err
		}
		return (&replayFrom{last: n}).set(s)
	}
}

// ReplayAll is Replay of all that is kept.
func ReplayAll() SubscribeOption {
	return func(s *settings) error { return (&replayFrom{all: true}).set(s) }
}

// ReplayAfter is Replay of what came after the event with this Seq. Where it is not kept any more, or belongs to
// a topic that the pattern does not match, that is all events with a higher one.
func ReplayAfter(seq uint64) SubscribeOption {
	return func(s *settings) error { return (&replayFrom{after: true, seq: seq}).set(s) }
}

// position finds where the event is that a replay follows, since publishers on several goroutines may have begun
// to deliver in another order than that of their numbers; 0 if it is not kept. The caller holds the lock.
func (f *replayFrom) position(in []*history) uint64 {
	for _, h := range in {
		for i := 0; f.after && i < h.length; i++ {
			if r := h.at(i); r.event.Seq == f.seq {
				return r.position
			}
		}
	}
	return 0
}

func (f *replayFrom) wants(r *record, after uint64) bool {
	switch {
	case !f.after:
		return true
	case after != 0:
		return r.position > after
	}
	return r.event.Seq > f.seq
}

// replay hands the kept events to a subscription that has just been listed, and then lets live ones through.
func (s *Subscription) replay(set *settings) {
	r := &replay{sub: s, live: s.extras.live, until: set.until}
	// Listed first, then the history is read: an event that is recorded in between comes twice, and is recognized
	// by its position; one that is recorded later finds the subscription in its route.
	past, position := s.bus.snapshot(s.Pattern(), set.replay)
	r.past = past
	r.live.begin(position)
	h := s.bus.host.Load()
	if r.hosted = h != nil; r.hosted {
		(*h).InTurn(r.do)
		return
	}
	r.do()
}

// replay is the run in which a subscription gets kept events.
type replay struct {
	sub       *Subscription
	live      *liveBuffer
	until     context.Context
	past      []*Event
	run       *run
	hosted    bool // nested publishes are the host's
	delivered int
}

func (r *replay) do() {
	if !r.hosted {
		r.run = &run{bus: r.sub.bus, base: context.Background()}
		if r.until != nil {
			r.run.base = r.until
		}
		r.run.first.run, r.run.first.values = r.run, r.run.base
	}
	r.rest()
}

// rest calls the handler with what is left, and then delivers what it published meanwhile.
func (r *replay) rest() {
	r.deliverEach()
	if r.hosted {
		return
	}
	d := delivery{run: r.run, shard: r.sub.bus.counts.shard(), delivered: r.delivered}
	d.shard.begin()
	d.drive()
	d.finish()
}

// deliverEach calls the handler with what is past and what the buffer of live events has. It has the name by which tooDeep
// counts runs.
func (r *replay) deliverEach() {
	for {
		w, past, ok := r.next()
		if !ok {
			return
		}
		r.deliver(w, past)
	}
}

// next returns the next event; once there is none, events go straight to the subscription.
func (r *replay) next() (w task, past, ok bool) {
	if r.until != nil && r.until.Err() != nil {
		r.sub.Unsubscribe()
	}
	if !r.sub.Active() {
		r.live.close()
		for _, e := range r.past {
			releasePayload(e)
		}
		r.past = nil
		return task{}, false, false
	}
	if len(r.past) == 0 {
		w, ok = r.live.next()
		return w, false, ok
	}
	w = task{event: r.past[0]}
	r.past[0] = nil
	r.past = r.past[1:]
	return w, true, true
}

func (r *replay) deliver(w task, past bool) {
	s, returned := r.sub, false
	at := r.context(w)
	var ctx context.Context = at
	if at == nil {
		ctx = context.Background()
	}
	defer releasePayload(w.event)
	if past {
		s.bus.tellReplayed(at, w.event, s)
	}
	defer func() {
		if returned {
			return
		}
		// The handler ends this goroutine: the rest comes from here.
		if !s.hasPolicies() {
			r.failed(at, w.event, newPanicError(nil))
		}
		r.rest()
	}()
	if c := s.extras.consumer; past && c != nil && c.queued() && c.pacer == nil {
		c.takePast(ctx, w.event)
	} else if h := s.bus.host.Load(); h != nil {
		(*h).Within(s, w.event, func() error { return s.handOverTo(ctx, w.event) })
	} else if called, err := s.invoke(ctx, w.event, func(error) {}); err != nil {
		if !s.hasPolicies() {
			r.failed(at, w.event, err)
		}
	} else if called && !r.hosted {
		r.delivered++
	} else if called {
		s.bus.counts.shard().delivered.Add(1)
	}
	returned = true
}

// handOverTo is Deliver of a kept event.
func (s *Subscription) handOverTo(ctx context.Context, e *Event) error {
	called, err := s.invoke(ctx, e, func(error) {})
	if s.hasPolicies() {
		err = nil // it sees to that
	}
	switch {
	case err != nil:
		s.bus.counts.failed.Add(1)
	case called:
		s.bus.counts.shard().delivered.Add(1)
	}
	return err
}

// context makes the one that the handler gets: of this run, natively.
func (r *replay) context(w task) *handlerContext {
	if r.hosted {
		return nil
	}
	at := &handlerContext{run: r.run, values: r.run.base, event: w.event, topic: w.event.Topic}
	if w.values != nil {
		at.values = w.values
	}
	return at
}

func (r *replay) failed(at *handlerContext, e *Event, err error) {
	r.sub.bus.report(at, r.sub.bus.newFailure(r.sub, e, err))
}

// takePast puts a kept event into the queue ahead of live ones, which wait in their buffer, whatever the limit.
func (c *consumer) takePast(ctx context.Context, e *Event) {
	t := task{event: e}
	if c.judge(ctx, &t, false) == wanted {
		c.admit(t)
	}
}
