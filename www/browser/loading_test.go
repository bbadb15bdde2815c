package browser_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
)

// open serves everything as mux does, but lets a page have scripts in its text, frames, and programs of other origins.
func open(t *testing.T, mux *http.ServeMux) string {
	t.Helper()
	return browser.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mux.ServeHTTP(relaxed{w}, r)
	}))
}

type relaxed struct{ http.ResponseWriter }

func (w relaxed) WriteHeader(status int) {
	w.Header().Set("Content-Security-Policy", "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'")
	w.ResponseWriter.WriteHeader(status)
}

func (w relaxed) Write(b []byte) (int, error) {
	w.Header().Set("Content-Security-Policy", "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'")
	return w.ResponseWriter.Write(b)
}

// The suite of loads has what a page gives. Here it is the network, and how the page was opened.
func TestLoadsThatAPageCannotHave(t *testing.T) {
	mux := browser.Mux(t, map[string]string{"index.html": page("")})
	ended := make(chan struct{})
	mux.HandleFunc("/hangs.wasm", func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
		close(ended)
	})
	server := open(t, mux)
	elsewhere := browser.Serve(t, browser.Files(filepath.Join(browser.Root(t), "dist")))
	for _, test := range []struct{ name, options, reason, says string }{
		{"a server that does not answer", "{ wasm: '/hangs.wasm', loadTimeout: 200 }", "timeout", `hangs\.wasm has not answered`},
		{"a program of another origin, without CORS", "{ wasm: '" + elsewhere + "/trolleybus.wasm' }", "fetch", `of another origin.*Access-Control-Allow-Origin`},
		{"a server that is not there", "{ wasm: 'http://127.0.0.1:1/trolleybus.wasm' }", "fetch", `could not be fetched`},
		{"a page instead of the program", "{ wasm: '/index.html' }", "mime", `is not WebAssembly \(served as "text/html`},
	} {
		t.Run(test.name, func(t *testing.T) {
			p := browser.Open(t, server+"/")
			p.Allow("Plain topics go on working|CORS|Failed to load|ERR_")
			got := browser.Script[[]string](t, p, `
				const { createBus } = await import('/dist/trolleybus.js');
				const bus = createBus(`+test.options+`), seen = [];
				const { code, reason, message } = await bus.ready.catch((error) => error);
				bus.subscribe('a', (data) => seen.push(data));
				bus.publish('a', 'heard');
				return [code, reason, message, ...seen];`)
			require.Len(t, got, 4, got)
			assert.Equal(t, []string{"TB_UNAVAILABLE", test.reason, "heard"}, []string{got[0], got[1], got[3]}, got[2])
			assert.Regexp(t, test.says, got[2])
		})
	}
	<-ended // the request was given up
}

// Browsers pass over an integrity attribute that they do not understand.
func TestIntegrityOfTheTagThatIsNone(t *testing.T) {
	for _, integrity := range []string{"foo", "", "sha384-", "sha384-AAAA", "md5-1B2M2Y8AsgTpgAmY7PhCfg=="} {
		t.Run(integrity, func(t *testing.T) {
			p := browser.Open(t, browser.Serve(t, browser.Mux(t, map[string]string{
				"index.html": page(`<script src="/dist/trolleybus.iife.js" data-integrity="` + integrity + `"></script>`),
			}))+"/")
			got := browser.Script[[]string](t, p, `
				try {
					const bus = trolleybus.createBus();
					const error = await bus.ready.catch((error) => error);
					return [error?.code ?? 'loaded', error?.message ?? ''];
				} catch (error) {
					return [error.code, error.message];
				}`)
			assert.NotEqual(t, "loaded", got[0])
			assert.Contains(t, got[1], "integrity")
		})
	}
}

func TestAPageThatWasOpenedAsAFile(t *testing.T) {
	directory := t.TempDir()
	for _, name := range []string{"trolleybus.iife.js", "trolleybus.wasm"} {
		content, err := os.ReadFile(filepath.Join(browser.Root(t), "dist", name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(directory, name), content, 0o600))
	}
	file := filepath.Join(directory, "index.html")
	require.NoError(t, os.WriteFile(file, []byte(page(`<script src="trolleybus.iife.js"></script>`)), 0o600))
	p := browser.Open(t, (&url.URL{Scheme: "file", Path: file}).String())
	p.Allow("Plain topics go on working|CORS|Failed to load|ERR_|file:|unique")
	got := browser.Script[[]string](t, p, `
		const bus = trolleybus.createBus(), seen = [];
		const { code, reason, message } = await bus.ready.catch((error) => error);
		bus.subscribe('a', (data) => seen.push(data));
		bus.publish('a', 'heard');
		return [code, reason, message, ...seen];`)
	require.Len(t, got, 4)
	assert.Equal(t, []string{"TB_UNAVAILABLE", "fetch", "heard"}, []string{got[0], got[1], got[3]})
	assert.Contains(t, got[2], "opened as a file")
	assert.Contains(t, got[2], "trolleybus/inline")
}

// Such a frame is visible to itself, and is painted never.
func TestFramesOfAnotherOriginThatAreNotDisplayed(t *testing.T) {
	inner := open(t, browser.Mux(t, map[string]string{"frame.html": page(`<script type="module">
		import { createBus } from '/dist/trolleybus.js';
		const bus = createBus(), target = new EventTarget();
		let painted = 0;
		requestAnimationFrame(() => painted++);
		await bus.ready;
		const moved = new Promise((resolve) => bus.subscribe('moved', resolve, { frame: true }));
		const bridged = new Promise((resolve) => bus.subscribe('bridged', resolve));
		bus.bridge(target, { from: { move: { topic: 'bridged', coalesce: 'frame' } } });
		for (const detail of [1, 2, 3]) {
			bus.publish('moved', detail);
			target.dispatchEvent(new CustomEvent('move', { detail }));
		}
		const { visibilityState } = document;
		parent.postMessage([await moved, await bridged, visibilityState, painted, bus.stats().failed], '*');
	</script>`)}))
	outer := open(t, browser.Mux(t, map[string]string{"index.html": page(`<script>
		globalThis.told = new Promise((resolve) => addEventListener('message', ({ data }) => resolve(data)));
	</script><iframe src="` + strings.Replace(inner, "127.0.0.1", "localhost", 1) + `/frame.html" style="display: none"></iframe>`)}))
	p := browser.Open(t, outer+"/")
	assert.Equal(t, []any{3.0, 3.0, "visible", 0.0, 0.0}, browser.Eval[[]any](t, p, "told"))
}
