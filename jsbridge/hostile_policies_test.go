//go:build js && wasm

package jsbridge

import (
	"context"
	"strconv"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// Each row sets up subscribers on "x" in JavaScript that write into log, and says what is there a minute after 1
// and 2 were published, and how many failures were reported.
func TestHostilePolicies(t *testing.T) {
	for _, row := range []struct {
		name, setup, want string
		failures          int
	}{
		{"a dedupe key that throws", "on({ dedupe: { key() { throw new Error('key'); } } }); on({})", "b1 b2", 2},
		{"an order key that throws", "on({ retry: { key() { throw new Error('key'); } } }); on({})", "b1 b2", 2},
		{"a coalesce key that throws", "on({ debounce: 10, coalesce() { throw undefined; } }); on({})", "b1 b2", 2},
		{"keys of members that throw", "on({ queue: 'g', dedupe: { key() { throw null; } } }); on({ queue: 'g' })", "b1 b2", 2},
		{"filters of members that throw", "on({ queue: 'g', filter() { throw new Error('filter'); } }); on({ queue: 'g' })", "b1 b2", 2},
		{"keys that cannot be text", "on({ dedupe: { key: () => Object.create(null) } }); on({ queue: 'g', dedupe: { key: () => Object.create(null) } })", "", 4},
		{"keys that are numbers", "on({ dedupe: { key: (n) => n } }); on({ dedupe: { key: () => 10n } })", "a1 b1 a2", 0},
		{"keys that are symbols", "on({ dedupe: { key: (n) => Symbol(n) } }); on({ dedupe: { key: () => 10n } })", "b1", 2},
		{"keys with zero bytes and separators", "on({ dedupe: { key: (n) => '\\0\\x01\\x02' + n } }); on({ queue: 'g', dedupe: { key: (n) => '\\0\\x01\\x02' + n } })", "a1 b1 a2 b2", 0},
		{"keys that are no text of Unicode", "on({ dedupe: { key: (n) => '\\ud800' + n } }); on({ queue: 'g', dedupe: { key: () => '\\udfff' } }); on({})", "c1 c2", 4},
		{"keys of a megabyte", "on({ dedupe: { key: (n) => n + 'x'.repeat(1e6) } })", "a1 a2", 0},
		{"keys of two megabytes", "on({ dedupe: { key: (n) => n + 'x'.repeat(2e6) } }); on({ retry: { key: () => 'é'.repeat(1e6) } }); on({})", "c1 c2", 4},
		{"keys of once that are no text", "on({ once: true, retry: { key: (n) => n === 1 ? '\\ud800' : 'k' } })", "a2", 1},
		{"keys that are nothing", "on({ dedupe: { key: () => undefined } }); on({ dedupe: { key: () => null } })", "a1 b1 a2 b2", 0},
		{"a retryable of odd values", "on({ retry: { attempts: 2, retryable: () => 0 } }, () => { throw 1; })", "a1 a2 a1 a2", 0},
		{"a retryable that throws", "on({ retry: { attempts: 2, retryable() { throw 1; } } }, () => { throw 1; })", "a1 a2", 0},
		{"errors that cannot be shown", "on({ retry: { attempts: 2 } }, () => { throw { get message() { throw 1; }, toString() { throw 2; } }; })", "a1 a2 a1 a2", 0},
		{"a thenable that throws", "on({ retry: { attempts: 2 } }, () => ({ then() { throw new Error('then'); } }))", "a1 a2 a1 a2", 0},
		{"a then that throws when it is read", "on({ retry: { attempts: 2 } }, () => ({ get then() { throw new Error('get then'); } }))", "a1 a2 a1 a2", 0},
		{"publish inside of a key", "on({ dedupe: { key(n) { if (n < 3) bus.publish('x', n + 2); return n; } } })", "a1 a3 a2 a4", 0},
		{"publish inside of a member's key", "on({ queue: 'g', dedupe: { key(n) { if (n < 3) bus.publish('x', n + 2); return n; } } })", "a1 a3 a2 a4", 0},
		{"Go is asked inside of a key", "on({ dedupe: { key(n) { bus.stats(); bus.deadLetters(); bus.subscriptions(); bus.pressure('x'); return n; } } }); on({ queue: 'g', retry: { key(n) { bus.stats(); return n; } } })", "a1 b1 a2 b2", 0},
		{"unsubscribe inside of a key", "const off = on({ dedupe: { key(n) { off(); return n; } } }); on({})", "b1 b2", 0},
		{"unsubscribe in an attempt", "const off = on({ retry: { attempts: 5 } }, () => { off(); throw 1; }); on({})", "a1 b1 b2", 1},
		{"unsubscribe in an attempt that Go asked for", "let n = 0; const off = on({ retry: { attempts: 5 } }, () => { if (++n === 3) off(); throw 1; })", "a1 a2 a1", 0},
		{"unsubscribe and no failure", "let n = 0; const off = on({ retry: { attempts: 5 } }, () => { if (++n === 3) return off(); throw 1; })", "a1 a2 a1", 0},
		{"unsubscribe all in an attempt", "const offs = [0, 0, 0].map(() => on({ queue: 'g', retry: { attempts: 5 } }, () => { offs.forEach((off) => off()); throw 1; }))", "a1", 0},
		{"subscribe in an attempt", "let n = 0; on({ retry: { attempts: 2 } }, () => { if (n++ === 0) on({ retry: {} }); throw 1; })", "a1 a2 b2 a1 a2", 0},
		{"redrive in an attempt", "let n = 0; on({ retry: { attempts: 1 } }, () => { if (n++ < 4) { bus.redrive('x'); throw 1; } })", "a1 a2 a1 a2 a1", 0},
		{"the bus closes in an attempt", "on({ retry: { attempts: 5 } }, () => { bus.close(); throw 1; }); on({})", "a1", 1},
		{"the bus closes in an attempt that Go asked for", "let n = 0; on({ retry: { attempts: 5 } }, () => { if (++n === 3) bus.close(); throw 1; })", "a1 a2 a1", 1},
		{"the bus closes inside of a key", "on({ dedupe: { key(n) { bus.close(); return n; } } }); on({})", "", 0},
		{"the bus closes inside of a member's key", "on({ queue: 'g', dedupe: { key(n) { bus.close(); return n; } } }); on({})", "", 0},
		{"a storage that publishes", "on({ name: 'n', dedupe: { key: (n) => n, store: storage(() => log.length < 3 && bus.publish('x', 3 + log.length)) } })", "a1 a4 a5 a2", 0},
		{"a storage that asks Go", "on({ name: 'n', dedupe: { key: (n) => n, max: 1, store: storage(() => { bus.stats(); bus.redrive('x'); bus.subscriptions(); bus.deadLetters(); }) } })", "a1 a2", 0},
		{"a storage that subscribes", "let n = 0; on({ name: 'n', dedupe: { key: (n) => n, store: storage(() => n++ || on({ dedupe: {} })) } })", "b1 a1 b2 a2", 0},
		{"a storage that ends the subscription", "let off = () => {}; off = on({ name: 'n', dedupe: { key: (n) => n, store: storage(() => off()) } }); on({})", "a1 b1 b2", 0},
		{"a storage that is written to and closes the bus", "on({ name: 'n', concurrency: 1, dedupe: { key: (n) => n, store: { ...storage(), setItem() { bus.close(); } } } }); on({})", "b1 a1", 0},
		{"a storage of nonsense", "on({ name: 'n', dedupe: { key: (n) => n, store: { ...storage(), length: 3, key: (i) => [7, undefined, 'trolleybus:dedupe:n:1'][i], getItem: () => ({}) } } })", "a1 a2", 1},
		{"a storage of endless length", "on({ name: 'n', dedupe: { key: (n) => n, store: { ...storage(), length: Infinity } } })", "a1 a2", 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			p := newPolicyPair(t, bus.Options{})
			log := evaluate(`(bus) => {
				const log = [];
				let names = 'abcdefgh';
				const on = (options, handler = () => {}) => {
					const name = names[0];
					names = names.slice(1);
					if (options.retry) options.retry.backoff = { jitter: false };
					return bus.subscribe('x', (data, event) => { log.push(name + data); return handler(data, event); }, options);
				};
				const storage = (f) => ({ length: 1, key: () => f?.() && null, getItem: () => f?.() && null, setItem: () => f?.(), removeItem: () => f?.() });
				` + row.setup + `;
				return log;
			}`).Invoke(p.inPage)
			for n := 1; n <= 2; n++ {
				if err := p.fromPage("x", n); err != nil {
					require.Equal(t, "TB_CLOSED", bus.Code(err))
				}
			}
			for range 3 {
				p.Advance(time.Second)
			}
			p.Advance(time.Minute)
			assert.Equal(t, row.want, log.Call("join", " ").String())
			assert.Equal(t, row.failures, p.failures.Length(), "failures: %s", js.Global().Get("String").Invoke(p.failures.Call("map", evaluate("({ topic, error, event, pattern }) => topic + event.data + pattern + error"))).String())
			assert.True(t, isAlive(p.pair))
		})
	}
}

