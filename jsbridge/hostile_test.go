//go:build js && wasm

package jsbridge

import (
	"context"
	"strings"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// prototypes are the members of the objects that a careless merge of data would change.
func prototypes() string {
	all := evaluate("[Object.prototype, Array.prototype, Function.prototype, Error.prototype, String.prototype]")
	text := ""
	for i := range all.Length() {
		text += script.Call("members", all.Index(i)).String() + "\n"
	}
	return text
}

func TestHostilePayloads(t *testing.T) {
	before := prototypes()
	p := newPair(t, withCodec)
	for expression, reason := range map[string]string{
		"{ get x() { throw new Error('hostile getter'); } }":                                  "hostile getter",
		"{ get x() { throw undefined; } }":                                                    "",
		"{ get x() { throw { get message() { throw 1; } }; } }":                               "",
		"{ get x() { throw Object.assign(new Error(), { message: 'm'.repeat(1e6) }); } }":     "mmm",
		"Object.defineProperty(new Error(), 'message', { get() { throw 1; } })":               "",
		"{ toJSON() { throw new Error('hostile toJSON'); } }":                                 "hostile toJSON",
		"{ toJSON() { return 10n; } }":                                                        "BigInt",
		"(() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy; })()":        "revoked",
		"(() => { const r = Proxy.revocable([], {}); r.revoke(); return { r: r.proxy }; })()": "revoked",
		"new Proxy({}, { ownKeys() { throw new Error('hostile trap'); } })":                   "hostile trap",
		"new Proxy({}, { getPrototypeOf() { throw new Error('hostile trap'); } })":            "hostile trap",
		"(() => { const o = {}; o.o = o; return o; })()":                                      "ircular",
		"(() => { const a = []; a.push([a]); return a; })()":                                  "ircular",
		"(() => { let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; return o; })()":        "",
		"10n": "BigInt", "{ a: [1, { b: 2n }] }": "$.a[1].b",
		"() => {}": "function", "{ f() {} }": "$.f", "class {}": "function", "Symbol('s')": "symbol", "{ s: Symbol.iterator }": "$.s",
		"document.body": "HTMLBodyElement", "{ node: document.body }": "$.node", "window": "", "document.createTextNode('x')": "Text",
		"new Map([[1, 2]])": "Map", "new Set()": "Set", "new WeakMap()": "WeakMap", "/x/": "RegExp", "Promise.resolve()": "Promise", "new Error('x')": "Error",
		"new Float64Array(1)": "byte arrays", "new DataView(new ArrayBuffer(1))": "byte arrays",
		"(() => { const b = new Uint8Array(8); structuredClone(b, { transfer: [b.buffer] }); return b; })()":     "detached",
		"(() => { const b = new ArrayBuffer(8); structuredClone(b, { transfer: [b] }); return b; })()":           "detached",
		"(() => { const b = new Uint8Array(8); structuredClone(b, { transfer: [b.buffer] }); return { b }; })()": "detached",
		"'\\ud800'": "lone surrogate", "'a\\udc00b'": "lone surrogate", "{ s: ['ok', '\\udc00'] }": "lone surrogate", "{ '\\ud800': 1 }": "lone surrogate",
		"{ n: NaN }": "$.n", "[Infinity]": "$[0]", "[undefined]": "$[0]", "{ d: new Date(NaN) }": "invalid Date",
		"'x'.repeat(2 ** 24 + 1)": "16777216", "{ s: 'x'.repeat(2 ** 24) }": "16777216", "new Uint8Array(2 ** 24 + 1)": "16777216",
	} {
		_, err := decoded[any](p, evaluate(expression))
		require.Error(t, err, expression)
		assert.Equal(t, "TB_PAYLOAD", bus.Code(err), expression)
		assert.ErrorContains(t, err, reason, expression)
		assert.Less(t, len(err.Error()), 20_000)
		fine, err := decoded[map[string]int](p, evaluate("{ fine: 1 }"))
		require.NoError(t, err, "after %s", expression)
		require.Equal(t, map[string]int{"fine": 1}, fine)
	}
	assert.Empty(t, p.takeFailures(), "the handlers chose to ignore what they could not decode")
	assert.Equal(t, before, prototypes())
}

func TestHostileMemberNames(t *testing.T) {
	before := prototypes()
	p := newPair(t, withCodec)
	const text = `{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":"x"}`
	got, err := decoded[any](p, js.Global().Get("JSON").Call("parse", text))
	require.NoError(t, err)
	back, err := encoded(p, got)
	require.NoError(t, err)
	assert.JSONEq(t, text, js.Global().Get("JSON").Call("stringify", back).String())
	for _, name := range []string{"__proto__", "constructor", "toString", "a.__proto__.b"} {
		require.NoError(t, p.inGo.Publish(context.Background(), name, name, bus.WithKey("__proto__"), bus.WithID("constructor")))
		require.NoError(t, p.fromPage(name, name, map[string]any{"subject": "__proto__"}))
	}
	assert.True(t, evaluate("({}).polluted").IsUndefined())
	assert.Equal(t, before, prototypes())
}

func TestHostileGettersThatUseTheBus(t *testing.T) {
	// A getter runs in the middle of Go's call; what it does with the bus must not disturb that.
	m := newMixed(t)
	var off func()
	m.onGo("a", func(_ context.Context, e *bus.Event) error {
		v, err := bus.As[map[string]string](e)
		m.log = append(m.log, "a "+v["x"]+" "+v["y"])
		return err
	})
	off = m.goLogs("removed", "a").Unsubscribe
	m.goLogs("go", "b")
	m.pageLogs("page", "b")
	data := evaluate(`(bus, remove) => ({
		get x() {
			bus.publish('b', 'some longer data than what is decoded here'.repeat(100));
			const off = bus.subscribe('a.>', () => {});
			bus.topics();
			bus.stats();
			try { bus.publish('not a topic'); } catch {}
			off();
			remove();
			return 'x'.repeat(5000);
		},
		y: 'y',
	})`).Invoke(m.inPage, m.function(func([]js.Value) any { off(); return nil }))
	require.NoError(t, m.fromPage("a", data))
	m.logged("a "+strings.Repeat("x", 5000)+" y", "go b", "page b")
	assert.Empty(t, m.takeFailures())
}

func TestHostileThrownValues(t *testing.T) {
	p := newPair(t, bus.Options{})
	var told []*bus.Failure
	p.onGo(bus.ErrorTopic, func(_ context.Context, e *bus.Event) error {
		f, err := bus.As[*bus.Failure](e)
		told = append(told, f)
		return err
	})
	reached := 0
	for _, thrown := range hostileValues {
		off := evaluate("bus => bus.subscribe('a', () => { throw (" + thrown + "); })").Invoke(p.inPage)
		sub := p.onGo("a", func(context.Context, *bus.Event) error {
			reached++
			return nil
		})
		require.NoError(t, p.fromPage("a"), thrown)
		off.Invoke()
		sub.Unsubscribe()
		require.Len(t, told, reached, thrown)
		require.NotNil(t, told[reached-1], thrown)
		assert.Equal(t, "TB_SCRIPT", bus.Code(told[reached-1].Err), thrown)
		assert.Less(t, len(told[reached-1].Err.Error()), 20_000)
	}
	assert.Equal(t, len(hostileValues), reached)
	assert.Equal(t, len(hostileValues), p.failures.Length())
}

// What an interceptor of the page throws at a publish of Go's is that publish's error.
func TestHostileValuesThrownAtGo(t *testing.T) {
	p := newPair(t, bus.Options{})
	for _, thrown := range hostileValues {
		off := evaluate("bus => bus.use(() => { throw (" + thrown + "); })").Invoke(p.inPage)
		err := p.inGo.Publish(context.Background(), "a", nil)
		off.Invoke()
		assert.Equal(t, "TB_SCRIPT", bus.Code(err), thrown)
		require.NoError(t, p.inGo.Publish(context.Background(), "a", nil), thrown)
	}
}

// An error whose own methods panic is a failure like others, and ends no instance.
type hostileError struct{ method string }

func (e *hostileError) panics(method string) {
	if e.method == method {
		panic("hostile " + method)
	}
}
func (e *hostileError) Error() string { e.panics("Error"); return "text" }
func (e *hostileError) Code() string  { e.panics("Code"); return "" }
func (e *hostileError) Unwrap() error { e.panics("Unwrap"); return nil }
func (e *hostileError) Is(error) bool { e.panics("Is"); return false }
func (e *hostileError) As(any) bool   { e.panics("As"); return false }

func TestHostileErrorsOfGo(t *testing.T) {
	p := newPair(t, bus.Options{})
	told := make(chan string, 10)
	p.onGo("$bus.>", func(_ context.Context, e *bus.Event) error {
		if e.Topic != bus.LettersTopic {
			told <- e.Topic
		}
		return nil
	})
	for _, method := range []string{"Error", "Code", "Unwrap", "Is", "As"} {
		err := &hostileError{method}
		for what, subscribe := range map[string]func() *bus.Subscription{
			"an error": func() *bus.Subscription { return p.onGo("a", func(context.Context, *bus.Event) error { return err }) },
			"a panic":  func() *bus.Subscription { return p.onGo("a", func(context.Context, *bus.Event) error { panic(err) }) },
			"in a queue": func() *bus.Subscription {
				return p.onGo("a", func(context.Context, *bus.Event) error { return err }, bus.Concurrency(1))
			},
			"for good": func() *bus.Subscription {
				return p.onGo("a", func(context.Context, *bus.Event) error { return err }, bus.Retry(bus.Backoff{Attempts: 1}))
			},
		} {
			sub := subscribe()
			require.NoError(t, p.fromPage("a"))
			want := bus.ErrorTopic
			if what == "for good" {
				want = bus.DeadTopic + "a"
			}
			assert.Equal(t, want, <-told, "%s, %s", method, what)
			sub.Unsubscribe()
		}
		sub, e := p.inGo.Respond("ask", func(context.Context, *bus.Event) (any, error) { return nil, err })
		require.NoError(t, e)
		_, e = attempt(func() js.Value { return p.inPage.Call("request", "ask") })
		assert.NoError(t, e)
		sub.Unsubscribe()
	}
}

type codedError struct{ code string }

func (codedError) Error() string  { return "no" }
func (e codedError) Code() string { return e.code }

// Two codes that differ are not one in the page: what it cannot have is no code.
func TestHostileCodesOfGo(t *testing.T) {
	p := newPair(t, bus.Options{})
	code := ""
	sub, err := p.inGo.Respond("ask", func(context.Context, *bus.Event) (any, error) { return nil, codedError{code} })
	require.NoError(t, err)
	defer sub.Unsubscribe()
	for _, row := range []struct{ code, want string }{
		{"E_STOCK", "E_STOCK"}, {"E_\u00e9", "E_\u00e9"}, {"E_\xff", "TB_REMOTE"}, {"E_\xfe", "TB_REMOTE"}, {"E_\xed\xa0\x80", "TB_REMOTE"}, {strings.Repeat("x", 255), strings.Repeat("x", 255)}, {strings.Repeat("x", 256), "TB_REMOTE"}, {"", "TB_REMOTE"},
	} {
		code = row.code
		got := make(chan string, 1)
		settle := p.function(func(args []js.Value) any { got <- args[0].Get("code").String(); return nil })
		p.inPage.Call("request", "ask").Call("catch", settle)
		assert.Equal(t, row.want, <-got, "%.20q", row.code)
	}
}

var hostileValues = []string{
	"undefined", "null", "1n", "Symbol('s')", "'text'", "{}", "() => {}", "new Proxy({}, { get() { throw 1; }, getPrototypeOf() { throw 2; } })",
	"(() => { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy; })()",
	"Object.defineProperty(new Error(), 'message', { get() { throw 1; } })", "Object.assign(new Error(), { message: { toString() { throw 1; } } })",
	"Object.assign(new Error(), { message: '\\ud800' })", "Object.assign(new Error('x'), { code: { toString() { throw 1; } } })", "new Error('m'.repeat(17e6))",
}

func TestHostileTopics(t *testing.T) {
	p := newPair(t, bus.Options{})
	for _, topic := range []string{"undefined", "null", "1", "Symbol('s')", "{}", "{ toString() { throw 1; } }", "['a']", "'\\ud800'", "'a..b'", "''", "'*'", "'$bus.error'", "'x'.repeat(1e6)"} {
		for _, method := range []string{"publish", "subscribe"} {
			if method == "subscribe" && (topic == "'*'" || topic == "'$bus.error'") {
				continue
			}
			_, err := attempt(func() js.Value { return p.inPage.Call(method, evaluate(topic), evaluate("() => {}")) })
			require.Error(t, err, topic)
			assert.Equal(t, "TB_TOPIC", bus.Code(err), "%s %s", method, topic)
		}
	}
	for _, topic := range []string{"", "a..b", "a\xff", "*", "$bus.error", strings.Repeat("x", 1e6)} {
		err := p.inGo.Publish(context.Background(), topic, nil)
		require.ErrorIs(t, err, bus.ErrTopic, topic)
	}
	assert.Zero(t, p.inGo.Stats().Subscriptions)
}
