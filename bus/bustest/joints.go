package bustest

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// Joiner is a Subject that events come to from elsewhere; needed with Features.Joints.
type Joiner interface {
	Join(name string) (Joint, error)
}

// Joint is what a bus.Joint is. Events that were admitted are the subject's own.
type Joint interface {
	Admit(draft bus.EventInit) (event any, err error)
	Deliver(ctx context.Context, event any) error
	Request(ctx context.Context, event any) (reply any, err error)
	PublishReserved(topic string, data any) error
	Forget(ids ...string) error
	Close()

	// Retained returns what a topic keeps, with its data and the id of its event.
	Retained(topic string) (Retained, error)
	SetRetained(ctx context.Context, event any, s bus.Stamp) (set bool, err error)
	ClearRetained(topic string, s bus.Stamp) (cleared bool, err error)

	Respond(pattern string, r LateResponder) (off func(), err error)
	Subscribe(pattern string, h Handler) (off func(), err error)
}

// Retained is what a topic keeps as its last.
type Retained struct {
	Data    any
	ID      string // "" if nothing is kept
	Stamp   bus.Stamp
	Removed bool
}

// LateResponder answers requests by answer.
type LateResponder func(ctx context.Context, e Event, answer func(reply any, err error) bool)

func (k *kit) join(name string) Joint {
	k.Helper()
	j, err := k.s.(Joiner).Join(name)
	require.NoError(k.T, err)
	return j
}

func (k *kit) admit(j Joint, draft bus.EventInit) any {
	k.Helper()
	e, err := j.Admit(draft)
	require.NoError(k.T, err)
	return e
}

// brings admits and delivers.
func (k *kit) brings(ctx context.Context, j Joint, draft bus.EventInit) error {
	k.Helper()
	return j.Deliver(ctx, k.admit(j, draft))
}

// seen subscribes a handler that keeps the events.
func (k *kit) seen(pattern string) *[]Event {
	k.Helper()
	all := new([]Event)
	k.subscribe(pattern, func(_ context.Context, e Event) error {
		*all = append(*all, e)
		return nil
	})
	return all
}

func jointKeeps(k *kit) {
	j, got, at := k.join("link"), k.seen("*"), time.UnixMilli(1700000000123)
	k.publish(k.ctx, "a", "own")
	require.NoError(k.T, k.brings(k.ctx, j, bus.EventInit{
		Topic: "a", Data: "far", Seq: 77, ID: "far-1", Source: "far", Time: at, CorrelationID: "far-0", CausationID: "far-00",
		Subject: "s", Key: "k", TraceParent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", Extensions: map[string]any{"x": true},
	}))
	require.NoError(k.T, k.brings(k.ctx, j, bus.EventInit{Topic: "a", Data: "root", ID: "far-2", Source: "far", Time: at}))
	require.NoError(k.T, k.brings(k.ctx, j, bus.EventInit{Topic: "a", Data: "bare"}))
	require.Len(k.T, *got, 4)
	own, far, root, bare := (*got)[0], (*got)[1], (*got)[2], (*got)[3]
	assert.Equal(k.T, []any{"far-1", "far", at.UnixMilli(), "far-0", "far-00", "far"}, []any{far.ID, far.Source, far.Time.UnixMilli(), far.CorrelationID, far.CausationID, far.Data})
	assert.Equal(k.T, []any{"far-2", "far-2", ""}, []any{root.ID, root.CorrelationID, root.CausationID})
	assert.Equal(k.T, own.Source, bare.Source)
	assert.Equal(k.T, []uint64{own.Seq + 1, own.Seq + 2, own.Seq + 3}, []uint64{far.Seq, root.Seq, bare.Seq})
	assert.EqualValues(k.T, 4, k.s.Stats().Published)
	k.failures(0)
}

