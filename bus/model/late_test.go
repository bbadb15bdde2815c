package model

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
)

// lateSubject is what a subject has for programs with policies.
type lateSubject interface {
	// advance moves the clock on, and each timer that is due gets the time that its goroutines need.
	advance(milliseconds int)
	// release lets a call of a handler with lanes end.
	release(id int, name string)
	// letters describes the dead letters; redrive and discard take one by its place.
	letters() []letterInfo
	redrive(i int, to string) error
	discard(i int)
	// aside reports whether handlers are called off the goroutine of the program at present.
	aside() bool
}

// letterInfo is a dead letter.
type letterInfo struct {
	text string
	sub  int
}

// late is the part of a player for what happens after the publish.
type late struct {
	mu      *sync.Mutex
	tries   map[string]int   // attempts, by subscription and event
	running map[int][]string // events in calls of handlers with lanes
	started map[int][]string // the same, all there ever were
	sorted  map[int]int      // how many of those are in their final order
}

func newLate() late {
	return late{mu: &sync.Mutex{}, tries: map[string]int{}, running: map[int][]string{}, started: map[int][]string{}, sorted: map[int]int{}}
}

func (p *player) doLate(o op) {
	switch o.verb {
	case advance:
		p.subject.advance(o.amount)
	case release:
		var ids []int
		for id := range p.running {
			if len(p.running[id]) > 0 {
				ids = append(ids, id)
			}
		}
		if len(ids) == 0 {
			return
		}
		slices.Sort(ids)
		id := ids[o.index%len(ids)]
		slices.Sort(p.running[id])
		event := p.running[id][0]
		p.running[id] = p.running[id][1:]
		p.note("release s%d %s", id, event)
		p.subject.release(id, event)
	case redrive, discard:
		letters := p.subject.letters()
		if len(letters) == 0 {
			return
		}
		i := o.index % len(letters)
		l := letters[i]
		switch {
		case o.verb == discard:
			p.note("discard %s", l.text)
			p.subject.discard(i)
		case p.specs[l.sub].policy.group == "":
			p.redrive(i, l.text, o.to)
		case p.subject.state().Active[l.sub]:
			// At once: which of the others inherits, if its member has ended by then, is not said.
			p.subject.advance(0)
			if again := p.subject.letters(); i < len(again) && again[i] == l && p.subject.state().Active[l.sub] {
				p.redrive(i, l.text, o.to)
				p.subject.advance(0)
			}
		}
	}
}

func (p *player) redrive(i int, text, to string) {
	if to != "" && !p.spend() {
		return
	}
	p.note("redrive %s: %s", text, describe(p.subject.redrive(i, to)))
}

// try makes an attempt at an event and says how it is going to end. Several goroutines may.
func (p *player) try(id int, of *spec, event string) (name string, _ outcome, _ error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n, _ := strconv.Atoi(event[1:])
	what := strconv.Itoa(id) + event
	p.tries[what]++
	try := p.tries[what]
	name = event + "/" + strconv.Itoa(try)
	line := fmt.Sprintf("s%d %s", id, name)
	if of.policy.lanes > 0 {
		p.started[id] = append(p.started[id], line)
		p.running[id] = append(p.running[id], name)
	} else {
		p.note("%s", line)
	}
	end := of.policy.end(n, try)
	switch {
	case end == done || end == exits:
		return name, end, nil
	case end == panics:
		return name, end, errors.New("boom " + what + "." + strconv.Itoa(try))
	case of.shape == bare:
		return name, done, nil
	}
	return name, end, errors.New("fault " + what + "." + strconv.Itoa(try))
}

// ended writes down the end of a call of a handler with lanes.
func (p *player) ended(id int, event string, canceled bool) {
	p.note("s%d %s ends%s", id, event, words(canceled && p.specs[id].shape != bare, ", its context has ended"))
}

// sortAsides is for the end of a step: which of two free lanes begins first is chance.
func (p *player) sortAsides() {
	for id, started := range p.started {
		if p.specs[id].policy.lanes > 1 {
			slices.Sort(started[p.sorted[id]:])
		}
		p.sorted[id] = len(started)
	}
}

// asides are the calls that began while others went on.
func (p *player) asides() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	var s strings.Builder
	for id := range p.specs {
		if len(p.started[id]) > 0 {
			fmt.Fprintf(&s, "\n%s", strings.Join(p.started[id], "; "))
		}
	}
	return s.String()
}
