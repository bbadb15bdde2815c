package bus_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// noContext is the nil that a caller may pass by mistake.
var noContext context.Context

func nothing(context.Context, *bus.Event) error { return nil }

func TestOptionErrors(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	for name, opts := range map[string][]bus.SubscribeOption{
		"nil option":           {nil},
		"empty name":           {bus.Name("")},
		"nil filter":           {bus.Filter(nil)},
		"nil context":          {bus.Until(noContext)},
		"two contexts":         {bus.Until(t.Context()), bus.Until(t.Context())},
		"no goroutine":         {bus.Concurrency(0)},
		"negative concurrency": {bus.Concurrency(-1)},
		"too much concurrency": {bus.Concurrency(1 << 20)},
		"no room":              {bus.Concurrency(1), bus.Overflow(0, bus.Error)},
		"no policy":            {bus.Concurrency(1), bus.Overflow(1, 0)},
		"unknown policy":       {bus.Concurrency(1), bus.Overflow(1, 99)},
		"overflow of nothing":  {bus.Overflow(1, bus.Error)},
	} {
		t.Run(name, func(t *testing.T) {
			s, err := b.Subscribe("a", nothing, opts...)
			assert.Nil(t, s)
			var oe *bus.OptionError
			require.ErrorAs(t, err, &oe)
			assert.Equal(t, "TB_OPTION", bus.Code(err))
			assert.ErrorIs(t, err, bus.ErrOption)
			assert.Contains(t, err.Error(), `"a"`)
		})
	}
	_, err := b.Subscribe("a", nil)
	assert.Equal(t, "TB_OPTION", bus.Code(err))
	assert.Equal(t, "TB_OPTION", bus.Code(b.Publish(noContext, "a", nil)))
	for _, o := range []bus.PublishOption{nil, bus.WithID(""), bus.WithSubject(""), bus.WithKey(""), bus.WithVersion(""), bus.WithTraceParent("")} {
		assert.Equal(t, "TB_OPTION", bus.Code(b.Publish(t.Context(), "a", nil, o)))
	}
	assert.Zero(t, b.Stats().Subscriptions)
	assert.Zero(t, b.Stats().Published)
}

func TestCode(t *testing.T) {
	assert.Empty(t, bus.Code(nil))
	assert.Empty(t, bus.Code(errors.New("foreign")))
	assert.Empty(t, bus.Code(strange{}), "a Code method of somebody else's")
	assert.Equal(t, "TB_CLOSED", bus.Code(errors.Join(errors.New("x"), bus.ErrClosed)))
}

type strange struct{}

func (strange) Error() string { return "strange" }
func (strange) Code() string  { return "NoSuchBucket" }

func TestUntil(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	ctx, cancel := context.WithCancel(t.Context())
	s, err := b.Subscribe("a", nothing, bus.Until(ctx))
	require.NoError(t, err)
	assert.True(t, s.Active())
	cancel()
	eventually(t, func() bool { return !s.Active() && b.Stats().Subscriptions == 0 }, "the subscription outlives its context")
	s, err = b.Subscribe("a", nothing, bus.Until(ctx))
	require.NoError(t, err)
	assert.False(t, s.Active(), "a context that has ended already")
	assert.Zero(t, b.Stats().Subscriptions)
}

func TestRecursionThroughAnotherContextIsBounded(t *testing.T) {
	// D5: a handler that does not publish with its own context nests on the stack.
	var f failures
	b := bus.New(bus.Options{OnError: f.note})
	defer b.Close()
	nested := 1000
	if inPage {
		nested = 100 // the browser's stack is small
	}
	depth := 0
	_, err := b.Subscribe("untyped", func(context.Context, *bus.Event) error {
		depth++
		return b.Publish(context.Background(), "untyped", nil)
	})
	require.NoError(t, err)
	require.NoError(t, b.Publish(t.Context(), "untyped", nil))
	assert.Equal(t, []string{"TB_RECURSION"}, f.codes())
	assert.GreaterOrEqual(t, depth, nested)
	assert.Less(t, depth, 20_000)

	typed := bus.NewTopic[int](b, "typed")
	depth = 0
	var refused error
	_, err = typed.SubscribeFunc(func(v int) {
		depth++
		if err := typed.Publish(context.Background(), v); err != nil {
			refused = err
		}
	})
	require.NoError(t, err)
	require.NoError(t, typed.Publish(t.Context(), 1))
	var re *bus.RecursionError
	require.ErrorAs(t, refused, &re)
	assert.Equal(t, []string{"typed"}, re.Topics)
	assert.GreaterOrEqual(t, depth, nested)
	assert.Less(t, depth, 20_000)
}

func TestTwoBusesOnOneStack(t *testing.T) {
	// D1 holds for each bus although the other's contexts come in between.
	a, b := bus.New(bus.Options{}), bus.New(bus.Options{})
	defer a.Close()
	defer b.Close()
	var log []string
	must := func(_ *bus.Subscription, err error) { require.NoError(t, err) }
	must(a.Subscribe("x", func(ctx context.Context, e *bus.Event) error { return b.Publish(ctx, "y", nil) }))
	must(b.Subscribe("y", func(ctx context.Context, e *bus.Event) error { return a.Publish(ctx, "z", nil) }))
	must(a.Subscribe(">", func(ctx context.Context, e *bus.Event) error { log = append(log, e.Topic); return nil }))
	require.NoError(t, a.Publish(t.Context(), "x", nil))
	assert.Equal(t, []string{"x", "z"}, log)
}

