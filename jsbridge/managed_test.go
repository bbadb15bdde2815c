//go:build js && wasm

package jsbridge

import (
	"runtime"
	"syscall/js"
	"testing"
	"time"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// pageTime is a page's clock that stands still until the test advances it (bustest.Time).
type pageTime struct{ clock js.Value }

func newPageTime() *pageTime { return &pageTime{script.Call("clock")} }

// pair serves a bus in this time.
func (p *pageTime) pair(t testing.TB) *pair { return p.pairOf(t, bus.Options{DeadLetters: 10_000}) }

func (p *pageTime) pairOf(t testing.TB, o bus.Options) *pair {
	return pairWith(t, bus.New(o), map[string]any{"clock": p.clock})
}

func (p *pageTime) Now() time.Duration { return duration(p.clock.Call("now").Float()) }

func duration(ms float64) time.Duration { return time.Duration(ms * 1e6) }

func (p *pageTime) Advance(d time.Duration) {
	rest()
	end := p.clock.Call("now").Float() + float64(d)/1e6
	for due := p.clock.Call("next").Float(); due <= end; due = p.clock.Call("next").Float() {
		p.clock.Call("to", due)
		rest()
	}
	p.clock.Call("to", end)
	rest()
}

// rest lets all goroutines and all promises that can go on do so. Each round is a task of the page's event loop
// and as many turns for every goroutine as one delivery takes.
func rest() {
	for range 3 {
		for range 20 {
			runtime.Gosched()
		}
		if _, err := await(script.Call("settled")); err != nil {
			panic(err)
		}
	}
}

// promiseOf is a promise of the suite's as one of JavaScript's.
func promiseOf(p *bustest.Promise) js.Value {
	made := script.Call("deferred")
	p.Then(func(err error) {
		if err == nil {
			made.Call("settle", nil)
		} else {
			made.Call("settle", toScript(err))
		}
	})
	return made.Get("promise")
}

// policies are the options of JavaScript for those of the suite.
func (s *scriptSubject) policies(o bustest.Options) map[string]any {
	options := map[string]any{}
	given := func(name string, d time.Duration) {
		if d > 0 {
			options[name] = milliseconds(d)
		}
	}
	text := func(f func(bustest.Event) string) js.Value {
		return s.function(func(args []js.Value) any { return f(eventOf(args)) }).Value
	}
	if r := o.Retry; r != nil {
		backoff := map[string]any{"jitter": false}
		retry := map[string]any{"backoff": backoff}
		if r.Attempts > 0 {
			retry["attempts"] = r.Attempts
		}
		if r.Initial > 0 {
			backoff["initial"] = milliseconds(r.Initial)
		}
		if r.Factor > 0 {
			backoff["factor"] = r.Factor
		}
		if r.Max > 0 {
			backoff["max"] = milliseconds(r.Max)
		}
		if r.Key != nil {
			retry["key"] = text(r.Key)
		}
		options["retry"] = retry
	}
	if w := o.Dedupe; w != nil {
		dedupe := map[string]any{}
		if w.For > 0 {
			dedupe["window"] = milliseconds(w.For)
		}
		if w.Max > 0 {
			dedupe["max"] = w.Max
		}
		if w.Key != nil {
			dedupe["key"] = text(w.Key)
		}
		options["dedupe"] = dedupe
	}
	if o.Queue != "" {
		options["queue"] = o.Queue
	}
	if o.Concurrency > 0 {
		options["concurrency"] = o.Concurrency
	}
	if over := o.Overflow; over != nil {
		options["overflow"] = map[string]any{"limit": over.Limit, "policy": over.Policy}
	}
	if o.Coalesce != nil {
		options["coalesce"] = text(o.Coalesce)
	}
	given("timeout", o.Timeout)
	given("debounce", o.Debounce)
	given("throttle", o.Throttle)
	return options
}

func (s *scriptSubject) PublishID(topic string, data any, id string) error {
	return s.fromPage(topic, data, map[string]any{"id": id})
}

func (s *scriptSubject) Pressure(topic string) (float64, error) {
	v, err := attempt(func() js.Value { return s.inPage.Call("pressure", topic) })
	if err != nil {
		return 0, err
	}
	return v.Float(), nil
}

func (s *scriptSubject) DeadLetters(idOrPattern string) ([]bustest.DeadLetter, error) {
	v, err := attempt(func() js.Value { return s.inPage.Call("deadLetters", idOrPattern) })
	if err != nil {
		return nil, err
	}
	var all []bustest.DeadLetter
	for i := range v.Length() {
		l := v.Index(i)
		d := bustest.DeadLetter{
			ID: l.Get("id").String(), Topic: l.Get("topic").String(), Data: fromValue(l.Get("event").Get("data")),
			Pattern: l.Get("pattern").String(), Attempts: l.Get("attempts").Int(), Redrives: l.Get("redrives").Int(),
			Err: errorOf(l.Get("error")),
		}
		if name := l.Get("subscription"); name.Type() == js.TypeString {
			d.Subscription = name.String()
		}
		all = append(all, d)
	}
	return all, nil
}

func (s *scriptSubject) Discard(idOrPattern string) (int, error) {
	return howMany(attempt(func() js.Value { return s.inPage.Call("discard", all(idOrPattern)) }))
}

func (s *scriptSubject) Redrive(idOrPattern, to string, perSecond float64) (int, error) {
	options := map[string]any{}
	if to != "" {
		options["to"] = to
	}
	if perSecond != 0 {
		options["rate"] = perSecond
	}
	return howMany(attempt(func() js.Value { return s.inPage.Call("redrive", all(idOrPattern), options) }))
}

func howMany(n js.Value, err error) (int, error) {
	if err != nil {
		return 0, err
	}
	return n.Int(), nil
}

// all is what JavaScript says for "", which is all letters in Go.
func all(idOrPattern string) string {
	if idOrPattern == "" {
		return ">"
	}
	return idOrPattern
}