// isAlive reports whether Go still answers, unless the page has closed its bus.
func isAlive(p *pair) bool {
	_, err := attempt(func() js.Value { return p.inPage.Call("deadLetters") })
	return err == nil || bus.Code(err) == "TB_CLOSED"
}

func TestD12SubscriptionsWithPoliciesLeaveNothing(t *testing.T) {
	p := newPolicyPair(t, bus.Options{DeadLetters: 10})
	come := evaluate(`(bus, from, to) => {
		const policies = [
			{ retry: { attempts: 2 } }, { dedupe: {} }, { queue: 'g' }, { concurrency: 1 }, { debounce: 10 }, { throttle: 10 }, { frame: true },
			{ timeout: 10, retry: {} }, { queue: 'h', retry: { key: true }, filter: () => true }, { once: true, retry: {} },
		];
		for (let i = from; i < to; i++) {
			const off = bus.subscribe('t' + i % 100, () => { if (i % 3 === 0) throw new Error('no'); if (i % 3 === 1) return i % 10 === 7 ? new Promise(() => {}) : Promise.resolve(); }, policies[i % policies.length]);
			if (i % 2 === 0) bus.publish('t' + i % 100, i);
			if (i % 7 === 0) bus.publish('t' + i % 100, i);
			off();
		}
	}`)
	round := func(i int) {
		come.Invoke(p.inPage, i*2500, (i+1)*2500)
		for n := range 500 {
			sub := p.onGo("t"+strconv.Itoa(n%100), func(context.Context, *bus.Event) error { return errNo }, []bus.SubscribeOption{
				bus.Retry(exact), bus.Queue("g"), bus.Concurrency(1), bus.Debounce(time.Millisecond), bus.PerFrame(),
			}[n%5])
			p.publish("page", "t"+strconv.Itoa(n%100), float64(n))
			sub.Unsubscribe()
		}
		p.Advance(time.Hour)
		p.failures.Set("length", 0)
	}
	round(0)
	round(1)
	_, err := p.inGo.Discard("")
	require.NoError(t, err)
	memory := p.inPage.Call("stats").Get("memory").Int()
	kept := liveHeap()
	for i := range 8 {
		round(2 + i)
	}
	_, err = p.inGo.Discard("")
	require.NoError(t, err)
	assert.Zero(t, p.inPage.Call("stats").Get("subscriptions").Int())
	assert.Zero(t, len(served.managed), "subscribers with policies")
	assert.LessOrEqual(t, len(served.handles), 64)
	assert.Equal(t, len(served.events)-1, len(served.free), "events of Go that JavaScript holds")
	assert.Empty(t, served.waiting)
	assert.Less(t, liveHeap()-kept, 256<<10)
	assert.LessOrEqual(t, p.inPage.Call("stats").Get("memory").Int(), memory+2<<20)
}
