package browser_test

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
	"github.com/trolleybus/trolleybus/www/serve/site"
)

// componentMux serves the package, and the program of browser/component as /component.wasm.
func componentMux(t *testing.T, pages map[string]string) *http.ServeMux {
	t.Helper()
	built := filepath.Join(browser.Root(t), "build", "test")
	if _, err := os.Stat(filepath.Join(built, "component.wasm")); err != nil {
		t.Fatalf("%v; make build/test/component.wasm builds it", err)
	}
	mux := browser.Mux(t, pages)
	mux.Handle("/component.wasm", site.New(os.DirFS(built)))
	mux.Handle("/validators.js", site.New(os.DirFS(built)))
	return mux
}

// The suites of www/test run in Node too. Here they run in Chromium, under the strict policy.
func TestSuites(t *testing.T) {
	www := filepath.Join(browser.Root(t), "www")
	mux := componentMux(t, map[string]string{"index.html": page(`<body><script type="module" src="/test/browser.mjs"></script>`)})
	mux.Handle("/test/", http.StripPrefix("/test", site.New(os.DirFS(filepath.Join(www, "test")))))
	mux.Handle("/chai/", http.StripPrefix("/chai", site.New(os.DirFS(filepath.Join(www, "node_modules", "chai")))))
	mux.Handle("/vectors/", http.StripPrefix("/vectors", site.New(os.DirFS(filepath.Join(browser.Root(t), "bus", "cloudevents", "testdata")))))
	only := os.Getenv("SUITES") // a regular expression, of the names that are wanted
	p := browser.Open(t, browser.Serve(t, mux)+"/?only="+url.QueryEscape(only))
	// What Go writes about crashes that the tests ask for.
	p.Allow(`the bytes given as wasm|exit code|goroutine |panic: |created by |crashed as asked|attribute transform: Expected|/.*\.go:\d+|^\s*$`)
	browser.WaitForWithin(t, p, "globalThis.results", 9*time.Minute)
	type result struct{ Name, Error string }
	results := browser.Eval[[]result](t, p, "results")
	if only == "" {
		require.Greater(t, len(results), 300)
	}
	for _, r := range results {
		t.Run(r.Name, func(t *testing.T) { assert.Empty(t, r.Error) })
	}
}
