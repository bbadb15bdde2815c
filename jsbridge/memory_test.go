//go:build js && wasm

package jsbridge

import (
	"context"
	"runtime"
	"strconv"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

const mostGrowth = 4 << 20

// wasmMemory is the size of Go's linear memory in bytes, which never shrinks.
func wasmMemory() int {
	return js.Global().Get("running").Get("instance").Get("exports").Get("mem").Get("buffer").Get("byteLength").Int()
}

// liveHeap is what Go holds, in bytes: it tells of a leak even where earlier tests left free memory to fill.
func liveHeap() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// grows runs the same work twice and returns by how much the second time grew the memory or what is held in it.
func grows(work func()) int {
	work()
	heap, memory := liveHeap(), wasmMemory()
	work()
	return max(liveHeap()-heap, wasmMemory()-memory)
}

func TestMemoryOfSubscribingAndUnsubscribing(t *testing.T) {
	p := newPair(t, bus.Options{})
	const pairs = 50_000 // on each side
	inPage := evaluate(`(bus, n) => {
		const nothing = () => {};
		for (let i = 0; i < n; i++) {
			const off = bus.subscribe(i % 2 ? 'x.' + i % 1000 : 'x.*.' + i % 1000, nothing);
			if (i % 100 === 0) bus.publish('x.1');
			off();
		}
	}`)
	growth := grows(func() {
		inPage.Invoke(p.inPage, pairs)
		for i := range pairs {
			pattern := "y." + strconv.Itoa(i%1000)
			if i%2 == 0 {
				pattern += ".*"
			}
			sub, err := p.inGo.Subscribe(pattern, nothing)
			if err != nil {
				t.Fatal(err)
			}
			if i%100 == 0 {
				if err := p.inGo.Publish(context.Background(), "y.1", nil); err != nil {
					t.Fatal(err)
				}
			}
			sub.Unsubscribe()
		}
	})
	assert.LessOrEqual(t, growth, mostGrowth)
	assert.Zero(t, p.inGo.Stats().Subscriptions)
	assert.Zero(t, p.inPage.Call("stats").Get("subscriptions").Int())
}

// A million events take every way over the border.
func TestMemoryOfAMillionEvents(t *testing.T) {
	p := newPair(t, withCodec)
	inGo := 0
	counts := func(pattern string, wants func(e *bus.Event) (bool, error)) {
		p.onGo(pattern, func(_ context.Context, e *bus.Event) error {
			ok, err := wants(e)
			if ok {
				inGo++
			}
			return err
		})
	}
	counts("untouched.*", func(*bus.Event) (bool, error) { return true, nil })
	counts("text", func(e *bus.Event) (bool, error) {
		v, err := bus.As[string](e)
		return v == "some text", err
	})
	counts("object", func(e *bus.Event) (bool, error) {
		v, err := bus.As[measure](e)
		return v.Name == "m", err
	})
	counts("retained", func(e *bus.Event) (bool, error) {
		e.Data.(bus.Retainer).Retain()
		e.Data.(bus.Retainer).Release()
		return true, nil
	})
	p.onGo("there", func(ctx context.Context, e *bus.Event) error { return p.inGo.Publish(ctx, "back.same", e.Data) })
	p.onGo("there", func(ctx context.Context, e *bus.Event) error { return p.inGo.Publish(ctx, "back.number", 1.5) })
	page := evaluate(`(bus) => {
		let got = 0;
		bus.subscribe('back.*', () => { got++; });
		bus.subscribe('from.go', (text) => { if (text === 'some text') got++; });
		const topics = Object.entries({ 'untouched.1': null, text: 'some text', object: { name: 'm', when: '2026-01-02T03:04:05Z' }, retained: {}, there: 'x' });
		return { publish(n) { for (const [topic, data] of topics) for (let i = 0; i < n; i++) bus.publish(topic, data); }, got: () => got };
	}`).Invoke(p.inPage)
	published := func() int { return p.inPage.Call("stats").Get("published").Int() }
	rounds := 0
	growth := grows(func() {
		const n = 125_000 // of eight kinds: five from the page, two that answer them, one from Go
		rounds += n
		page.Call("publish", n)
		for range n {
			if err := p.inGo.Publish(context.Background(), "from.go", "some text"); err != nil {
				t.Fatal(err)
			}
		}
		require.Equal(t, 8*rounds, published())
	})
	assert.LessOrEqual(t, growth, mostGrowth)
	assert.Equal(t, 4*rounds, inGo)
	assert.Equal(t, 3*rounds, page.Call("got").Int())
	assert.Empty(t, p.takeFailures())
	for _, e := range served.events {
		assert.Nil(t, e, "an event of Go's is still held for JavaScript")
	}
	assert.Less(t, len(served.events), 16)
}
