package bustest

import (
	"context"
	"sync"

	"github.com/trolleybus/trolleybus/bus"
)

// Native adapts a *bus.Bus. It hears of failures by subscribing to bus.ErrorTopic, so that subscription
// is not counted in Stats.
func Native(b *bus.Bus) Subject {
	n := &native{bus: b}
	_, err := b.Subscribe(bus.ErrorTopic, func(_ context.Context, e *bus.Event) error {
		f, err := bus.As[*bus.Failure](e)
		if err == nil {
			n.note(f)
		}
		return err
	})
	if err != nil {
		panic(err) // b is closed: the test is wrong
	}
	return n
}

type native struct {
	bus      *bus.Bus
	mu       sync.Mutex
	failures []Failure
}

func (n *native) note(f *bus.Failure) {
	n.mu.Lock()
	defer n.mu.Unlock()
	out := Failure{Err: f.Err, Pattern: f.Pattern, Subscription: f.Subscription}
	if f.Event != nil {
		out.Topic = f.Event.Topic
	}
	n.failures = append(n.failures, out)
}

func (n *native) Declare(topic string, d Declaration) error {
	var opts []bus.TopicOption
	if d.Version != 0 {
		opts = append(opts, bus.Version(d.Version))
	}
	for from, f := range d.Upcast {
		opts = append(opts, bus.Upcast(from, f))
	}
	if d.Validate != nil {
		opts = append(opts, bus.Validate(d.Validate))
	}
	return n.bus.Declare(topic, opts...)
}

func (n *native) PublishVersion(ctx context.Context, topic string, data any, version string) error {
	return n.bus.Publish(ctx, topic, data, bus.WithVersion(version))
}

func (n *native) Failures() []Failure {
	n.mu.Lock()
	defer n.mu.Unlock()
	return append([]Failure(nil), n.failures...)
}

func (n *native) Publish(ctx context.Context, topic string, data any) error {
	return n.bus.Publish(ctx, topic, data)
}

func view(e *bus.Event) Event {
	return Event{Topic: e.Topic, Data: e.Data, Seq: e.Seq, ID: e.ID(), CorrelationID: e.CorrelationID(), CausationID: e.CausationID(), Source: e.Source(), Time: e.Time()}
}

func (n *native) Subscribe(pattern string, h Handler, o Options) (func(), error) {
	s, err := n.bus.Subscribe(pattern, func(ctx context.Context, e *bus.Event) error {
		return awaited(h(ctx, view(e)))
	}, o.native()...)
	if err != nil {
		return nil, err
	}
	return s.Unsubscribe, nil
}

func (o Options) native() []bus.SubscribeOption {
	var opts []bus.SubscribeOption
	if o.Once {
		opts = append(opts, bus.Once())
	}
	if o.Name != "" {
		opts = append(opts, bus.Name(o.Name))
	}
	if o.Filter != nil {
		opts = append(opts, bus.Filter(func(e *bus.Event) bool { return o.Filter(view(e)) }))
	}
	switch {
	case o.Replay < 0:
		opts = append(opts, bus.ReplayAll())
	case o.Replay > 0:
		opts = append(opts, bus.Replay(o.Replay))
	case o.ReplayAfter > 0:
		opts = append(opts, bus.ReplayAfter(o.ReplayAfter))
	}
	return append(opts, o.policies()...)
}

func (n *native) Request(ctx context.Context, topic string, data any) (any, error) {
	return bus.Request[any](ctx, n.bus, topic, data)
}

func (n *native) Gather(ctx context.Context, topic string, data any) ([]any, error) {
	return bus.Gather[any](ctx, n.bus, topic, data)
}

func (n *native) Respond(pattern string, r Responder, o Options) (func(), error) {
	s, err := n.bus.Respond(pattern, func(ctx context.Context, e *bus.Event) (any, error) { return r(ctx, view(e)) }, o.native()...)
	if err != nil {
		return nil, err
	}
	return s.Unsubscribe, nil
}

func (n *native) Keep(topic string, k bus.Keep) error { return n.bus.Declare(topic, bus.History(k)) }

func (n *native) Last(topic string) (any, bool) {
	e, ok := n.bus.Last(topic)
	if !ok {
		return nil, false
	}
	return e.Data, true
}

func (n *native) Clear(pattern string) error {
	_, err := n.bus.Clear(pattern)
	return err
}

func (n *native) Retained() int { return n.bus.Stats().Retained }

func (n *native) Use(i Interceptor) func() {
	return n.bus.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		return i(ctx, Event{Topic: e.Topic, Data: e.Data}, func(ctx context.Context, changed Event) error {
			e.Topic, e.Data = changed.Topic, changed.Data
			return next(ctx, e)
		})
	})
}

func (n *native) Stats() Stats {
	st := n.bus.Stats()
	n.mu.Lock()
	own := uint64(len(n.failures)) // delivered to this adapter
	n.mu.Unlock()
	return Stats{
		Published: st.Published, Delivered: st.Delivered - own, Failed: st.Failed,
		Intercepted: st.Intercepted, Subscriptions: max(st.Subscriptions-1, 0),
		Retried: st.Retried, Dead: st.Dead, Redriven: st.Redriven, Dropped: st.Dropped, Deduped: st.Deduped, Coalesced: st.Coalesced,
	}
}

func (n *native) Close() error { return n.bus.Close() }