func TestHandlerContext(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	type key struct{}
	ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "outer"), time.Hour)
	defer cancel()
	var got []any
	_, err := b.Subscribe(">", func(hctx context.Context, e *bus.Event) error {
		_, hasDeadline := hctx.Deadline()
		got = append(got, e.Topic, hctx.Value(key{}), hasDeadline, hctx.Err())
		if e.Topic == "a" {
			inner, cancel := context.WithCancel(context.WithValue(hctx, key{}, "inner"))
			defer cancel() // before b is delivered
			return b.Publish(inner, "b", nil)
		}
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, b.Publish(ctx, "a", nil))
	assert.Equal(t, []any{"a", "outer", true, nil, "b", "inner", true, nil}, got)
}

func TestABlockedHandlerHoldsUpItsPublisherOnly(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	hold, begun, returned := make(chan struct{}), make(chan struct{}), make(chan error)
	_, err := b.Subscribe("slow", func(context.Context, *bus.Event) error {
		close(begun)
		<-hold
		return nil
	})
	require.NoError(t, err)
	n := 0
	_, err = b.Subscribe("quick", func(context.Context, *bus.Event) error { n++; return nil })
	require.NoError(t, err)
	go func() { returned <- b.Publish(context.Background(), "slow", nil) }()
	<-begun
	require.NoError(t, b.Publish(t.Context(), "quick", nil))
	assert.Equal(t, 1, n)
	close(hold)
	require.NoError(t, <-returned)
}

func TestDistinctTopicsLeaveNoMemory(t *testing.T) {
	b := bus.New(bus.Options{RouteCache: 1000})
	defer b.Close()
	busy := 0
	_, err := b.Subscribe("t.*", nothing)
	require.NoError(t, err)
	_, err = b.Subscribe("busy", func(context.Context, *bus.Event) error { busy++; return nil })
	require.NoError(t, err)
	for i := range 50_000 {
		require.NoError(t, b.Publish(t.Context(), "t."+strconv.Itoa(i), nil))
		if i%10 == 0 {
			require.NoError(t, b.Publish(t.Context(), "busy", nil))
		}
	}
	st := b.Stats()
	assert.LessOrEqual(t, st.Routes, 1024)
	assert.Equal(t, 5000, busy)
	found := false
	for _, info := range b.Topics() {
		if info.Topic == "busy" {
			found = info.Cached
		}
	}
	assert.True(t, found, "a busy topic stays while a million others pass by")
}

func TestInspection(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	_, err := b.Subscribe("b", nothing, bus.Name("one"), bus.Once())
	require.NoError(t, err)
	_, err = b.Subscribe("*", nothing, bus.Concurrency(2), bus.Overflow(7, bus.DropOldest))
	require.NoError(t, err)
	require.NoError(t, b.Publish(t.Context(), "a", nil))
	assert.Equal(t, []bus.TopicInfo{{Topic: "a", Subscriptions: 1, Cached: true}, {Topic: "b", Subscriptions: 2}}, b.Topics())
	assert.Equal(t, []bus.SubscriptionInfo{
		{Pattern: "b", Name: "one", Order: 1, Once: true},
		{Pattern: "*", Order: 2, Limit: 7, Policy: bus.DropOldest},
	}, withoutWaiting(b.Subscriptions()))
	assert.Equal(t, 2, b.Stats().Topics)
}

func withoutWaiting(all []bus.SubscriptionInfo) []bus.SubscriptionInfo {
	for i := range all {
		all[i].Waiting, all[i].Running, all[i].Oldest = 0, 0, 0 // the worker may or may not have taken it yet
	}
	return all
}

func TestLogger(t *testing.T) {
	l := &logger{}
	b := bus.New(bus.Options{Logger: l})
	defer b.Close()
	_, err := b.Subscribe("a", func(context.Context, *bus.Event) error { return errors.New("no") }, bus.Name("n"))
	require.NoError(t, err)
	require.NoError(t, b.Publish(t.Context(), "a", nil))
	require.Len(t, l.lines, 1)
	assert.Equal(t, []any{"topic", "a", "pattern", "a", "subscription", "n", "error", errors.New("no")}, l.lines[0])

	l = &logger{}
	b = bus.New(bus.Options{Logger: l, OnError: func(*bus.Failure) { panic("OnError") }})
	defer b.Close()
	_, err = b.Subscribe("a", func(context.Context, *bus.Event) error { return errors.New("no") })
	require.NoError(t, err)
	require.NoError(t, b.Publish(t.Context(), "a", nil))
	assert.Len(t, l.lines, 2, "the failure and the one of OnError")
}

type logger struct{ lines [][]any }

func (l *logger) Error(_ string, args ...any) { l.lines = append(l.lines, args) }

func TestInterceptorPassesOnTwiceAndByCopy(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	remove := b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		id := e.ID()
		if err := next(ctx, e); err != nil {
			return err
		}
		assert.Equal(t, id, e.ID(), "an id that was read stays")
		if err := next(ctx, e); err != nil {
			return err
		}
		in := e.Init()
		in.ID, in.Seq, in.Data = "other", 0, "copy"
		if err := next(ctx, b.NewEvent(in)); err != nil {
			return err
		}
		return next(ctx, nil)
	})
	defer remove()
	var data []any
	var seqs []uint64
	_, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error {
		data, seqs = append(data, e.Data), append(seqs, e.Seq)
		return nil
	})
	require.NoError(t, err)
	assert.Equal(t, "TB_OPTION", bus.Code(b.Publish(t.Context(), "a", "x")))
	assert.Equal(t, []any{"x", "x", "copy"}, data)
	assert.Equal(t, []uint64{1, 2, 3}, seqs)
	b.Use(nil)()
}
