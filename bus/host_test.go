package bus_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/internal/idlehost"
)

// page is a host as the web page's is: one queue, one order of subscribers, handlers of its own.
type page struct {
	idlehost.Host
	bus         *bus.Bus
	port        *bus.Port
	seq         uint64
	queue       []*bus.Event
	running     bool
	subscribers map[uint32]func(*bus.Event) error
	changed     []string
	reported    []*bus.Failure
}

func (p *page) Publish(ctx context.Context, e *bus.Event) error {
	p.seq++
	e.Seq = p.seq
	p.queue = append(p.queue, e)
	if p.running {
		return nil
	}
	p.running = true
	defer func() { p.running = false }()
	for len(p.queue) > 0 {
		e := p.queue[0]
		p.queue = p.queue[1:]
		subs, err := p.port.Resolve(e.Topic, nil)
		if err != nil {
			return err
		}
		for _, s := range subs {
			if id, ok := p.port.HostID(s); ok {
				err = p.subscribers[id](e)
			} else {
				err = p.port.Deliver(ctx, s, e)
			}
			if err != nil {
				p.Report(&bus.Failure{Err: err, Event: e, Pattern: s.Pattern()})
			}
		}
	}
	return nil
}

func (p *page) Changed(pattern string) { p.changed = append(p.changed, pattern) }

func (p *page) Report(f *bus.Failure) { p.reported = append(p.reported, f) }

func (p *page) add(t *testing.T, id uint32, pattern string, h func(*bus.Event) error) {
	t.Helper()
	p.subscribers[id] = h
	require.NoError(t, p.port.Add(id, p.NextOrder(), pattern))
}

func hosted(t *testing.T, b *bus.Bus, base uint64) *page {
	t.Helper()
	p := &page{bus: b, subscribers: make(map[uint32]func(*bus.Event) error)}
	p.Base = base
	var err error
	p.port, err = b.Attach(p)
	require.NoError(t, err)
	return p
}

func codeOfAttach(b *bus.Bus, h bus.Host) string {
	_, err := b.Attach(h)
	return bus.Code(err)
}

func TestHostDelivers(t *testing.T) {
	b := bus.New(bus.Options{})
	var log []string
	logs := func(name string) bus.Handler {
		return func(_ context.Context, e *bus.Event) error {
			log = append(log, name+" "+e.Topic)
			return nil
		}
	}
	_, err := b.Subscribe("a", logs("early"))
	require.NoError(t, err)
	typed := bus.NewTopic[int](b, "a")
	_, err = typed.SubscribeFunc(func(int) { log = append(log, "typed a") })
	require.NoError(t, err)
	p := hosted(t, b, 50)
	p.add(t, 7, "a", func(e *bus.Event) error {
		log = append(log, "js "+e.Topic)
		return b.Publish(context.Background(), "b", nil) // the host's queue needs no context
	})
	late, err := b.Subscribe("*", logs("late"))
	require.NoError(t, err)
	require.NoError(t, typed.Publish(t.Context(), 1))
	assert.Equal(t, []string{"early a", "typed a", "js a", "late a", "late b"}, log)
	late.Unsubscribe()
	late.Unsubscribe()
	remove := b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		return next(ctx, e)
	})
	assert.True(t, p.port.Intercepted())
	remove()
	assert.False(t, p.port.Intercepted())
	assert.Equal(t, []string{"*", "*", "", ""}, p.changed)
	assert.True(t, p.port.Remove(7))
	assert.False(t, p.port.Remove(7))
	log = nil
	require.NoError(t, b.Publish(t.Context(), "a", 1))
	assert.Equal(t, []string{"early a", "typed a"}, log)
	st := b.Stats()
	assert.EqualValues(t, 3, st.Published)
	assert.EqualValues(t, 6, st.Delivered)
	require.NoError(t, b.Close())
}

func TestHostDeliver(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	p := hosted(t, b, 0)
	e := b.NewEvent(bus.EventInit{Topic: "a", Seq: 1})
	deliver := func(h bus.Handler, opts ...bus.SubscribeOption) (*bus.Subscription, error) {
		t.Helper()
		s, err := b.Subscribe("a", h, opts...)
		require.NoError(t, err)
		return s, p.port.Deliver(t.Context(), s, e)
	}
	no := errors.New("no")
	_, err := deliver(func(context.Context, *bus.Event) error { return no })
	assert.Equal(t, no, err)
	_, err = deliver(func(context.Context, *bus.Event) error { panic("boom") })
	assert.Equal(t, "TB_PANIC", bus.Code(err))
	_, err = deliver(nothing, bus.Filter(func(*bus.Event) bool { panic("filter") }))
	assert.Equal(t, "TB_PANIC", bus.Code(err))
	_, err = deliver(func(context.Context, *bus.Event) error { panic("not called") }, bus.Filter(func(*bus.Event) bool { return false }))
	assert.NoError(t, err)
	n := 0
	s, err := deliver(func(context.Context, *bus.Event) error { n++; return nil }, bus.Once())
	require.NoError(t, err)
	require.NoError(t, p.port.Deliver(t.Context(), s, e))
	assert.Equal(t, 1, n)
	assert.Empty(t, p.reported, "what Deliver returns is the host's to report")
	st := b.Stats()
	assert.EqualValues(t, 3, st.Failed)
	assert.EqualValues(t, 1, st.Delivered)

	s, err = deliver(func(context.Context, *bus.Event) error { return no }, bus.Concurrency(1))
	require.NoError(t, err)
	eventually(t, func() bool { return b.Stats().Failed == 4 }, "the worker's failure is not counted")
	s.Unsubscribe()
}

