package bus

import (
	"context"

	"github.com/trolleybus/trolleybus/bus/subject"
)

// interestTable counts the subscriptions of each pattern, while somebody observes. bus.mu guards it.
type interestTable struct {
	counts  map[interestKey]int // nil if nobody observes
	changes []interestChange    // to be told, in their order
	telling bool                // somebody does
}

type interestKey struct {
	pattern   string
	responder bool
	side      Side
}

type interestChange struct {
	interestKey
	on bool
	to []*observer // those who were there
}

// of is what a subscription counts for; ok is false for one that is no interest.
func (t *interestTable) of(s *Subscription) (key interestKey, ok bool) {
	if t.counts == nil || s.bits.Load()&bitQuiet != 0 || subject.IsReserved(s.Pattern()) {
		return interestKey{}, false
	}
	return interestKey{s.Pattern(), s.isResponder(), s.side()}, true
}

// begin has a new observer told of what there is.
func (t *interestTable) begin(b *Bus, o *observer) {
	if t.counts == nil {
		t.counts = make(map[interestKey]int)
		b.table.Each(func(s *Subscription) bool {
			if key, ok := t.of(s); ok {
				t.counts[key]++
			}
			return true
		})
	}
	for key := range t.counts {
		t.changes = append(t.changes, interestChange{key, true, []*observer{o}})
	}
}

func (t *interestTable) end() { t.counts, t.changes = nil, nil }

// add counts a subscription, or with -1 one less.
func (t *interestTable) add(b *Bus, s *Subscription, n int) {
	key, ok := t.of(s)
	if !ok {
		return
	}
	t.counts[key] += n
	now := t.counts[key]
	if now == 0 {
		delete(t.counts, key)
	}
	if on := n > 0; now == 0 || on && now == 1 {
		t.changes = append(t.changes, interestChange{key, on, *b.observers.Load()})
	}
}

// tellInterest tells of the changes that were noted, unless somebody does, who then tells of these too.
func (b *Bus) tellInterest() {
	if b.observers.Load() == nil {
		return
	}
	for first := true; ; first = false {
		b.mu.Lock()
		t := &b.interest
		if first && t.telling || len(t.changes) == 0 {
			if !first {
				t.telling = false
			}
			b.mu.Unlock()
			return
		}
		t.telling = true
		c := t.changes[0]
		t.changes = t.changes[1:]
		b.mu.Unlock()
		b.tellOf(c)
	}
}

func (b *Bus) tellOf(c interestChange) {
	told := false
	defer func() {
		if !told { // an observer ends this goroutine: the rest is told from here
			b.mu.Lock()
			b.interest.telling = false
			b.mu.Unlock()
			b.tellInterest()
		}
	}()
	for _, o := range c.to {
		o.see(context.Background(), nil, func(ctx context.Context, o *observer) {
			if o.Interest != nil {
				o.Interest(ctx, c.pattern, Interest{On: c.on, Responder: c.responder, Side: c.side})
			}
		})
	}
	told = true
}
