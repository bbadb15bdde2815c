package bus_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

func TestEventAttributes(t *testing.T) {
	clock := &bustest.Clock{}
	b := bus.New(bus.Options{Name: "shop", Clock: clock})
	defer b.Close()
	var e, child *bus.Event
	_, err := b.Subscribe("a", func(ctx context.Context, x *bus.Event) error {
		e = x
		return b.Publish(ctx, "b", nil)
	})
	require.NoError(t, err)
	_, err = b.Subscribe("b", func(_ context.Context, x *bus.Event) error { child = x; return nil })
	require.NoError(t, err)
	require.NoError(t, b.Publish(t.Context(), "a", 1, bus.WithID("id"), bus.WithSubject("s"), bus.WithKey("k"),
		bus.WithVersion("2"), bus.WithTraceParent("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")))
	assert.Equal(t, []string{"id", "s", "k", "2", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "shop", "id", ""},
		[]string{e.ID(), e.Subject(), e.Key(), e.Version(), e.TraceParent(), e.Source(), e.CorrelationID(), e.CausationID()})
	first := e.Time()
	assert.True(t, clock.Now().Equal(first))
	clock.Advance(time.Second)
	assert.Equal(t, first, e.Time(), "as when it was first asked for")
	assert.Equal(t, "id", child.CausationID())
	assert.Equal(t, "id", child.CorrelationID())
	assert.Equal(t, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", child.TraceParent(), "passed on along the chain")
	assert.Empty(t, child.Subject())

	copied := b.NewEvent(child.Init())
	assert.Equal(t, child.ID(), copied.ID())
	assert.Equal(t, "id", copied.CausationID())
	assert.Equal(t, "id", copied.CorrelationID())
	in := bus.EventInit{Topic: "t", Data: 1, Seq: 7, ID: "i", Time: time.Unix(5, 6), Source: "so", Subject: "su", Key: "k",
		Version: "v", TraceParent: "tp", CorrelationID: "co", CausationID: "ca", DataSchema: "ds"}
	assert.Equal(t, in, b.NewEvent(in).Init())
	assert.Equal(t, "ds", b.NewEvent(in).DataSchema())
	assert.Empty(t, (&bus.Event{Topic: "t"}).ID(), "an event of no bus")
}

func TestEventIsSafeForConcurrentReaders(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	_, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error {
		ids := make([]string, 8)
		times := make([]time.Time, 8)
		var wg sync.WaitGroup
		for i := range ids {
			wg.Go(func() { ids[i], times[i] = e.ID()+e.CorrelationID()+e.CausationID(), e.Time() })
		}
		wg.Wait()
		for i := range ids {
			assert.Equal(t, ids[0], ids[i])
			assert.Equal(t, times[0], times[i])
		}
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, b.Publish(t.Context(), "a", nil))
}

type slot struct{ text string }

func (s slot) Decode(dst any) error {
	switch p := dst.(type) {
	case *string:
		*p = s.text
		return nil
	case *any:
		*p = s.text
		return nil
	}
	return errors.New("slot holds text")
}

func TestPayload(t *testing.T) {
	v, err := bus.As[string](&bus.Event{Topic: "a", Data: "x"})
	assert.Equal(t, "x", v)
	require.NoError(t, err)
	_, err = bus.As[int](&bus.Event{Topic: "a", Data: "x"})
	assert.ErrorContains(t, err, "string, not int")
	assert.Equal(t, "TB_PAYLOAD", bus.Code(err))
	_, err = bus.As[int](&bus.Event{Topic: "a"})
	assert.ErrorIs(t, err, bus.ErrPayload)
	anything, err := bus.As[any](&bus.Event{Topic: "a"})
	require.NoError(t, err)
	assert.Nil(t, anything)
	anything, err = bus.As[any](&bus.Event{Data: slot{"decoded"}})
	require.NoError(t, err)
	assert.Equal(t, "decoded", anything, "an any is no reason to leave a payload undecoded")
	v, err = bus.As[string](&bus.Event{Data: slot{"decoded"}})
	require.NoError(t, err)
	assert.Equal(t, "decoded", v)
	_, err = bus.As[int](&bus.Event{Data: slot{"decoded"}})
	assert.ErrorContains(t, err, "slot holds text")
	assert.Equal(t, "TB_PAYLOAD", bus.Code(err))

	var s string
	var n float64
	var a any
	var m map[string]any
	require.NoError(t, (&bus.Event{Data: slot{"d"}}).Decode(&s))
	assert.Equal(t, "d", s)
	require.NoError(t, (&bus.Event{Data: 1.5}).Decode(&n))
	assert.Equal(t, 1.5, n)
	require.NoError(t, (&bus.Event{Data: 1.5}).Decode(&a))
	assert.Equal(t, 1.5, a)
	require.NoError(t, (&bus.Event{Data: map[string]any{"k": 1}}).Decode(&m))
	assert.Equal(t, 1, m["k"])
	for _, dst := range []any{nil, s, &n, (*float64)(nil), (*any)(nil), new(chan int)} {
		assert.Equal(t, "TB_PAYLOAD", bus.Code((&bus.Event{Data: "text"}).Decode(dst)), "%T", dst)
	}
}
