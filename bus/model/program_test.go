package model

import (
	"fmt"
	"strings"
)

// A program is a sequence of ops from outside. Handlers and interceptors have scripts of the same ops.

type verb int

const (
	publish verb = iota
	subscribe
	end        // a subscription
	use        // an interceptor
	remove     // an interceptor
	cancel     // the context of the publish from outside that is under way
	publishOwn // a topic of the bus itself, as links do
	closeBus
	advance // the clock
	release // a call of a handler with lanes
	redrive // a dead letter
	discard // a dead letter
)

// op is one thing that a program does. index picks one of those that there are when it is done.
type op struct {
	verb   verb
	post   post
	spec   spec
	chain  chainSpec
	index  int
	how    bool   // end by the context of Until if there is one
	amount int    // milliseconds
	to     string // where a letter is redriven to; "" is where it failed
}

// origin is the context that something is published with.
type origin int

const (
	own     origin = iota // the handler's, or that of the step from outside
	derived               // from own, with another value
	fresh                 // one that knows nothing of the handler
	kept                  // of an earlier call of some handler
	ended                 // canceled before
	none                  // nil
)

// post is what is published.
type post struct {
	topic string
	typed bool // through a Topic of the numbers
	text  bool // the payload is no number
	named bool // with an id of the publisher's
	from  origin
	index int // of the kept context
}

// shape is how a handler is subscribed.
type shape int

const (
	untyped shape = iota
	typed         // Topic.Subscribe
	bare          // Topic.SubscribeFunc
)

type sieve int

const (
	all sieve = iota
	odd
	even
	hostile // panics for every third number
)

type life int

const (
	unlimited life = iota
	until          // has a context that may be canceled
	never          // whose context has ended before
)

// spec is a subscription to be made.
type spec struct {
	pattern string
	shape   shape
	sieve   sieve
	life    life
	once    bool
	name    bool
	script  []turn
	policy  *policy // of a managed subscription, which has no script
	settles bool    // waits for all other goroutines, so that each event finds them at rest
}

// turn is what one call of a handler does. The calls go through a script's turns in circles.
type turn struct {
	ops []op
	end outcome
}

// outcome is how a call ends.
type outcome int

const (
	done outcome = iota
	fails
	panics
	exits     // the goroutine
	returns   // the error of the last publish
	permanent // fails, and no attempt is worth making again
)

func (o outcome) String() string {
	return []string{"done", "fail", "panic", "exit", "return-error", "permanent"}[o]
}

// chainSpec is an interceptor to be added.
type chainSpec struct {
	reads  bool // the id of the event, which it has no number for yet
	script []chainTurn
}

type chainTurn struct {
	ops   []op
	act   act
	topic string // for move
}

// act is what an interceptor does with an event.
type act int

const (
	pass act = iota
	twice
	drop
	refuse
	crash
	move   // to another topic
	detach // passes it on with another context
)

func (o op) GoString() string { return o.String() }
func (o op) String() string {
	switch o.verb {
	case publish:
		return o.post.String()
	case subscribe:
		return "subscribe " + o.spec.String()
	case end:
		by := ""
		if o.how {
			by = " by its context"
		}
		return fmt.Sprintf("end s%%%d%s", o.index, by)
	case use:
		return "use " + o.chain.String()
	case remove:
		return fmt.Sprintf("remove i%%%d", o.index)
	case cancel:
		return "cancel"
	case publishOwn:
		return fmt.Sprintf("publish-own %q", o.post.topic)
	}
	return o.late()
}

// late is what only programs with policies have, and the end.
func (o op) late() string {
	switch o.verb {
	case advance:
		return fmt.Sprintf("advance %dms", o.amount)
	case release:
		return fmt.Sprintf("release s%%%d", o.index)
	case redrive:
		return fmt.Sprintf("redrive %%%d to %q", o.index, o.to)
	case discard:
		return fmt.Sprintf("discard %%%d", o.index)
	}
	return "close"
}

func (p post) String() string {
	s := fmt.Sprintf("publish %q", p.topic)
	for i, word := range []string{"", " derived", " fresh", fmt.Sprintf(" kept%%%d", p.index), " ended", " nil-context"} {
		if int(p.from) == i {
			s += word
		}
	}
	return s + words(p.typed, " typed", p.text, " text", p.named, " with-id")
}

func (s spec) String() string {
	return fmt.Sprintf("%q", s.pattern) + []string{"", " typed", " bare"}[s.shape] +
		[]string{"", " odd", " even", " hostile-filter"}[s.sieve] + []string{"", " until", " never"}[s.life] +
		words(s.once, " once", s.name, " named", s.settles, " settling") + s.does()
}

func (s spec) does() string {
	if s.policy != nil {
		return s.policy.String()
	}
	return list(s.script)
}

func (t turn) String() string {
	return "(" + join(t.ops) + t.end.String() + ")"
}

func (c chainSpec) String() string { return words(c.reads, "reading") + list(c.script) }

func (t chainTurn) String() string {
	s := "(" + join(t.ops) + []string{"pass", "twice", "drop", "refuse", "panic", "move", "detach"}[t.act]
	if t.act == move {
		s += fmt.Sprintf(" %q", t.topic)
	}
	return s + ")"
}

func join(ops []op) string {
	s := ""
	for _, o := range ops {
		s += o.String() + "; "
	}
	return s
}

func list[T fmt.Stringer](turns []T) string {
	parts := make([]string, len(turns))
	for i, t := range turns {
		parts[i] = t.String()
	}
	return " " + strings.Join(parts, "")
}

// words takes pairs of a condition and what is said if it holds.
func words(pairs ...any) string {
	s := ""
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i].(bool) {
			s += pairs[i+1].(string)
		}
	}
	return s
}
