package bus_test

import (
	"context"
	"errors"
	"sync"

	"github.com/trolleybus/trolleybus/bus"
)

// A small link of two buses, which stands on observers and joints alone: it forwards what the other side is interested in,
// keeps the values of some topics the same, and has requests answered there.

// message is what crosses a link.
type message struct {
	kind    messageKind
	on      bool
	pattern string // of interest, responders; the topic of a removal
	event   bus.EventInit
	stamp   bus.Stamp
	number  int // of a question
	reply   any
	err     error
}

type messageKind int

const (
	interestMessage messageKind = iota
	responderMessage
	eventMessage
	retainedMessage
	removedMessage
	askMessage
	answerMessage
)

// linkEnd is a link's side at one bus.
type linkEnd struct {
	bus   *bus.Bus
	joint *bus.Joint
	stop  func()
	send  func(message)
	keeps map[string]bool // topics whose values are to be the same on both sides

	mu         sync.Mutex
	wants      map[string]bool // the other side's
	responders map[string]*bus.Subscription
	came       map[string]bus.Stamp // the last of each topic from the other side
	unasked    map[string]bool      // requests that the other side may be asked, by id
	questions  map[int]func(any, error) bool
	asked      int
	repeats    int // events that had come by another link
	working    sync.WaitGroup
}

// newLinkEnd begins to tell the other side what it has to know; what that says is to be given to take.
func newLinkEnd(b *bus.Bus, name string, keeps []string, send func(message)) (*linkEnd, error) {
	j, err := b.Join(name)
	if err != nil {
		return nil, err
	}
	l := &linkEnd{
		bus: b, joint: j, send: send, keeps: map[string]bool{}, wants: map[string]bool{}, responders: map[string]*bus.Subscription{},
		came: map[string]bus.Stamp{}, unasked: map[string]bool{}, questions: map[int]func(any, error) bool{},
	}
	for _, topic := range keeps {
		l.keeps[topic] = true
	}
	l.stop = b.Observe(bus.Observer{
		Interest: func(_ context.Context, pattern string, i bus.Interest) {
			kind := interestMessage
			if i.Responder {
				kind = responderMessage
			}
			l.send(message{kind: kind, pattern: pattern, on: i.On})
		},
		Accepted: func(_ context.Context, e *bus.Event, via string) { l.leaves(e, via) },
		Retained: func(_ context.Context, topic string, _ *bus.Event) { l.tellRetained(topic) },
		Answered: func(_ context.Context, e *bus.Event, _ bus.Answer) {
			if l.takeOut(l.unasked, e.ID()) { // somebody here was faster: who only listens there gets it all the same
				l.forward(e)
			}
		},
	})
	for _, topic := range j.RetainedTopics() {
		l.tellRetained(topic)
	}
	return l, nil
}

func (l *linkEnd) close() {
	l.stop()
	l.joint.Close()
	l.working.Wait()
}

// given is an event as the other side is to have it.
func given(e *bus.Event) bus.EventInit {
	in := e.Init()
	in.ID, in.Source, in.Time, in.CorrelationID = e.ID(), e.Source(), e.Time(), e.CorrelationID()
	return in
}

// matches reports whether one of the patterns matches.
func matches[V any](l *linkEnd, patterns map[string]V, topic string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p := range patterns {
		if bus.Match(p, topic) {
			return true
		}
	}
	return false
}

// takeOut takes an id out of a set, and reports whether it was there.
func (l *linkEnd) takeOut(set map[string]bool, id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	was := set[id]
	delete(set, id)
	return was
}

func (l *linkEnd) leaves(e *bus.Event, via string) {
	if via == l.joint.Name() || l.keeps[e.Topic] || e.Topic[0] == '$' {
		return // no echo; and the value is told of when it is kept
	}
	if l.joint.Asks(e) && matches(l, l.responders, e.Topic) {
		l.mu.Lock()
		l.unasked[e.ID()] = true
		l.mu.Unlock()
		return
	}
	l.forward(e)
}

func (l *linkEnd) forward(e *bus.Event) {
	if matches(l, l.wants, e.Topic) {
		l.send(message{kind: eventMessage, event: given(e)})
	}
}

func (l *linkEnd) tellRetained(topic string) {
	v, err := l.joint.Retained(topic)
	l.mu.Lock()
	echo := l.came[topic] == v.Stamp
	l.mu.Unlock()
	switch {
	case err != nil || !l.keeps[topic] || echo:
	case v.Event != nil:
		l.send(message{kind: retainedMessage, event: given(v.Event), stamp: v.Stamp})
	case v.Removed:
		l.send(message{kind: removedMessage, pattern: topic, stamp: v.Stamp})
	}
}

// take does what a message of the other side says.
func (l *linkEnd) take(f message) error {
	ctx := context.Background()
	switch f.kind {
	case interestMessage:
		l.mu.Lock()
		defer l.mu.Unlock()
		if f.on {
			l.wants[f.pattern] = true
		} else {
			delete(l.wants, f.pattern)
		}
		return nil
	case responderMessage:
		return l.takeResponder(f)
	case removedMessage:
		l.mark(f.pattern, f.stamp)
		_, err := l.joint.ClearRetained(f.pattern, f.stamp)
		return err
	case answerMessage:
		l.mu.Lock()
		answer := l.questions[f.number]
		delete(l.questions, f.number)
		l.mu.Unlock()
		answer(f.reply, f.err)
		return nil
	}
	e, err := l.joint.Admit(f.event)
	if errors.Is(err, bus.ErrDuplicate) {
		l.mu.Lock()
		l.repeats++
		l.mu.Unlock()
		if f.kind == askMessage { // the other link has it answered
			l.send(message{kind: answerMessage, number: f.number, err: bus.ErrNoResponders})
		}
		return nil
	}
	if err != nil {
		return err
	}
	switch f.kind {
	case retainedMessage:
		l.mark(f.event.Topic, f.stamp)
		_, err = l.joint.SetRetained(ctx, e, f.stamp)
	case askMessage:
		l.working.Go(func() {
			reply, err := l.joint.Request(ctx, e)
			l.send(message{kind: answerMessage, number: f.number, reply: reply, err: err})
		})
	default:
		err = l.joint.Deliver(ctx, e)
	}
	return err
}

func (l *linkEnd) mark(topic string, s bus.Stamp) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if s.Compare(l.came[topic]) > 0 {
		l.came[topic] = s
	}
}

// takeResponder: for what is answered there is a responder here.
func (l *linkEnd) takeResponder(f message) error {
	if !f.on {
		l.mu.Lock()
		s := l.responders[f.pattern]
		delete(l.responders, f.pattern)
		l.mu.Unlock()
		s.Unsubscribe()
		return nil
	}
	s, err := l.joint.Respond(f.pattern, func(_ context.Context, e *bus.Event, answer func(any, error) bool) {
		l.mu.Lock()
		delete(l.unasked, e.ID())
		l.asked++
		n := l.asked
		l.questions[n] = answer
		l.mu.Unlock()
		l.send(message{kind: askMessage, event: given(e), number: n})
	})
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.responders[f.pattern] = s
	return nil
}
