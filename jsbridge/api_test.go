//go:build js && wasm

package jsbridge

import (
	"context"
	"errors"
	"maps"
	"strconv"
	"syscall/js"
	"testing"
	"time"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// The contract of the JavaScript API, whose routes Go compiles.
func TestContractOfThePage(t *testing.T) {
	bustest.Run(t, func(t testing.TB) bustest.Subject {
		at := newPageTime()
		return &scriptSubject{pair: at.pair(t), pageTime: at}
	}, bustest.Features{Replay: true, Requests: true, Declarations: true, Policies: true})
}

// The contract of the Go API of a bus whose queue is JavaScript's.
func TestContractOfAServedBus(t *testing.T) {
	bustest.Run(t, func(t testing.TB) bustest.Subject {
		at := newPageTime()
		return bustest.NativeInTime(at.pair(t).inGo, at)
	}, bustest.Features{
		Replay: true, Requests: true, Concurrent: true, Interceptors: true, Panics: true, Reference: true, Declarations: true, Policies: true, Joints: true,
	})
}

// scriptSubject adapts the bus of the page.
type scriptSubject struct {
	*pair
	*pageTime
	delivered uint64
	managed   bool // some have policies
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
		err := h(context.Background(), eventOf(args))
		if p, ok := bustest.AsPromise(err); ok {
			return promiseOf(p)
		}
		if err != nil {
			return toScript(err)
		}
		s.delivered++
		return nil
	})
	return s.register("subscribe", pattern, script.Call("handling", handler), o)
}

func (s *scriptSubject) register(method, pattern string, handler js.Value, o bustest.Options) (func(), error) {
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
	if policies := s.policies(o); len(policies) > 0 {
		s.managed = true
		maps.Copy(options, policies)
	}
	args := []any{pattern, handler}
	if len(options) > 0 {
		args = append(args, options)
	}
	off, err := attempt(func() js.Value { return s.inPage.Call(method, args...) })
	if err != nil {
		return nil, err
	}
	return func() { off.Invoke() }, nil
}

func (s *scriptSubject) Respond(pattern string, r bustest.Responder, o bustest.Options) (func(), error) {
	responder := s.function(func(args []js.Value) any {
		reply, err := r(context.Background(), eventOf(args))
		if err != nil {
			return []any{toScript(err), nil}
		}
		return []any{nil, reply}
	})
	return s.register("respond", pattern, script.Call("replying", responder), o)
}

func (s *scriptSubject) Request(_ context.Context, topic string, data any) (any, error) {
	reply, err := await(s.inPage.Call("request", topic, data))
	return fromValue(reply), err
}

func (s *scriptSubject) Gather(_ context.Context, topic string, data any) ([]any, error) {
	replies, err := await(s.inPage.Call("request", topic, data, map[string]any{"gather": map[string]any{}}))
	if err != nil {
		return nil, err
	}
	return fromValue(replies).([]any), nil
}

func (s *scriptSubject) Declare(topic string, d bustest.Declaration) error {
	// What Go's function returned is thrown by the one around it.
	text := func(call func(string) (string, error)) js.Value {
		return script.Call("returning", s.function(func(args []js.Value) any {
			text, err := call(args[0].String())
			if err != nil {
				return toScript(err)
			}
			return text
		}))
	}
	options := map[string]any{}
	if d.Version != 0 {
		options["version"] = d.Version
	}
	if d.Upcast != nil {
		upcast := map[string]any{}
		for from, f := range d.Upcast {
			upcast[strconv.Itoa(from)] = text(f)
		}
		options["upcast"] = upcast
	}
	if d.Validate != nil {
		options["schema"] = script.Call("schema", text(func(text string) (string, error) { return text, d.Validate(text) }))
	}
	_, err := attempt(func() js.Value { return s.inPage.Call("topic", topic, options) })
	return err
}

func (s *scriptSubject) PublishVersion(_ context.Context, topic string, data any, version string) error {
	return s.fromPage(topic, data, map[string]any{"version": version})
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
// failed or not, but for those with policies.
func (s *scriptSubject) Stats() bustest.Stats {
	st := s.inPage.Call("stats")
	count := func(name string) uint64 { return uint64(st.Get(name).Int()) }
	delivered := s.delivered
	if s.managed {
		delivered = count("delivered")
	}
	return bustest.Stats{
		Published: count("published"), Delivered: delivered, Failed: count("failed"),
		Intercepted: count("intercepted"), Subscriptions: int(count("subscriptions")),
		Retried: count("retried"), Dead: count("dead"), Redriven: count("redriven"), Dropped: count("dropped"),
		Deduped: count("deduped"), Coalesced: count("coalesced"),
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
		Source: e.Get("source").String(), Time: time.UnixMilli(int64(e.Get("time").Float())),
	}
	if id := e.Get("causationId"); id.Type() == js.TypeString {
		out.CausationID = id.String()
	}
	return out
}
