package browser_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
	"github.com/trolleybus/trolleybus/www/serve/site"
)

// Vue, Svelte and Lit set templates as HTML through Trusted Types policies of their own.
var frameworks = strings.Replace(site.Policy, "trusted-types 'none'", "trusted-types vue svelte-trusted-html lit-html", 1)

// The adapters with their frameworks, in the development builds of these, which check more.
func TestAdapters(t *testing.T) {
	built := filepath.Join(browser.Root(t), "build", "test")
	_, err := os.Stat(filepath.Join(built, "adapters.js"))
	require.NoError(t, err, "make build/test/adapters.js builds it")
	mux := browser.Mux(t, map[string]string{"index.html": page(`<body><script type="module" src="/test/adapters.js"></script>`)})
	mux.Handle("/test/", http.StripPrefix("/test", site.New(os.DirFS(built))))
	handler, err := site.WithHeaders(fstest.MapFS{"_headers": {Data: []byte("/*\n  Content-Security-Policy: " + frameworks + "\n")}}, mux)
	require.NoError(t, err)
	p := browser.Open(t, browser.Serve(t, handler)+"/")
	p.Allow(`Lit is in dev mode`)
	browser.WaitForWithin(t, p, "globalThis.results", 4*time.Minute)
	type result struct{ Name, Error string }
	results := browser.Eval[[]result](t, p, "results")
	require.Greater(t, len(results), 40)
	for _, r := range results {
		t.Run(r.Name, func(t *testing.T) { assert.Empty(t, r.Error) })
	}
}