func jointWaits(k *kit) {
	j, got := k.join("link"), k.seen("far.*")
	k.subscribe("near", func(ctx context.Context, e Event) error {
		k.log = append(k.log, "first")
		if err := k.brings(ctx, j, bus.EventInit{Topic: "far.root", ID: "1", Source: "far"}); err != nil {
			return err
		}
		err := k.brings(ctx, j, bus.EventInit{Topic: "far.caused", ID: "2", Source: "far", CausationID: "0", CorrelationID: "00"})
		k.log = append(k.log, "delivered")
		return err
	})
	k.logs("second", "near")
	k.logs("effect", "far.*")
	k.subscribe("far.root", func(ctx context.Context, e Event) error { return k.s.Publish(ctx, "far.effect", nil) })
	k.publish(k.ctx, "near", nil)
	k.logged("first", "delivered", "second near", "effect far.root", "effect far.caused", "effect far.effect")
	require.Len(k.T, *got, 3)
	root, caused, effect := (*got)[0], (*got)[1], (*got)[2]
	assert.Equal(k.T, []string{"1", "1", ""}, []string{root.ID, root.CorrelationID, root.CausationID})
	assert.Equal(k.T, []string{"2", "00", "0"}, []string{caused.ID, caused.CorrelationID, caused.CausationID})
	assert.Equal(k.T, []string{"1", "1"}, []string{effect.CorrelationID, effect.CausationID})
	k.failures(0)
}

func jointRecursion(k *kit) {
	j, calls := k.join("link"), 0
	var last error
	k.subscribe("a", func(ctx context.Context, e Event) error {
		calls++
		if last = k.brings(ctx, j, bus.EventInit{Topic: "a", Source: "far"}); last != nil {
			k.code("TB_RECURSION", last)
			assert.ErrorContains(k.T, last, "a")
		}
		return nil
	})
	k.publish(k.ctx, "a", nil)
	k.code("TB_RECURSION", last)
	assert.GreaterOrEqual(k.T, calls, 999)
	assert.LessOrEqual(k.T, calls, 1001)
	k.publish(k.ctx, "b", nil)
	k.failures(0)
}

func jointIntercepted(k *kit) {
	j := k.join("link")
	k.s.Use(func(context.Context, Event, func(context.Context, Event) error) error { return errors.New("dropped") })
	k.texts("a")
	require.NoError(k.T, k.brings(k.ctx, j, bus.EventInit{Topic: "a", Data: "far", ID: "1"}))
	require.NoError(k.T, k.brings(k.ctx, j, bus.EventInit{Topic: "a", Data: "bare"}))
	require.Error(k.T, k.s.Publish(k.ctx, "a", "near"))
	k.logged("a far", "a bare")
	assert.EqualValues(k.T, 1, k.s.Stats().Intercepted)
}

func jointOnce(k *kit) {
	one, two := k.join("one"), k.join("two")
	k.texts("*")
	draft := bus.EventInit{Topic: "a", Data: "x", ID: "1", Source: "far"}
	e := k.admit(one, draft)
	for _, j := range []Joint{one, two} {
		_, err := j.Admit(draft)
		k.code("TB_DUPLICATE", err)
		assert.ErrorContains(k.T, err, `"one"`)
	}
	require.NoError(k.T, one.Deliver(k.ctx, e))
	k.code("TB_DUPLICATE", one.Deliver(k.ctx, e))
	_, err := two.Admit(draft)
	k.code("TB_DUPLICATE", err)
	k.logged("a x")
	for range 2 { // without an id nobody can tell
		require.NoError(k.T, k.brings(k.ctx, two, bus.EventInit{Topic: "a", Data: "y"}))
	}
	k.logged("a y", "a y")
	// What was not delivered may come in another way.
	cancelled, cancel := context.WithCancel(k.ctx)
	e = k.admit(one, bus.EventInit{Topic: "a", Data: "z", ID: "2"})
	cancel()
	k.code("TB_CANCELED", one.Deliver(cancelled, e))
	one.Close()
	require.NoError(k.T, k.brings(k.ctx, two, bus.EventInit{Topic: "a", Data: "z", ID: "2"}))
	k.logged("a z")
	k.failures(0)
}

func jointOwn(k *kit) {
	j, got := k.join("link"), k.seen("*")
	k.publish(k.ctx, "a", "own")
	_, err := j.Admit(bus.EventInit{Topic: "a", Data: "echo", ID: (*got)[0].ID})
	k.code("TB_DUPLICATE", err)
	assert.ErrorContains(k.T, err, "published here")
	require.Len(k.T, *got, 1)
}

