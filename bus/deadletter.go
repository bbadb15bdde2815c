package bus

import (
	"slices"
	"strconv"
	"sync"
	"time"
)

// DeadTopic begins the topics of dead letters: what failed for good on "a.b" is published on
// "$bus.dead.a.b", as a *DeadLetter.
const DeadTopic = "$bus.dead."

// DefaultDeadLetters is how many dead letters are kept unless Options.DeadLetters says otherwise.
const DefaultDeadLetters = 1000

// DeadLetter is an event that a subscription with Retry has not handled, for good (D7).
type DeadLetter struct {
	ID           string // names the letter, for Redrive and Discard
	Topic        string // of the event
	Event        *Event
	Pattern      string // of the subscription
	Subscription string // its name, if it has one
	Attempts     int
	Err          error     // of the last attempt
	First, Last  time.Time // when the first and the last attempt failed
	by           *Subscription
	Redrives     int // how often it was taken out of the dead letters and came back
}

// Foreign returns the host's id of the subscriber that failed, 0 if that is none of the host's.
func (l *DeadLetter) Foreign() uint32 {
	if l.by == nil {
		return 0
	}
	id, _ := l.by.Foreign()
	return id
}

// letter is a dead letter in the store, with what redriving needs.
type letter struct {
	DeadLetter
	consumer *consumer
	task     task
	number   uint64 // the order of the store
	leaving  bool   // a redrive has begun and it is not its turn yet
}

// deadLetters keeps the letters in the order in which they came, up to a bound.
type deadLetters struct {
	mu     sync.Mutex
	limit  int
	last   uint64
	list   []*letter
	closed bool
}

// bury makes a dead letter of a task whose attempts are used up. Once the bus is closed it is only counted.
func (b *Bus) bury(at *scope, c *consumer, t task) {
	b.counts.dead.Add(1)
	p := t.past
	l := &letter{consumer: c, task: t, DeadLetter: DeadLetter{
		Topic: t.event.Topic, Event: c.sub.seen(t.event), Pattern: c.sub.path, Subscription: c.sub.Name(),
		by: c.sub, Attempts: p.attempts, Err: p.err, First: p.first, Last: p.last, Redrives: p.redrives + t.event.given().redrives,
	}}
	if !b.dead.add(l) {
		t.letGo()
		return
	}
	if old := b.dead.evict(); old != nil {
		b.counts.evicted.Add(1)
		old.task.letGo()
	}
	if reserved(l.Topic) {
		// A failure to handle one of the bus's own events must not make more and more of them.
		b.report(at, b.newFailure(c.sub, t.event, l.Err))
		return
	}
	dead := l.DeadLetter
	b.announce(at, DeadTopic+l.Topic, &dead)
}

// add puts a letter in, in the place of its number or, without one, as the last.
func (d *deadLetters) add(l *letter) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.closed {
		return false
	}
	if l.number == 0 {
		d.last++
		l.number = d.last
		l.ID = l.consumer.sub.bus.instance + "/" + strconv.FormatUint(l.number, 10)
	}
	i := len(d.list)
	for i > 0 && d.list[i-1].number > l.number {
		i--
	}
	d.list = slices.Insert(d.list, i, l)
	return true
}

// evict takes out the oldest letter if there are too many.
func (d *deadLetters) evict() *letter {
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.list) <= d.limit {
		return nil
	}
	oldest := d.list[0]
	d.list[0] = nil
	d.list = d.list[1:]
	return oldest
}

// close lets go of all letters and takes no more.
func (d *deadLetters) close() {
	d.mu.Lock()
	gone := d.list
	d.list, d.closed = nil, true
	d.mu.Unlock()
	for _, l := range gone {
		l.task.letGo()
	}
}

// DeadLetters returns the letters whose topic matches pattern, "" standing for all, the oldest first. The
// error is a *TopicError.
func (b *Bus) DeadLetters(pattern string) ([]DeadLetter, error) {
	var all []DeadLetter
	err := b.dead.each(pattern, func(l *letter) bool {
		all = append(all, l.DeadLetter)
		return true
	})
	return all, err
}

// each calls f with the letters that have this id, or whose topic matches this pattern, and forgets those
// for which it returns false.
func (d *deadLetters) each(idOrPattern string, keep func(*letter) bool) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	which := func(l *letter) bool { return l.ID == idOrPattern }
	byID := false
	for _, l := range d.list {
		byID = byID || which(l)
	}
	if !byID {
		if idOrPattern != "" {
			if err := ValidatePattern(idOrPattern); err != nil {
				return err
			}
		}
		which = func(l *letter) bool { return idOrPattern == "" || Match(idOrPattern, l.Topic) }
	}
	kept := d.list[:0]
	for _, l := range d.list {
		if !which(l) || keep(l) {
			kept = append(kept, l)
		}
	}
	clear(d.list[len(kept):])
	d.list = kept
	return nil
}

// remove takes one letter out and reports whether it was there.
func (d *deadLetters) remove(l *letter) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	for i, other := range d.list {
		if other == l {
			d.list = slices.Delete(d.list, i, i+1)
			return true
		}
	}
	return false
}

// Discard forgets the letter with this id, or those whose topic matches this pattern, and returns how many.
// The error is a *TopicError.
func (b *Bus) Discard(idOrPattern string) (int, error) {
	var gone []*letter
	err := b.dead.each(idOrPattern, func(l *letter) bool {
		gone = append(gone, l)
		return false
	})
	for _, l := range gone {
		l.task.letGo()
	}
	return len(gone), err
}
