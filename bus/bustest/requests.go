package bustest

import (
	"context"
	"errors"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func (k *kit) respond(pattern string, r Responder, o ...Options) func() {
	k.Helper()
	var opt Options
	if len(o) > 0 {
		opt = o[0]
	}
	off, err := k.s.Respond(pattern, r, opt)
	require.NoError(k.T, err)
	return off
}

func (k *kit) replies(name, pattern string, o ...Options) func() {
	k.Helper()
	return k.respond(pattern, func(_ context.Context, e Event) (any, error) {
		k.log = append(k.log, name+" "+e.Topic)
		return name, nil
	}, o...)
}

func (k *kit) request(topic string, want any) {
	k.Helper()
	reply, err := k.s.Request(k.ctx, topic, nil)
	require.NoError(k.T, err)
	require.Equal(k.T, want, reply)
}

func requestFirst(k *kit) {
	k.respond("sum", func(_ context.Context, e Event) (any, error) {
		data := e.Data.(map[string]any)
		return data["a"].(float64) + data["b"].(float64), nil
	})
	reply, err := k.s.Request(k.ctx, "sum", map[string]any{"a": 1.0, "b": 2.0})
	require.NoError(k.T, err)
	require.Equal(k.T, 3.0, reply)
	k.logs("before", "*")
	k.replies("first", "a")
	k.logs("between", "a")
	k.replies("second", "*")
	k.logs("after", ">")
	k.request("a", "first")
	k.logged("before a", "first a", "between a", "after a")
	k.request("b", "second")
	k.logged("before b", "second b", "after b")
	k.failures(0)
}

func requestVisible(k *kit) {
	k.replies("reply", ">")
	var seen []Event
	k.subscribe("a", func(_ context.Context, e Event) error {
		seen = append(seen, e)
		return nil
	})
	k.publish(k.ctx, "a", "published")
	k.logged()
	_, err := k.s.Request(k.ctx, "a", "requested")
	require.NoError(k.T, err)
	k.logged("reply a")
	require.Len(k.T, seen, 2)
	assert.Equal(k.T, "published", seen[0].Data)
	assert.Equal(k.T, "requested", seen[1].Data)
	assert.Greater(k.T, seen[1].Seq, seen[0].Seq)
	assert.EqualValues(k.T, 2, k.s.Stats().Published)
}

func requestNobody(k *kit) {
	k.logs("subscriber", "a")
	k.replies("other", "b")
	_, err := k.s.Request(k.ctx, "a", nil)
	k.code("TB_NO_RESPONDERS", err)
	_, err = k.s.Gather(k.ctx, "a", nil)
	k.code("TB_NO_RESPONDERS", err)
	k.logged("subscriber a", "subscriber a")
	for _, wrong := range []string{"", "a.*", "$bus.error"} {
		_, err = k.s.Request(k.ctx, wrong, nil)
		k.code("TB_TOPIC", err)
	}
	_, err = k.s.Respond("a..b", func(context.Context, Event) (any, error) { return nil, nil }, Options{})
	k.code("TB_TOPIC", err)
}

// coded is an error with a code of the bus's.
type coded struct{ code, text string }

func (e coded) Error() string { return e.text }
func (e coded) Code() string  { return e.code }

func failing(err error) Responder {
	return func(context.Context, Event) (any, error) { return nil, err }
}

func requestFailure(k *kit) {
	k.respond("plain", failing(errors.New("no good")))
	_, err := k.s.Request(k.ctx, "plain", nil)
	k.code("TB_REMOTE", err)
	assert.ErrorContains(k.T, err, "no good")
	k.respond("coded", failing(coded{"TB_STOCK", "out of stock"}))
	_, err = k.s.Request(k.ctx, "coded", nil)
	k.code("TB_STOCK", err)
	assert.ErrorContains(k.T, err, "out of stock")
	_, err = k.s.Gather(k.ctx, "coded", nil)
	k.code("TB_STOCK", err)
	k.failures(0)
}

func requestUntold(k *kit) {
	k.respond("a", failing(errors.New("first")), Options{Name: "first"})
	k.replies("answer", "a")
	k.request("a", "answer")
	all := k.failures(1)
	assert.ErrorContains(k.T, all[0].Err, "first")
	assert.Equal(k.T, "first", all[0].Subscription)
	assert.Equal(k.T, "a", all[0].Topic)
	k.respond("b", failing(coded{"TB_ONE", "one"}))
	k.respond("b", failing(coded{"TB_TWO", "two"}))
	_, err := k.s.Request(k.ctx, "b", nil)
	k.code("TB_ONE", err)
	assert.ErrorContains(k.T, k.failures(2)[1].Err, "two")
}

func requestGather(k *kit) {
	k.replies("one", "a")
	k.respond("a", failing(errors.New("fails")))
	k.replies("two", "*")
	all, err := k.s.Gather(k.ctx, "a", nil)
	require.NoError(k.T, err)
	assert.Equal(k.T, []any{"one", "two"}, all)
	k.failures(1)
}

func requestPanic(k *kit) {
	k.respond("a", func(context.Context, Event) (any, error) { panic("oh") })
	_, err := k.s.Request(k.ctx, "a", nil)
	k.code("TB_PANIC", err)
	assert.ErrorContains(k.T, err, "oh")
	k.failures(0)
}

func requestOptions(k *kit) {
	off := k.replies("ends", "a")
	k.replies("once", "a", Options{Once: true, Filter: func(e Event) bool { return e.Topic == "a" }})
	k.publish(k.ctx, "a", nil) // is no request and ends nothing
	k.request("a", "ends")
	off()
	k.request("a", "once")
	_, err := k.s.Request(k.ctx, "a", nil)
	k.code("TB_NO_RESPONDERS", err)
	assert.Zero(k.T, k.s.Stats().Subscriptions)
	k.log = nil
}

func requestClosed(k *kit) {
	k.replies("reply", "a")
	require.NoError(k.T, k.s.Close())
	_, err := k.s.Request(k.ctx, "a", nil)
	k.code("TB_CLOSED", err)
	_, err = k.s.Respond("a", failing(nil), Options{})
	k.code("TB_CLOSED", err)
	k.logged()
}