func jointRefused(k *kit) {
	k.declare("a", Declaration{Validate: notBad, Version: 2})
	k.texts("*")
	one, two := k.join("one"), k.join("two")
	_, err := one.Admit(bus.EventInit{Topic: "a", Data: "bad", ID: "1", Source: "far"})
	k.code("TB_SCHEMA", err)
	_, err = two.Admit(bus.EventInit{Topic: "a", Data: "bad", ID: "1", Source: "far"})
	k.code("TB_DUPLICATE", err)
	_, err = one.Admit(bus.EventInit{Topic: "a", Data: "good", ID: "2", Version: "3"})
	k.code("TB_VERSION", err)
	all := k.failures(2)
	k.code("TB_SCHEMA", all[0].Err)
	k.code("TB_VERSION", all[1].Err)
	for _, f := range all {
		assert.Equal(k.T, "a", f.Topic)
		assert.Equal(k.T, "one", f.Subscription)
	}
	require.NoError(k.T, k.brings(k.ctx, one, bus.EventInit{Topic: "a", Data: "good", ID: "3"}))
	k.logged("a good")
}

func jointVersions(k *kit) {
	k.declare("a", Declaration{Version: 2, Upcast: map[int]func(string) (string, error){
		1: func(text string) (string, error) { return strings.ToUpper(text), nil },
	}})
	k.texts("a")
	j := k.join("link")
	require.NoError(k.T, k.brings(k.ctx, j, bus.EventInit{Topic: "a", Data: "old", ID: "1", Version: "1"}))
	require.NoError(k.T, k.brings(k.ctx, j, bus.EventInit{Topic: "a", Data: "new", ID: "2", Version: "2"}))
	k.logged("a OLD", "a new")
	k.failures(0)
}

func jointMistakes(k *kit) {
	one, two := k.join("one"), k.join("two")
	_, err := k.s.(Joiner).Join("one")
	k.code("TB_OPTION", err)
	_, err = k.s.(Joiner).Join("a.b")
	k.code("TB_OPTION", err)
	huge := strings.Repeat("x", 65536)
	for topic, code := range map[string]string{"": "TB_TOPIC", "a..b": "TB_TOPIC", "a.*": "TB_TOPIC", "$bus.error": "TB_TOPIC", huge: "TB_TOPIC"} {
		_, err := one.Admit(bus.EventInit{Topic: topic})
		k.code(code, err)
	}
	for _, draft := range []bus.EventInit{
		{ID: huge}, {ID: "\xff"}, {Source: huge}, {TraceParent: "x"}, {DataSchema: "not a URI"}, {DataContentType: "x"},
		{Time: time.Unix(1<<40, 0)}, {Extensions: map[string]any{"Upper": 1}}, {Extensions: map[string]any{"x": 1.5}},
	} {
		draft.Topic = "a"
		_, err := one.Admit(draft)
		k.code("TB_OPTION", err)
	}
	e := k.admit(one, bus.EventInit{Topic: "a", ID: "1"})
	k.code("TB_OPTION", two.Deliver(k.ctx, e))
	k.code("TB_OPTION", one.Deliver(k.ctx, nil))
	_, err = two.SetRetained(k.ctx, e, bus.Stamp{Time: 1, Origin: "far"})
	k.code("TB_OPTION", err)
	_, err = two.Request(k.ctx, e)
	k.code("TB_OPTION", err)
	_, err = one.Respond("a", nil)
	k.code("TB_OPTION", err)
	_, err = one.Respond("a..b", func(context.Context, Event, func(any, error) bool) {})
	k.code("TB_TOPIC", err)
	require.NoError(k.T, one.Deliver(k.ctx, e))
	k.failures(0)
}

