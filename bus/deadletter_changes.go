package bus

import "context"

// LettersTopic is where each change of the dead letters is told, as a *LetterChange, so that a list made of them is
// what DeadLetters returns. Changes come one at a time and in their order, whichever goroutine made them: a handler
// that waits holds up the ones behind it. What a handler there fails with goes to OnError or the logger only, whatever
// its policies are, or it would change the letters again.
const LettersTopic = "$bus.letters"

// What has become of a dead letter.
const (
	LetterAdded     = "added"     // to the end of the list; again, if it was redriven and nobody took it
	LetterRedriven  = "redriven"  // taken out by Redrive, whose turn it is
	LetterDiscarded = "discarded" // by Discard
	LetterEvicted   = "evicted"   // to make room
)

// LetterChange is one change of the list that DeadLetters returns.
type LetterChange struct {
	Change       string // LetterAdded, LetterRedriven, LetterDiscarded or LetterEvicted
	ID           string // of the letter
	Topic        string // of its event
	Subscription string // its name, if it has one
	by           *Subscription
	event        *Event
}

func (c *LetterChange) hosted() (id uint32, e *Event) {
	if c.by != nil {
		id, _ = c.by.hostID()
	}
	return id, c.event
}

// note has a change told. The caller holds the lock, and calls Bus.tellLetters without it.
func (d *deadLetters) note(change string, l *letter) {
	d.changes = append(d.changes, &LetterChange{change, l.ID, l.Topic, l.Subscription, l.by, l.Event})
}

// next takes the next change for one who tells; mine says that this is who has told the last one. There is one at a
// time: nil is for all others, whose changes he tells.
func (d *deadLetters) next(mine bool) *LetterChange {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.telling && !mine {
		return nil
	}
	if d.telling = len(d.changes) > 0; !d.telling {
		return nil
	}
	c := d.changes[0]
	d.changes = d.changes[1:]
	return c
}

// forgetChanges is for changes that nobody wants to be told of.
func (d *deadLetters) forgetChanges() {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.telling {
		d.changes = nil
	}
}

// tellLetters tells of what was noted, behind the event of at.
func (b *Bus) tellLetters(at *handlerContext) {
	if b.host.Load() != nil {
		for c := b.dead.next(false); c != nil; c = b.dead.next(true) {
			b.announce(nil, LettersTopic, c)
		}
		return
	}
	if len(b.subscribers(LettersTopic)) == 0 {
		b.dead.forgetChanges()
		return
	}
	e := &Event{Topic: LettersTopic, bus: b} // without data: it stands for the changes until its turn
	if at != nil {
		if queued, _ := at.publish(at, e); queued {
			return
		}
	}
	d := delivery{shard: b.counts.shard(), run: b.newRun(context.Background(), LettersTopic), letters: lettersDue}
	d.shard.begin()
	d.at = &d.run.first
	d.at.event = e
	if at != nil {
		e.lineage = at.lineage()
	}
	d.drive()
	d.finish()
}

// Where a delivery is with changes of the dead letters.
const (
	noLetters  = iota
	lettersDue // their turn has come
	lettersMine
)

// tell makes the next change of the dead letters the event at hand, or reports that there is none left to be told from
// here.
func (d *delivery) tell() bool {
	b := d.run.bus
	c := b.dead.next(d.letters == lettersMine)
	if c == nil {
		d.letters = noLetters
		return false
	}
	d.letters = lettersMine
	due := d.at
	e := &Event{Topic: LettersTopic, Data: c, bus: b, Seq: b.seq.Add(1), lineage: due.event.lineage}
	d.at = &handlerContext{run: d.run, values: due.values, parent: due.parent, event: e, topic: LettersTopic, depth: due.depth}
	d.subs, d.next, d.position, d.observed = b.subscribers(LettersTopic), 0, 0, b.isObserved()
	b.tellAccepted(d.at)
	return true
}
