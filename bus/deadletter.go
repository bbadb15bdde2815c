package bus

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/trolleybus/trolleybus/bus/subject"
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

func (l *DeadLetter) hostID() uint32 {
	if l.by == nil {
		return 0
	}
	id, _ := l.by.hostID()
	return id
}

// letter is a dead letter in the store, with what redriving needs.
type letter struct {
	DeadLetter
	consumer *consumer
	task     task
	leaving  bool // its turn in a redrive at a rate is to come
}

// deadLetters keeps the letters in the order in which they came, up to a bound.
type deadLetters struct {
	mu      sync.Mutex
	limit   int
	prefix  string // of their ids: of this bus alone, whatever host it has
	last    uint64
	list    []*letter
	closed  bool
	runs    map[*redriving]struct{}
	changes []*LetterChange // to be told
	telling bool            // somebody does
}

// bury makes a dead letter of a task whose attempts are used up. Once the bus is closed it is only counted.
func (b *Bus) bury(at *handlerContext, c *consumer, t task) {
	p := t.notes
	if t.event.Topic == LettersTopic {
		defer t.release()
		b.report(at, b.newFailure(c.sub, t.event, p.err))
		return
	}
	b.counts.dead.Add(1)
	l := &letter{consumer: c, task: t, DeadLetter: DeadLetter{
		Topic: t.event.Topic, Event: c.sub.originalOf(t.event), Pattern: c.sub.Pattern(), Subscription: c.sub.Name(),
		by: c.sub, Attempts: p.attempts, Err: p.err, First: p.first, Last: p.last, Redrives: p.redrives + t.event.given().redrives,
	}}
	if !b.addLetter(l) {
		return
	}
	defer b.tellLetters(at) // whatever a handler of the letter does
	b.tellDead(at, l)
	if subject.IsReserved(l.Topic) {
		// A failure to handle one of the bus's own events must not make more and more of them.
		b.report(at, b.newFailure(c.sub, t.event, l.Err))
		return
	}
	dead := l.DeadLetter
	b.announce(at, DeadTopic+l.Topic, &dead)
}

// addLetter puts a letter in as the last, for which the oldest goes if there are too many, and reports false once the
// bus is closed.
func (b *Bus) addLetter(l *letter) bool {
	d := &b.dead
	d.mu.Lock()
	if d.closed {
		d.mu.Unlock()
		l.task.release()
		return false
	}
	if l.ID == "" {
		d.last++
		l.ID = d.prefix + "/" + strconv.FormatUint(d.last, 10)
	}
	d.list = append(d.list, l)
	d.note(LetterAdded, l)
	var oldest *letter
	if len(d.list) > d.limit {
		oldest = d.list[0]
		d.list[0] = nil
		d.list = d.list[1:]
		d.note(LetterEvicted, oldest)
	}
	d.mu.Unlock()
	if oldest != nil {
		b.counts.evicted.Add(1)
		b.tellDiscarded(oldest, true)
		oldest.task.release()
	}
	return true
}

// close lets go of all letters and takes no more.
func (d *deadLetters) close() {
	d.mu.Lock()
	gone, runs := d.list, d.runs
	d.list, d.closed, d.runs, d.changes = nil, true, nil, nil
	for r := range runs {
		gone = append(gone, r.due...)
	}
	d.mu.Unlock()
	for r := range runs {
		r.alarm.stop()
	}
	for _, l := range gone {
		l.task.release()
	}
}

// DeadLetters returns the letters whose topic matches pattern, "" standing for all, the oldest first. The
// error is a *TopicError.
func (b *Bus) DeadLetters(pattern string) ([]DeadLetter, error) {
	var all []DeadLetter
	b.dead.mu.Lock()
	defer b.dead.mu.Unlock()
	err := b.dead.each(pattern, func(l *letter) bool {
		all = append(all, l.DeadLetter)
		return true
	})
	return all, err
}

// each calls keep with the letters that have this id, or whose topic matches this pattern, and forgets those
// for which it returns false. The caller holds the lock.
func (d *deadLetters) each(idOrPattern string, keep func(*letter) bool) error {
	which, err := d.which(idOrPattern)
	if err == nil {
		d.list = slices.DeleteFunc(d.list, func(l *letter) bool { return which(l) && !keep(l) })
	}
	return err
}

// which tells the letters that are meant: by their id if there is one with it, else by their topic.
func (d *deadLetters) which(idOrPattern string) (which func(*letter) bool, err error) {
	which = func(l *letter) bool { return l.ID == idOrPattern }
	if slices.ContainsFunc(d.list, which) {
		return which, nil
	}
	if idOrPattern != "" {
		if err := ValidatePattern(idOrPattern); err != nil {
			return nil, err
		}
	}
	return func(l *letter) bool { return idOrPattern == "" || subject.Match(idOrPattern, l.Topic) }, nil
}

// take takes out a letter that is redriven, and reports whether it was there.
func (d *deadLetters) take(l *letter) bool {
	i := slices.Index(d.list, l)
	if i < 0 {
		return false
	}
	d.list = slices.Delete(d.list, i, i+1)
	d.note(LetterRedriven, l)
	return true
}

// Discard forgets the letter with this id, or those whose topic matches this pattern, and returns how many. One that was
// redriven is none any more. The error is a *TopicError.
func (b *Bus) Discard(idOrPattern string) (int, error) {
	d := &b.dead
	var gone []*letter
	d.mu.Lock()
	err := d.each(idOrPattern, func(l *letter) bool {
		gone = append(gone, l)
		d.note(LetterDiscarded, l)
		return false
	})
	d.mu.Unlock()
	for _, l := range gone {
		b.tellDiscarded(l, false)
		l.task.release()
	}
	if len(gone) > 0 {
		b.tellLetters(nil)
	}
	return len(gone), err
}