func jointClosed(k *kit) {
	j, other := k.join("link"), k.join("other")
	k.texts("*")
	left, err := j.Subscribe(">", func(context.Context, Event) error {
		k.log = append(k.log, "left")
		return nil
	})
	require.NoError(k.T, err)
	k.publish(k.ctx, "a", "1")
	e := k.admit(j, bus.EventInit{Topic: "a", Data: "2", ID: "1"})
	j.Close()
	j.Close()
	left()
	k.closedJoint(j, e)
	k.publish(k.ctx, "a", "3")
	k.logged("a 1", "left", "a 3")
	assert.Equal(k.T, 1, k.s.Stats().Subscriptions)
	j = k.join("link")
	require.NoError(k.T, k.brings(k.ctx, other, bus.EventInit{Topic: "a", Data: "2", ID: "1"}))
	k.logged("a 2")
	e = k.admit(j, bus.EventInit{Topic: "a", Data: "4", ID: "2"})
	require.NoError(k.T, k.s.Close())
	k.closedJoint(j, e)
	_, err = k.s.(Joiner).Join("late")
	k.code("TB_CLOSED", err)
	k.logged()
}

func (k *kit) closedJoint(j Joint, e any) {
	k.Helper()
	_, err := j.Admit(bus.EventInit{Topic: "a", ID: "9"})
	k.code("TB_CLOSED", err)
	k.code("TB_CLOSED", j.Deliver(k.ctx, e))
	k.code("TB_CLOSED", j.PublishReserved("$bus.link", nil))
	k.code("TB_CLOSED", j.Forget("1"))
	_, err = j.SetRetained(k.ctx, e, bus.Stamp{Time: 1, Origin: "far"})
	k.code("TB_CLOSED", err)
	_, err = j.ClearRetained("a", bus.Stamp{Time: 1, Origin: "far"})
	k.code("TB_CLOSED", err)
	_, err = j.Retained("a")
	k.code("TB_CLOSED", err)
	_, err = j.Request(k.ctx, e)
	k.code("TB_CLOSED", err)
	_, err = j.Respond("a", func(context.Context, Event, func(any, error) bool) {})
	k.code("TB_CLOSED", err)
	_, err = j.Subscribe("a", func(context.Context, Event) error { return nil })
	k.code("TB_CLOSED", err)
}

func jointReserved(k *kit) {
	j := k.join("link")
	k.logs("", "$bus.link.>")
	require.NoError(k.T, j.PublishReserved("$bus.link.up", "x"))
	k.code("TB_TOPIC", j.PublishReserved("a", nil))
	k.code("TB_TOPIC", j.PublishReserved("$bus..x", nil))
	k.logged(" $bus.link.up")
}

func jointForget(k *kit) {
	j := k.join("link")
	k.texts("a")
	draft := bus.EventInit{Topic: "a", Data: "x", ID: "1"}
	require.NoError(k.T, k.brings(k.ctx, j, draft))
	require.NoError(k.T, j.Forget())
	require.NoError(k.T, j.Forget("0", "1", ""))
	require.NoError(k.T, k.brings(k.ctx, j, draft))
	k.logged("a x", "a x")
	k.admit(j, bus.EventInit{Topic: "a", Data: "y", ID: "2"}) // and given up
	require.NoError(k.T, j.Forget("2"))
	require.NoError(k.T, k.brings(k.ctx, j, bus.EventInit{Topic: "a", Data: "y", ID: "2"}))
	k.logged("a y")
}

// jointSubscribes: two joints at one bus, each with what leaves by it.
func jointSubscribes(k *kit) {
	one, two := k.join("one"), k.join("two")
	for name, j := range map[string]Joint{"one": one, "two": two} {
		_, err := j.Subscribe(">", func(_ context.Context, e Event) error {
			k.log = append(k.log, e.Topic+" by "+name)
			return nil
		})
		require.NoError(k.T, err)
	}
	require.NoError(k.T, k.brings(k.ctx, one, bus.EventInit{Topic: "a", ID: "1"}))
	k.logged("a by two")
	require.NoError(k.T, k.brings(k.ctx, two, bus.EventInit{Topic: "b", ID: "2"}))
	k.logged("b by one")
	_, err := one.Subscribe("a", nil)
	k.code("TB_OPTION", err)
}
