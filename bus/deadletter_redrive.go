package bus

import (
	"context"
	"math"
	"time"

	"github.com/trolleybus/trolleybus/bus/subject"
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
			return &OptionError{"RedriveRate", "must be a positive number of letters a second"}
		}
		r.every = time.Duration(min(float64(time.Second)/perSecond, float64(math.MaxInt64/2)))
		return nil
	}
}

// Redrive gives the letter with this id, or those whose topic matches this pattern ("" is all), back to the
// subscriptions that failed, whose attempts begin anew, and returns how many it is going to. It does not wait
// for them: they come one after the other by the bus's clock. They are no dead letters any more when it returns, but
// with a rate each is one until its turn. A letter whose subscription has ended goes to one with the
// same pattern and name, or of the same queue group, if there is one now, and else is left where it is; so is one that
// was redriven as often as Options.MaxDepth, which is reported as a *RecursionError. One that nobody takes when its turn
// has come is a dead letter again, the last of all. The error is a *TopicError or an *OptionError.
func (b *Bus) Redrive(idOrPattern string, opts ...RedriveOption) (int, error) {
	r := &redriving{bus: b}
	for _, o := range opts {
		if o == nil {
			return 0, &OptionError{"RedriveOption", "must not be nil"}
		}
		if err := o(&r.redrive); err != nil {
			return 0, err
		}
	}
	d := &b.dead
	var letters, endless []*letter
	d.mu.Lock()
	err := d.each(idOrPattern, func(l *letter) bool {
		switch {
		case l.leaving:
		case l.Redrives >= b.maxDepth:
			endless = append(endless, l)
		case r.to != "" || l.heir() != nil:
			letters = append(letters, l)
		}
		return true
	})
	if len(letters) > 0 {
		r.begin(letters)
	}
	d.mu.Unlock()
	if len(letters) > 0 {
		r.alarm.set(&b.clock, 0, r.turn)
		defer b.tellLetters(nil)
	}
	for _, l := range endless {
		b.report(nil, b.newFailure(l.consumer.sub, l.Event, &RecursionError{Topics: []string{l.Topic, DeadTopic + l.Topic, l.Topic}, Limit: b.maxDepth}))
	}
	return len(letters), err
}

// redriving is one call of Redrive until all of its letters have had their turn. deadLetters.mu guards it.
type redriving struct {
	redrive
	bus   *Bus
	due   []*letter // taken out; the next turn is theirs
	later []*letter // dead letters still, one for each turn after it
	begun bool      // the first turn is over
	alarm *alarm
}

// begin takes out what has its turn first. The caller holds the lock.
func (r *redriving) begin(letters []*letter) {
	d := &r.bus.dead
	r.due, r.alarm = letters, new(alarm)
	if r.every > 0 {
		r.due, r.later = letters[:1:1], letters[1:]
	}
	for _, l := range r.due {
		d.take(l)
	}
	for _, l := range r.later {
		l.leaving = true
	}
	if d.runs == nil {
		d.runs = map[*redriving]struct{}{}
	}
	d.runs[r] = struct{}{}
}

// turn revives what is due.
func (r *redriving) turn() {
	b, d := r.bus, &r.bus.dead
	d.mu.Lock()
	if _, goesOn := d.runs[r]; !goesOn {
		d.mu.Unlock()
		return // the bus is closed
	}
	due, late := r.due, r.begun
	if r.due, r.begun = nil, true; late {
		// One for each turn, if it has not been discarded, or evicted, meanwhile.
		if l := r.later[0]; d.take(l) {
			due = append(due, l)
		}
		r.later = r.later[1:]
	}
	more := len(r.later) > 0
	if r.alarm = new(alarm); !more {
		delete(d.runs, r)
	}
	next := r.alarm
	d.mu.Unlock()
	if more {
		next.set(&b.clock, r.every, r.turn)
	}
	defer r.revive(due) // whatever a handler does
	if late {
		b.tellLetters(nil)
	}
}

// revive gives letters that were taken out to whom they are redriven to, even if a handler ends the goroutine.
func (r *redriving) revive(letters []*letter) {
	defer func() {
		if len(letters) > 0 {
			r.revive(letters)
		}
	}()
	for len(letters) > 0 {
		l := letters[0]
		letters = letters[1:]
		r.bus.revive(l, r.to)
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
	b.table.Each(func(other *Subscription) bool {
		if x := other.extras; x != nil && x.consumer != nil && other.Active() {
			same := other.Pattern() == s.Pattern() && x.name == l.Subscription
			if group := l.consumer.group; group != nil && x.consumer.group != nil {
				same = x.consumer.group.name == group.name && subject.Match(other.Pattern(), l.Topic)
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
	l.leaving = false
	if to != "" {
		var err error
		defer func() { // a handler may end the goroutine
			if err == nil {
				b.counts.redriven.Add(1)
				b.tellRedriven(l)
				l.task.release()
			}
		}()
		if err = b.resend(l, to); err != nil {
			b.stay(l)
			b.report(nil, b.newFailure(l.consumer.sub, l.Event, err))
		}
		return
	}
	heir := l.heir()
	if heir == nil {
		b.stay(l)
		return
	}
	t, ok := heir.inherit(l.task)
	if !ok {
		b.stay(l)
		return
	}
	p := t.notes
	p.attempts, p.err, p.first, p.last = 0, nil, time.Time{}, time.Time{}
	p.redrives++
	b.counts.redriven.Add(1)
	b.tellRedriven(l)
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

// stay makes a letter whose turn it was a dead one again after all.
func (b *Bus) stay(l *letter) {
	if b.addLetter(l) {
		b.tellLetters(nil)
	}
}
