//go:build js && wasm

package jsbridge

import (
	"context"
	"errors"
	"syscall/js"
	"testing"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// The contract of the JavaScript API, whose routes Go compiles.
func TestContractOfThePage(t *testing.T) {
	bustest.Run(t, func(t testing.TB) bustest.Subject {
		return &scriptSubject{pair: newPair(t, bus.Options{})}
	}, bustest.Features{Replay: true})
}

// The contract of the Go API of a bus whose queue is JavaScript's.
func TestContractOfAServedBus(t *testing.T) {
	bustest.Run(t, func(t testing.TB) bustest.Subject {
		return bustest.Native(newPair(t, bus.Options{}).inGo)
	}, bustest.Features{Concurrent: true, Interceptors: true, Panics: true, Reference: true, Replay: true})
}

// scriptSubject adapts the bus of the page.
type scriptSubject struct {
	*pair
	delivered uint64
}

func (s *scriptSubject) Publish(ctx context.Context, topic string, data any) error {
	if err := ctx.Err(); err != nil { // JavaScript has no contexts
		return errors.Join(bus.ErrCanceled, err)
	}
	_, err := attempt(func() js.Value { return s.inPage.Call("publish", topic, data) })
	return err
}

func (s *scriptSubject) Subscribe(pattern string, h bustest.Handler, o bustest.Options) (func(), error) {
	handler := s.function(func(args []js.Value) any {
		if err := h(context.Background(), eventOf(args)); err != nil {
			return toScript(err)
		}
		s.delivered++
		return nil
	})
	options := map[string]any{}
	if o.Once {
		options["once"] = true
	}
	if o.Name != "" {
		options["name"] = o.Name
	}
	if o.Filter != nil {
		options["filter"] = script.Call("deciding", s.function(func(args []js.Value) any { return o.Filter(eventOf(args)) }))
	}
	switch {
	case o.Replay < 0:
		options["replay"] = "all"
	case o.Replay > 0:
		options["replay"] = o.Replay
	case o.ReplayAfter > 0:
		options["replay"] = map[string]any{"after": o.ReplayAfter}
	}
	args := []any{pattern, script.Call("throwing", handler)}
	if len(options) > 0 {
		args = append(args, options)
	}
	off, err := attempt(func() js.Value { return s.inPage.Call("subscribe", args...) })
	if err != nil {
		return nil, err
	}
	return func() { off.Invoke() }, nil
}

// Keep declares what a topic keeps (bustest.Keeper).
func (s *scriptSubject) Keep(topic string, k bus.Keep) error {
	history := map[string]any{}
	if k.Count != 0 {
		history["count"] = k.Count
	}
	if k.Age != 0 {
		history["age"] = k.Age.Milliseconds()
	}
	if k.Bytes != 0 {
		history["bytes"] = k.Bytes
	}
	_, err := attempt(func() js.Value { return s.inPage.Call("topic", topic, map[string]any{"history": history}) })
	return err
}

func (s *scriptSubject) Last(topic string) (any, bool) {
	v := s.inPage.Call("topic", topic).Get("value")
	return fromValue(v), !v.IsUndefined()
}

// Clear goes through the topics, since JavaScript clears one at a time.
func (s *scriptSubject) Clear(pattern string) error {
	topics := []string{pattern}
	if bus.ValidatePattern(pattern) == nil {
		topics = nil
		all := s.inPage.Call("topics")
		for i := range all.Length() {
			if topic := all.Index(i).Get("topic").String(); bus.Match(pattern, topic) {
				topics = append(topics, topic)
			}
		}
	}
	for _, topic := range topics {
		if _, err := attempt(func() js.Value { return s.inPage.Call("topic", topic).Call("clear") }); err != nil {
			return err
		}
	}
	return nil
}

func (s *scriptSubject) Retained() int { return s.inPage.Call("stats").Get("retained").Int() }

// Use is not called: JavaScript's interceptors cannot change the topic (Features.Interceptors).
func (s *scriptSubject) Use(bustest.Interceptor) func() { panic("not a feature of this subject") }

func (s *scriptSubject) Failures() []bustest.Failure { return failuresIn(s.failures) }

// Stats counts deliveries itself: JavaScript counts the subscribers of the routes that it ran, whether they
// failed or not.
func (s *scriptSubject) Stats() bustest.Stats {
	st := s.inPage.Call("stats")
	count := func(name string) uint64 { return uint64(st.Get(name).Int()) }
	return bustest.Stats{
		Published: count("published"), Delivered: s.delivered, Failed: count("failed"),
		Intercepted: count("intercepted"), Subscriptions: int(count("subscriptions")),
	}
}

func (s *scriptSubject) Close() error {
	s.inPage.Call("close") // resolved at once: nothing waits for Go
	return nil
}

func eventOf(args []js.Value) bustest.Event {
	data, e := args[0], args[1]
	out := bustest.Event{
		Topic: e.Get("topic").String(), Data: fromValue(data), Seq: uint64(e.Get("seq").Float()),
		ID: e.Get("id").String(), CorrelationID: e.Get("correlationId").String(),
	}
	if id := e.Get("causationId"); id.Type() == js.TypeString {
		out.CausationID = id.String()
	}
	return out
}
