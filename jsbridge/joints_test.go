//go:build js && wasm

package jsbridge

import (
	"context"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestWhatAJointInGoDeliversReachesThePageAsItIs(t *testing.T) {
	p := newPair(t, withCodec)
	j, err := p.inGo.Join("link")
	require.NoError(t, err)
	deliver := func(ctx context.Context, draft bus.EventInit) error {
		e, err := j.Admit(draft)
		if err != nil {
			return err
		}
		return j.Deliver(ctx, e)
	}
	intercepted := 0
	stop := p.inPage.Call("use", p.function(func([]js.Value) any { intercepted++; return nil })) // passes nothing on
	var got []js.Value
	p.onPage("far.*", func(data, e js.Value) error { got = append(got, e); return nil })
	p.onPage("near", func(js.Value, js.Value) error {
		return deliver(context.Background(), bus.EventInit{Topic: "far.2", Data: "nested", ID: "2", Source: "far"})
	})
	at := time.UnixMilli(1700000000123)
	require.NoError(t, deliver(t.Context(), bus.EventInit{Topic: "far.1", Data: map[string]any{"n": 1}, ID: "1", Source: "far", Time: at, CausationID: "0", CorrelationID: "00"}))
	require.NoError(t, p.fromPage("near"))
	assert.Equal(t, 1, intercepted, "its own")
	stop.Invoke()
	require.NoError(t, p.fromPage("near"))
	assert.Len(t, p.takeFailures(), 0)
	require.Len(t, got, 2)
	first, nested := got[0], got[1]
	for name, want := range map[string]string{"id": "1", "source": "far", "causationId": "0", "correlationId": "00"} {
		assert.Equal(t, want, first.Get(name).String(), name)
	}
	assert.Equal(t, float64(at.UnixMilli()), first.Get("time").Float())
	assert.Equal(t, 1, first.Get("data").Get("n").Int())
	assert.Equal(t, "2", nested.Get("correlationId").String())
	assert.True(t, nested.Get("causationId").IsUndefined(), "the handler that delivered it is not its cause")
}

func TestWhatASchemaOfThePageRefusesOfAJointIsAFailure(t *testing.T) {
	p := newPair(t, withCodec)
	j, err := p.inGo.Join("link")
	require.NoError(t, err)
	schema := evaluate(`(() => ({ '~standard': { version: 1, vendor: 'test', validate: (value) => value === 'bad' ? { issues: [{ message: 'is bad' }] } : { value } } }))()`)
	p.inPage.Call("topic", "a", map[string]any{"schema": schema})
	var got []string
	p.onGo("a", func(_ context.Context, e *bus.Event) error {
		got = append(got, e.ID())
		return nil
	})
	for _, data := range []string{"good", "bad"} {
		e, err := j.Admit(bus.EventInit{Topic: "a", Data: data, ID: data})
		require.NoError(t, err)
		err = j.Deliver(t.Context(), e)
		assert.Equal(t, map[string]string{"good": "", "bad": "TB_SCHEMA"}[data], bus.Code(err))
	}
	assert.Equal(t, []string{"good"}, got)
	failures := p.takeFailures()
	require.Len(t, failures, 1)
	assert.Equal(t, "TB_SCHEMA", bus.Code(failures[0].Err))
	assert.Equal(t, "a", failures[0].Topic)
	assert.Equal(t, "link", failures[0].Subscription)
}

func TestThePagesObserversAreToldOfTheJoint(t *testing.T) {
	p := newPair(t, withCodec)
	require.NoError(t, p.inGo.Declare("kept", bus.Retain()))
	j, err := p.inGo.Join("link")
	require.NoError(t, err)
	told := evaluate(`(bus) => {
		const told = [];
		bus.observe({
			accepted: (event, { via }) => told.push('accepted ' + event.topic + ' ' + via),
			dropped: (event, at, { reason }) => told.push('dropped ' + event.id + ' ' + at + ' ' + reason),
		});
		return told;
	}`).Invoke(p.inPage)
	require.NoError(t, p.fromPage("a"))
	require.NoError(t, p.inGo.Publish(t.Context(), "b", nil))
	for i, id := range []string{"new", "old"} {
		e, err := j.Admit(bus.EventInit{Topic: "kept", ID: id})
		require.NoError(t, err)
		set, err := j.SetRetained(t.Context(), e, bus.Stamp{Time: uint64(9 - i), Origin: "far"})
		require.NoError(t, err)
		assert.Equal(t, id == "new", set)
	}
	assert.Equal(t, "accepted a undefined,accepted b undefined,accepted kept link,dropped old undefined coalesced", told.Call("join").String())
}
