package bus

import (
	"context"
	"math"
	"time"
)

// RedriveOption changes what Redrive does. A wrong one is an *OptionError.
type RedriveOption func(*redrive) error

type redrive struct {
	to    string
	every time.Duration
}

// RedriveTo publishes the events on another topic instead, each as a new event that the dead one caused.
func RedriveTo(topic string) RedriveOption {
	return func(r *redrive) error {
		r.to = topic
		return publishable(topic)
	}
}

// RedriveRate redrives at most so many letters a second.
func RedriveRate(perSecond float64) RedriveOption {
	return func(r *redrive) error {
		if !(perSecond > 0) || math.IsInf(perSecond, 0) {
			return &OptionError{"RedriveRate", "not a positive number"}
		}
		r.every = time.Duration(min(float64(time.Second)/perSecond, float64(math.MaxInt64/2)))
		return nil
	}
}

// Redrive gives the letter with this id, or those whose topic matches this pattern ("" is all), back to the
// subscriptions that failed, whose attempts begin anew, and returns how many it is going to. It does not wait
// for them: they come one after the other by the bus's clock. Until its turn a letter stays among the dead
// ones. A letter whose subscription has ended goes to one with the same pattern and name, or of the same queue
// group, if there is one now, and else is left where it is; so is one that was redriven as often as Options.MaxDepth, which is
// reported as a *RecursionError. The error is a *TopicError or an *OptionError.
func (b *Bus) Redrive(idOrPattern string, opts ...RedriveOption) (int, error) {
	var r redrive
	for _, o := range opts {
		if o == nil {
			return 0, &OptionError{"RedriveOption", "nil"}
		}
		if err := o(&r); err != nil {
			return 0, err
		}
	}
	var letters, endless []*letter
	err := b.dead.each(idOrPattern, func(l *letter) bool {
		if l.leaving {
			return true
		}
		if l.Redrives >= b.maxDepth {
			endless = append(endless, l)
		} else if r.to != "" || l.heir() != nil {
			l.leaving = true
			letters = append(letters, l)
		}
		return true
	})
	if len(letters) > 0 {
		b.clock.AfterFunc(0, func() { r.next(b, letters) })
	}
	for _, l := range endless {
		b.report(nil, b.newFailure(l.consumer.sub, l.Event, &RecursionError{Topics: []string{l.Topic, DeadTopic + l.Topic, l.Topic}, Limit: b.maxDepth}))
	}
	return len(letters), err
}

// next revives the first of letters, and the others one after the other.
func (r *redrive) next(b *Bus, letters []*letter) {
	if r.every > 0 && len(letters) > 1 {
		rest := letters[1:]
		b.clock.AfterFunc(r.every, func() { r.next(b, rest) })
		letters = letters[:1]
	}
	defer func() {
		if len(letters) > 0 {
			r.next(b, letters) // a handler ended the goroutine
		}
	}()
	for len(letters) > 0 {
		l := letters[0]
		letters = letters[1:]
		b.revive(l, r.to)
	}
}

// heir is the consumer that a letter is redriven to, or nil.
func (l *letter) heir() *consumer {
	s := l.consumer.sub
	if s.Active() {
		return l.consumer
	}
	var heir *consumer
	b := s.bus
	b.mu.RLock()
	defer b.mu.RUnlock()
	b.table.each(func(other *Subscription) bool {
		if x := other.extras; x != nil && x.consumer != nil && other.Active() {
			same := other.path == s.path && x.name == l.Subscription
			if group := l.consumer.group; group != nil && x.consumer.group != nil {
				same = x.consumer.group.name == group.name && Match(other.path, l.Topic)
			}
			if same {
				heir = x.consumer
			}
		}
		return heir == nil
	})
	return heir
}

// revive is a letter's turn.
func (b *Bus) revive(l *letter, to string) {
	if !b.dead.remove(l) {
		return // discarded, or evicted, meanwhile, or the bus is closed
	}
	if to != "" {
		b.counts.redriven.Add(1) // before a handler may end the goroutine
		if err := b.resend(l, to); err != nil {
			b.counts.redriven.Add(^uint64(0))
			b.dead.stay(l)
			b.report(nil, b.newFailure(l.consumer.sub, l.Event, err))
			return
		}
		l.task.letGo()
		return
	}
	heir := l.heir()
	if heir == nil {
		b.dead.stay(l)
		return
	}
	t, ok := heir.inherit(l.task)
	if !ok {
		b.dead.stay(l)
		return
	}
	p := t.past
	p.attempts, p.err, p.first, p.last = 0, nil, time.Time{}, time.Time{}
	p.redrives++
	b.counts.redriven.Add(1)
	heir.admit(t)
}

// resend publishes the event of a letter on another topic.
func (b *Bus) resend(l *letter, to string) error {
	in := l.Event.Init()
	e := b.NewEvent(EventInit{
		Topic: to, Data: in.Data, Subject: in.Subject, Key: in.Key, Version: in.Version, TraceParent: in.TraceParent,
		CorrelationID: l.Event.CorrelationID(), CausationID: l.Event.ID(), DataSchema: in.DataSchema,
		DataContentType: in.DataContentType, Extensions: in.Extensions,
	})
	e.attrs.redrives = l.Redrives + 1
	if b.closed.Load() {
		return ErrClosed
	}
	return b.publish(context.Background(), e)
}

// stay leaves a letter whose turn it was among the dead ones after all.
func (d *deadLetters) stay(l *letter) {
	l.leaving = false
	if !d.add(l) {
		l.task.letGo()
	}
}
