package bustest

import (
	"context"
	"errors"
	"sync"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// lately subscribes a joint's responder.
func (k *kit) lately(j Joint, pattern string, r LateResponder) func() {
	k.Helper()
	off, err := j.Respond(pattern, r)
	require.NoError(k.T, err)
	return off
}

// asks makes a request on a goroutine of its own.
func (k *kit) asks(topic string) (result func() (any, error)) {
	var asked sync.WaitGroup
	var reply any
	var err error
	asked.Go(func() { reply, err = k.s.Request(k.ctx, topic, nil) })
	return func() (any, error) {
		asked.Wait()
		return reply, err
	}
}

type answer = func(reply any, err error) bool

func jointAnswers(k *kit) {
	j := k.join("link")
	k.lately(j, "now", func(_ context.Context, e Event, answer answer) {
		k.log = append(k.log, e.Topic)
		assert.True(k.T, answer("at once", nil))
		assert.False(k.T, answer("twice", nil))
	})
	k.request("now", "at once")
	k.logged("now")
	later := make(chan answer, 1)
	k.lately(j, "later", func(_ context.Context, e Event, answer answer) { later <- answer })
	result := k.asks("later")
	answer := <-later
	answers := make(chan bool, 2)
	for range cap(answers) {
		go func() { answers <- answer("much later", nil) }()
	}
	reply, err := result()
	require.NoError(k.T, err)
	assert.Equal(k.T, "much later", reply)
	assert.NotEqual(k.T, <-answers, <-answers, "one of them counts")
	assert.False(k.T, answer("once more", nil))
	k.publish(k.ctx, "now", nil) // is no request
	k.logged()
	k.failures(0)
}

func jointAnswerFails(k *kit) {
	j := k.join("link")
	var with error
	off := k.lately(j, "a", func(_ context.Context, _ Event, answer answer) { answer(nil, with) })
	with = coded{"TB_STOCK", "out of stock"}
	_, err := k.s.Request(k.ctx, "a", nil)
	k.code("TB_STOCK", err)
	with = bus.ErrNoResponders
	_, err = k.s.Request(k.ctx, "a", nil)
	k.code("TB_NO_RESPONDERS", err)
	k.replies("near", "a")
	k.request("a", "near")
	k.logged("near a")
	off()
	k.lately(j, "b", func(context.Context, Event, answer) { panic("boom") })
	_, err = k.s.Request(k.ctx, "b", nil)
	k.code("TB_PANIC", err)
	k.lately(j, "c", func(_ context.Context, _ Event, answer answer) {
		answer("before", nil)
		panic("boom")
	})
	_, err = k.s.Request(k.ctx, "c", nil)
	k.code("TB_PANIC", err)
	k.lately(j, "d", func(_ context.Context, _ Event, answer answer) { go answer(nil, errors.New("no")) })
	_, err = k.s.Request(k.ctx, "d", nil)
	k.code("TB_REMOTE", err)
	k.lately(j, "e", func(_ context.Context, _ Event, answer answer) { go answer(nil, bus.ErrNoResponders) })
	_, err = k.s.Request(k.ctx, "e", nil)
	k.code("TB_NO_RESPONDERS", err)
	k.failures(0)
}

func jointRequests(k *kit) {
	one, two := k.join("one"), k.join("two")
	for name, j := range map[string]Joint{"one": one, "two": two} {
		k.lately(j, "a", func(_ context.Context, e Event, answer answer) { answer(name+" "+e.ID+" "+e.Source, nil) })
	}
	reply, err := one.Request(k.ctx, k.admit(one, bus.EventInit{Topic: "a", ID: "1", Source: "far"}))
	require.NoError(k.T, err)
	assert.Equal(k.T, "two 1 far", reply, "it is not asked back")
	_, err = one.Request(k.ctx, k.admit(one, bus.EventInit{Topic: "b", ID: "2"}))
	k.code("TB_NO_RESPONDERS", err)
	_, err = one.Request(k.ctx, nil)
	k.code("TB_OPTION", err)
	_, err = one.Admit(bus.EventInit{Topic: "a", ID: "1"})
	k.code("TB_DUPLICATE", err)
	k.failures(0)
}

func jointAnswerClosed(k *kit) {
	j := k.join("link")
	asked := make(chan answer, 1)
	k.lately(j, "a", func(_ context.Context, _ Event, answer answer) { asked <- answer })
	result := k.asks("a")
	answer := <-asked
	j.Close()
	_, err := result()
	k.code("TB_UNAVAILABLE", err)
	assert.False(k.T, answer("late", nil))
	_, err = k.s.Request(k.ctx, "a", nil)
	k.code("TB_NO_RESPONDERS", err)
	k.failures(0)
}
