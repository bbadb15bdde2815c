package bustest

import (
	"context"

	"github.com/trolleybus/trolleybus/bus"
)

// Join is Bus.Join (Joiner).
func (n *native) Join(name string) (Joint, error) {
	j, err := n.bus.Join(name)
	if err != nil {
		return nil, err
	}
	return nativeJoint{j}, nil
}

type nativeJoint struct{ *bus.Joint }

func own(event any) *bus.Event {
	e, _ := event.(*bus.Event)
	return e
}

func (j nativeJoint) Admit(draft bus.EventInit) (any, error) { return j.Joint.Admit(draft) }

func (j nativeJoint) Deliver(ctx context.Context, event any) error {
	return j.Joint.Deliver(ctx, own(event))
}

func (j nativeJoint) Request(ctx context.Context, event any) (any, error) {
	return j.Joint.Request(ctx, own(event))
}

func (j nativeJoint) SetRetained(ctx context.Context, event any, s bus.Stamp) (bool, error) {
	return j.Joint.SetRetained(ctx, own(event), s)
}

func (j nativeJoint) Retained(topic string) (Retained, error) {
	v, err := j.Joint.Retained(topic)
	r := Retained{Stamp: v.Stamp, Removed: v.Removed}
	if v.Event != nil {
		r.Data, r.ID = v.Event.Data, v.Event.ID()
	}
	return r, err
}

func (j nativeJoint) Respond(pattern string, r LateResponder) (func(), error) {
	var late bus.LateResponder
	if r != nil {
		late = func(ctx context.Context, e *bus.Event, answer func(any, error) bool) { r(ctx, view(e), answer) }
	}
	s, err := j.Joint.Respond(pattern, late)
	if err != nil {
		return nil, err
	}
	return s.Unsubscribe, nil
}

func (j nativeJoint) Subscribe(pattern string, h Handler) (func(), error) {
	var handler bus.Handler
	if h != nil {
		handler = func(ctx context.Context, e *bus.Event) error { return h(ctx, view(e)) }
	}
	s, err := j.Joint.Subscribe(pattern, handler)
	if err != nil {
		return nil, err
	}
	return s.Unsubscribe, nil
}
