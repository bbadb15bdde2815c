package bustest

import (
	"fmt"
	"strconv"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/trolleybus/trolleybus/bus"
)

// T is the part of testing.TB that ExpectEvents needs.
type T interface {
	Helper()
	Errorf(format string, args ...any)
}

// Want is what ExpectEvents expects in one place: an event (Topic) or any number of them (Others). Its methods
// return a Want that expects more, and leave it as it is.
type Want struct {
	others bool
	topic  string
	checks []check
}

// check returns what is wrong with an event, or "".
type check struct {
	what string
	find func(e bus.EventInit, all []bus.EventInit) (wrong string)
}

// Topic expects one event whose topic matches a pattern, with any data.
func Topic(pattern string) Want { return Want{topic: pattern} }

// Others expects any number of events, none included.
func Others() Want { return Want{others: true} }

func (w Want) and(what string, find func(e bus.EventInit, all []bus.EventInit) string) Want {
	w.checks = append(w.checks[:len(w.checks):len(w.checks)], check{what, find})
	return w
}

func (w Want) equal(what, want string, of func(bus.EventInit) string) Want {
	return w.and(what+" "+strconv.Quote(want), func(e bus.EventInit, _ []bus.EventInit) string {
		if got := of(e); got != want {
			return what + " is " + strconv.Quote(got)
		}
		return ""
	})
}

// Data expects data that is equal, as assert.Equal sees it.
func (w Want) Data(want any) Want {
	return w.and("data "+show(want), func(e bus.EventInit, _ []bus.EventInit) string {
		if assert.ObjectsAreEqual(want, e.Data) {
			return ""
		}
		if show(want) == show(e.Data) {
			return fmt.Sprintf("data is a %T, not a %T", e.Data, want)
		}
		return "data is " + show(e.Data)
	})
}

// Where expects what ok reports true for; what says it in words.
func (w Want) Where(what string, ok func(e bus.EventInit) bool) Want {
	return w.and(what, func(e bus.EventInit, _ []bus.EventInit) string {
		if ok(e) {
			return ""
		}
		return "not so: " + what
	})
}

// ID expects an id.
func (w Want) ID(id string) Want {
	return w.equal("id", id, func(e bus.EventInit) string { return e.ID })
}

// Key expects a partition key.
func (w Want) Key(key string) Want {
	return w.equal("key", key, func(e bus.EventInit) string { return e.Key })
}

// Subject expects a CloudEvents subject.
func (w Want) Subject(subject string) Want {
	return w.equal("subject", subject, func(e bus.EventInit) string { return e.Subject })
}

// At expects a time of the event.
func (w Want) At(t time.Time) Want {
	return w.and("at "+t.UTC().Format(time.RFC3339Nano), func(e bus.EventInit, _ []bus.EventInit) string {
		if e.Time.Equal(t) {
			return ""
		}
		return "it was at " + e.Time.UTC().Format(time.RFC3339Nano) + ", " + e.Time.Sub(t).String() + " off"
	})
}

// CausedBy expects that a handler published the event while it was given another one of those recorded, whose
// topic matches a pattern. "" expects that nothing caused it.
func (w Want) CausedBy(pattern string) Want {
	if pattern == "" {
		return w.and("caused by nothing", func(e bus.EventInit, _ []bus.EventInit) string {
			if e.CausationID == "" {
				return ""
			}
			return "caused by " + e.CausationID
		})
	}
	return w.and("caused by "+pattern, func(e bus.EventInit, all []bus.EventInit) string {
		if e.CausationID == "" {
			return "nothing caused it"
		}
		for _, cause := range all {
			if cause.ID == e.CausationID {
				if bus.Match(pattern, cause.Topic) {
					return ""
				}
				return "caused by " + cause.Topic
			}
		}
		return "its cause was not recorded"
	})
}

func (w Want) wrong(e bus.EventInit, all []bus.EventInit) string {
	if !bus.Match(w.topic, e.Topic) {
		return "topic is " + e.Topic
	}
	for _, c := range w.checks {
		if wrong := c.find(e, all); wrong != "" {
			return wrong
		}
	}
	return ""
}

func (w Want) String() string {
	if w.others {
		return "any others"
	}
	text := w.topic
	for _, c := range w.checks {
		text += ", " + c.what
	}
	return text
}

func show(v any) string {
	text := fmt.Sprintf("%#v", v)
	if r := []rune(text); len(r) > 200 {
		return string(r[:200]) + "..."
	}
	return text
}

// ExpectEvents checks that events are those that are expected, in this order and no others, and reports whether
// they are. If not, the test fails with the two lists side by side: "-" is missing, "+" was not expected.
func ExpectEvents(t T, events []bus.EventInit, want ...Want) bool {
	t.Helper()
	a := alignment{events: events, want: want}
	if a.matches() {
		return true
	}
	t.Errorf("events are not as expected:\n%s", a.diff())
	return false
}
