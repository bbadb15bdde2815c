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
		r.every = time.Duration(float64(time.Second) / perSecond)
		return nil
	}
}

// Redrive gives the letter with this id, or those whose topic matches this pattern ("" is all), back to the
// subscriptions that failed, whose attempts begin anew, and returns how many it is going to. It does not wait
// for them: they come one after the other by the bus's clock. Until its turn a letter stays among the dead
// ones. A letter whose subscription has ended goes to one with the same pattern and name, if there is one
// now, and else is left where it is; so is one that was redriven as often as Options.MaxDepth, which is
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
	for i, l := range letters {
		b.clock.AfterFunc(time.Duration(i)*r.every, func() { b.revive(l, r.to) })
	}
	for _, l := range endless {
		b.report(nil, b.newFailure(l.consumer.sub, l.Event, &RecursionError{Topics: []string{l.Topic, DeadTopic + l.Topic, l.Topic}, Limit: b.maxDepth}))
	}
	return len(letters), err
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
		if other.path == s.path && other.extras != nil && other.extras.consumer != nil && other.extras.name == l.Subscription && other.Active() {
			heir = other.extras.consumer
		}
		return heir == nil
	})
	return heir
}

// revive is a letter's turn.
func (b *Bus) revive(l *letter, to string) {
	heir := l.heir()
	if b.closed.Load() || to == "" && heir == nil {
		b.dead.stay(l)
		return
	}
	if to != "" {
		in := l.Event.Init()
		e := b.NewEvent(EventInit{
			Topic: to, Data: in.Data, Subject: in.Subject, Key: in.Key, Version: in.Version, TraceParent: in.TraceParent,
			CorrelationID: l.Event.CorrelationID(), CausationID: l.Event.ID(), DataSchema: in.DataSchema,
		})
		if err := b.publish(context.Background(), e); err != nil {
			b.dead.stay(l)
			b.report(nil, b.newFailure(l.consumer.sub, l.Event, err))
			return
		}
	}
	if !b.dead.remove(l) {
		return // discarded, or evicted, meanwhile
	}
	b.counts.redriven.Add(1)
	t := l.task
	if to != "" {
		t.letGo()
		return
	}
	p := *t.past
	t.past = &p
	p.attempts, p.err, p.first, p.last = 0, nil, time.Time{}, time.Time{}
	p.redrives++
	if heir.window != nil {
		heir.window.take(heir.claimOf(&t))
	}
	heir.admit(t)
}

// stay leaves a letter among the dead ones after all.
func (d *deadLetters) stay(l *letter) {
	d.mu.Lock()
	l.leaving = false
	d.mu.Unlock()
}