func TestHostInterface(t *testing.T) {
	b := bus.New(bus.Options{})
	assert.Equal(t, "TB_OPTION", codeOfAttach(b, nil))
	p := hosted(t, b, 0)
	assert.Equal(t, "TB_HOST", codeOfAttach(b, p))
	assert.Equal(t, "TB_TOPIC", bus.Code(p.port.Add(1, 1, "a..b")))
	require.NoError(t, p.port.Add(1, 1, "a"))
	assert.Equal(t, "TB_HOST", bus.Code(p.port.Add(1, 2, "b")))
	subs, err := p.port.Resolve("a", nil)
	require.NoError(t, err)
	require.Len(t, subs, 1)
	id, ok := p.port.HostID(subs[0])
	assert.True(t, ok)
	assert.EqualValues(t, 1, id)
	assert.Equal(t, "TB_HOST", bus.Code(p.port.Deliver(t.Context(), subs[0], b.NewEvent(bus.EventInit{Topic: "a"}))))
	_, err = p.port.Resolve("a..b", nil)
	assert.Equal(t, "TB_TOPIC", bus.Code(err))

	one, err := b.Subscribe("a", nothing)
	require.NoError(t, err)
	two, err := b.Subscribe("a", nothing)
	require.NoError(t, err)
	assert.Equal(t, []uint32{1, 2, 1}, []uint32{p.port.ID(one), p.port.ID(two), p.port.ID(one)})
	one.Unsubscribe()
	three, err := b.Subscribe("a", nothing)
	require.NoError(t, err)
	assert.EqualValues(t, 3, p.port.ID(three), "an id is not given again: a frozen route may still hold it")
	_, ok = p.port.HostID(one)
	assert.False(t, ok)

	assert.Equal(t, "TB_TOPIC", bus.Code(b.Publish(t.Context(), "$bus.x", nil)))
	assert.Equal(t, "TB_TOPIC", bus.Code(p.port.PublishReserved("a", nil)))
	assert.Equal(t, "TB_TOPIC", bus.Code(p.port.PublishReserved("$a..b", nil)))
	var got []any
	_, err = b.Subscribe("$bus.x", func(_ context.Context, e *bus.Event) error { got = append(got, e.Data); return nil })
	require.NoError(t, err)
	require.NoError(t, p.port.PublishReserved("$bus.x", 1))
	assert.Equal(t, []any{1}, got)
	require.NoError(t, b.Close())
	assert.Equal(t, "TB_CLOSED", bus.Code(p.port.PublishReserved("$bus.x", 1)))
	assert.Equal(t, "TB_CLOSED", bus.Code(p.port.Add(9, 9, "a")))
	assert.Equal(t, "TB_CLOSED", codeOfAttach(b, p))
	assert.False(t, p.port.Remove(1))
}

func TestInterceptForAHost(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	var log []string
	last := func(_ context.Context, e *bus.Event) error { log = append(log, e.Topic); return nil }
	e := b.NewEvent(bus.EventInit{Topic: "a"})
	require.NoError(t, bus.PortOf(b).Intercept(t.Context(), e, last))
	b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		log = append(log, "use")
		return next(ctx, e)
	})
	require.NoError(t, bus.PortOf(b).Intercept(t.Context(), e, last))
	assert.Equal(t, []string{"a", "use", "a"}, log)
}

func TestResolveOrder(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	p := hosted(t, b, 0)
	for i, order := range []uint64{5, 3, 9, 1, 7} {
		require.NoError(t, p.port.Add(uint32(i), order, []string{"a", "*", ">"}[i%3]))
	}
	subs, err := p.port.Resolve("a", nil)
	require.NoError(t, err)
	var ids []uint32
	for _, s := range subs {
		id, _ := p.port.HostID(s)
		ids = append(ids, id)
	}
	assert.Equal(t, []uint32{3, 1, 0, 4, 2}, ids)
}
