//go:build js && wasm

package jsbridge

import (
	"context"
	"runtime"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestServeWithoutAPage(t *testing.T) {
	b := bus.New(bus.Options{})
	require.ErrorIs(t, Serve(b), ErrNoPage)
	require.NoError(t, b.Publish(context.Background(), "a", nil), "it is a bus like any other")
	require.NoError(t, b.Close())
	assert.Nil(t, served)
}

func TestServeTwice(t *testing.T) {
	p := newPair(t, bus.Options{})
	other := bus.New(bus.Options{})
	require.ErrorIs(t, Serve(other), ErrServed)
	require.ErrorIs(t, Serve(p.inGo), ErrServed)
	require.NoError(t, other.Close())
}

func TestServeUntilThePageCloses(t *testing.T) {
	made := script.Call("create", map[string]any{"name": "a page"})
	defer func() {
		served = nil
		script.Call("restore")
	}()
	inPage := made.Get("bus")
	b := bus.New(bus.Options{})
	got := 0
	sub, err := b.Subscribe("a", func(context.Context, *bus.Event) error {
		got++
		return nil
	})
	require.NoError(t, err)
	returned := make(chan error, 1)
	go func() { returned <- Serve(b) }()
	for served == nil {
		runtime.Gosched()
	}
	_, err = await(inPage.Get("ready"))
	require.NoError(t, err)
	inPage.Call("publish", "a")
	assert.Equal(t, 1, got)
	assert.Empty(t, returned)
	inPage.Call("close")
	require.ErrorIs(t, <-returned, bus.ErrClosed)
	assert.False(t, sub.Active())
	require.ErrorIs(t, b.Publish(context.Background(), "a", nil), bus.ErrClosed)
	_, err = attempt(func() js.Value { return inPage.Call("publish", "a") })
	require.Error(t, err)
	assert.Equal(t, "TB_CLOSED", bus.Code(err))
	_, err = await(inPage.Get("ready"))
	require.Error(t, err)
	assert.Equal(t, "TB_UNAVAILABLE", bus.Code(err))
}

func TestServeAClosedBus(t *testing.T) {
	made := script.Call("create", map[string]any{})
	defer func() {
		served = nil
		made.Get("bus").Call("close")
		script.Call("restore")
	}()
	b := bus.New(bus.Options{})
	require.NoError(t, b.Close())
	require.ErrorIs(t, Serve(b), bus.ErrClosed)
}

func TestServeTellsOnErrorOfGoToo(t *testing.T) {
	var told []*bus.Failure
	p := newPair(t, bus.Options{OnError: func(f *bus.Failure) { told = append(told, f) }})
	p.onGo("a", func(context.Context, *bus.Event) error { panic("boom") }, bus.Name("go"))
	p.onPage("a", func(js.Value, js.Value) error { return &scriptError{"", "page"} })
	require.NoError(t, p.fromPage("a"))
	require.Len(t, told, 2)
	require.ErrorIs(t, told[0].Err, bus.ErrPanic)
	assert.Equal(t, "go", told[0].Subscription)
	assert.EqualError(t, told[1].Err, "page")
	assert.Len(t, p.takeFailures(), 2)
}

func TestServeHandsOverWhatThePageDidMeanwhile(t *testing.T) {
	// What was subscribed and published before Go is up reaches Go's subscribers, in order and once.
	made := script.Call("create", map[string]any{})
	inPage := made.Get("bus")
	before := evaluate(`(bus) => {
		const seen = [];
		bus.subscribe('*', (data, { topic }) => seen.push(topic + ' ' + data));
		for (const n of [1, 2, 3]) bus.publish('a', n);
		bus.publish('b', 4);
		return seen;
	}`).Invoke(inPage)
	b := bus.New(withCodec)
	var inGo []float64
	_, err := b.Subscribe(">", func(_ context.Context, e *bus.Event) error {
		v, err := bus.As[float64](e)
		inGo = append(inGo, v)
		assert.EqualValues(t, v, e.Seq)
		return err
	})
	require.NoError(t, err)
	p := &pair{t: t, inGo: b, inPage: inPage, failures: made.Get("failures")}
	t.Cleanup(p.close)
	_, err = attach(b)
	require.NoError(t, err)
	require.NoError(t, p.fromPage("a", 5))
	assert.Equal(t, []float64{1, 2, 3, 4, 5}, inGo)
	assert.Equal(t, "a 1,a 2,a 3,b 4,a 5", before.Call("join").String())
	assert.Empty(t, p.takeFailures())
}

func TestServeOfAProgramThatEndsBeforeIt(t *testing.T) {
	// wasm_exec.js calls a timer again and again until Go has answered it, which a program that has ended never does.
	made := evaluate(`(() => {
		const { warn } = console, warnings = [];
		console.warn = (text) => warnings.push(text);
		const go = { exited: false, exit() {}, _resume() {}, _scheduledTimeouts: new Map([[1, setTimeout(() => {}, 1e6)]]) };
		const bus = trolleybus.createBus({ wasm: { go, instance: { exports: { mem: new WebAssembly.Memory({ initial: 1 }), run() {}, resume() {}, getsp() {}, trolleybus_route() {}, trolleybus_buffer() {}, ['` + crossingName + `']() {} } } } });
		return { go, bus, ready: bus.ready, warnings, restore() { console.warn = warn; } };
	})()`)
	defer made.Call("restore")
	defer made.Get("bus").Call("close")
	made.Get("go").Call("exit", 3)
	_, err := await(made.Get("ready"))
	require.Error(t, err)
	assert.Equal(t, "TB_UNAVAILABLE", bus.Code(err))
	assert.ErrorContains(t, err, "exit code 3")
	assert.Zero(t, made.Get("go").Get("_scheduledTimeouts").Get("size").Int())
	_, err = await(made.Get("bus").Get("ready"))
	assert.ErrorContains(t, err, "has ended")
	require.Equal(t, 1, made.Get("warnings").Length(), "the page is told once")
	assert.Contains(t, made.Get("warnings").Index(0).String(), "Plain topics go on working")
}
