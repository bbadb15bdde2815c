package browser_test

import (
	"bytes"
	"crypto/sha512"
	"encoding/base64"
	"io/fs"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
)

const moduleApp = `import * as trolleybus from '/dist/trolleybus.js'; globalThis.trolleybus = trolleybus;`

func program(t *testing.T) []byte {
	t.Helper()
	wasm, err := fs.ReadFile(browser.Dist(t), "trolleybus.wasm")
	require.NoError(t, err)
	return wasm
}

func serveWasm(contentType string, body []byte) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.Header().Set("Cache-Control", "no-store")
		_, _ = w.Write(body)
	}
}

// openWith opens a page that has the package, whose wasm file is served by wasm.
func openWith(t *testing.T, wasm http.Handler) *browser.Page {
	t.Helper()
	mux := browser.Mux(t, map[string]string{
		"index.html": page(`<script type="module" src="app.js"></script>`),
		"app.js":     moduleApp,
	})
	mux.Handle("/dist/trolleybus.wasm", wasm)
	p := browser.Open(t, browser.Serve(t, mux)+"/")
	browser.WaitFor(t, p, "globalThis.trolleybus")
	return p
}

type attempt struct {
	Code, Reason, Message string
	Got                   []int
}

const tryReady = `
	const bus = globalThis.bus ??= trolleybus.createBus({ start: 'demand', ...OPTIONS });
	const got = [];
	bus.subscribe('a.*', (data) => got.push(data));
	bus.publish('a.b', 1);
	const { code = '', reason = '', message = '' } = await bus.ready.then(() => ({}), (error) => error);
	bus.publish('a.b', 2);
	return { code, reason, message, got };`

func TestReadyRejectsAFaultyWasmFileAndALaterAttemptSucceeds(t *testing.T) {
	good := program(t)
	older := bytes.ReplaceAll(bytes.Clone(good[bytes.LastIndex(good, []byte("producers")):]), []byte("go1."), []byte("go9."))
	for _, test := range []struct {
		name, reason, says string
		fault              http.Handler
	}{
		{"missing", "fetch", "404", http.NotFoundHandler()},
		{"truncated", "compile", "truncated", serveWasm("application/wasm", good[:len(good)/2])},
		{"cut off by the network", "compile", "", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/wasm")
			w.Header().Set("Content-Length", "2000000")
			_, _ = w.Write(good[:1000])
			w.(http.Flusher).Flush()
			panic(http.ErrAbortHandler)
		})},
		{"of another Go version", "version", "go9.", serveWasm("application/wasm", append(bytes.Clone(good[:len(good)-len(older)]), older...))},
		{"a page under the type of a page", "mime", "text/html", serveWasm("text/html", []byte("<!doctype html>"))},
		{"a page under the type of wasm", "compile", "", serveWasm("application/wasm", []byte("<!doctype html>"))},
	} {
		t.Run(test.name, func(t *testing.T) {
			var mended atomic.Bool
			p := openWith(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if mended.Load() {
					serveWasm("application/wasm", good)(w, r)
				} else {
					test.fault.ServeHTTP(w, r)
				}
			}))
			p.Allow(`Plain topics go on working|Failed to load resource|net::`)
			failed := browser.Script[attempt](t, p, options(tryReady, "{}"))
			assert.Equal(t, "TB_UNAVAILABLE", failed.Code)
			assert.Equal(t, test.reason, failed.Reason, failed.Message)
			assert.Contains(t, failed.Message, test.says)
			assert.Equal(t, []int{1, 2}, failed.Got, "plain topics")
			mended.Store(true)
			assert.Equal(t, attempt{Got: []int{1, 2}}, browser.Script[attempt](t, p, options(tryReady, "{}")))
			assert.Positive(t, browser.Eval[int](t, p, "bus.stats().memory"), "Go is up")
		})
	}
}

func TestWasmUnderAnotherTypeIsCompiledFromItsBytes(t *testing.T) {
	for _, contentType := range []string{"application/octet-stream", "text/plain; charset=utf-8", "application/wasm; charset=utf-8"} {
		p := openWith(t, serveWasm(contentType, program(t)))
		assert.Equal(t, attempt{Got: []int{1, 2}}, browser.Script[attempt](t, p, options(tryReady, "{}")), contentType)
	}
}

func TestIntegrityOfTheWasmFile(t *testing.T) {
	sum := sha512.Sum384(program(t))
	right := "sha384-" + base64.StdEncoding.EncodeToString(sum[:])
	p := openWith(t, serveWasm("application/wasm", program(t)))
	assert.Equal(t, attempt{Got: []int{1, 2}}, browser.Script[attempt](t, p, options(tryReady, "{ integrity: '"+right+"' }")))

	p = openWith(t, serveWasm("application/wasm", append(program(t), 0, 2, 1, 'x')))
	p.Allow(`integrity|Plain topics go on working`)
	failed := browser.Script[attempt](t, p, options(tryReady, "{ integrity: '"+right+"' }"))
	assert.Equal(t, []string{"TB_UNAVAILABLE", "integrity"}, []string{failed.Code, failed.Reason}, failed.Message)
}

func TestAPolicyThatForbidsWebAssemblyLeavesPlainTopics(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/", browser.Mux(t, map[string]string{"app.js": moduleApp}))
	mux.HandleFunc("/strict.html", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Security-Policy", "script-src 'self'")
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(page(`<script type="module" src="app.js"></script>`)))
	})
	p := browser.Open(t, browser.Serve(t, mux)+"/strict.html")
	p.Allow(`wasm-unsafe-eval|WebAssembly|Content Security Policy`)
	browser.WaitFor(t, p, "globalThis.trolleybus")
	failed := browser.Script[attempt](t, p, options(tryReady, "{}"))
	assert.Equal(t, []string{"TB_UNAVAILABLE", "compile"}, []string{failed.Code, failed.Reason}, failed.Message)
	assert.Contains(t, failed.Message, "'wasm-unsafe-eval'")
	assert.Equal(t, []int{1, 2}, failed.Got)
}

// The bounds are the promise: 4 MiB of WebAssembly memory, 5 percent of the JavaScript heap, after warm-up.
func TestMemoryStaysFlat(t *testing.T) {
	p := openWith(t, serveWasm("application/wasm", program(t)))
	browser.Exec(t, p, `
		const bus = globalThis.bus = trolleybus.createBus();
		await bus.ready;
		let heard = 0;
		bus.subscribe('flat.*', () => heard++);
		globalThis.work = (pairs, events) => {
			for (let i = 0; i < pairs; i++) {
				const off = bus.subscribe(i % 3 ? 'pair.' + i % 500 : 'pair.*', () => {});
				if (i % 20 === 0) bus.publish('pair.' + i % 500, i);
				off();
			}
			for (let i = 0; i < events; i++) bus.publish('flat.' + i % 5000, { i });
			return bus.stats();
		};
		work(100_000, 1_000_000);`)
	before := browser.MeasureHeap(t, p)
	memory := browser.Eval[int64](t, p, "bus.stats().memory")
	stats := browser.Eval[struct{ Subscriptions, Memory int64 }](t, p, "work(100_000, 1_000_000)")
	after := browser.MeasureHeap(t, p)
	assert.EqualValues(t, 1, stats.Subscriptions)
	assert.LessOrEqual(t, stats.Memory-memory, int64(4<<20))
	assert.LessOrEqual(t, after.JavaScript, before.JavaScript*1.05)
}
