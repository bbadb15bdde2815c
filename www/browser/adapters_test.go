package browser_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
	"github.com/trolleybus/trolleybus/www/serve/site"
)

// The adapters with their frameworks, in the development builds of these, which check more.
func TestAdapters(t *testing.T) {
	built := filepath.Join(browser.Root(t), "build", "test")
	_, err := os.Stat(filepath.Join(built, "adapters.js"))
	require.NoError(t, err, "make build/test/adapters.js builds it")
	mux := browser.Mux(t, map[string]string{"index.html": page(`<body><script type="module" src="/test/adapters.js"></script>`)})
	mux.Handle("/test/", http.StripPrefix("/test", site.New(os.DirFS(built))))
	p := browser.Open(t, browser.Serve(t, mux)+"/")
	// Vue would make one for templates that are text; there are none here.
	p.Allow(`TrustedTypePolicy named 'vue'|Error creating trusted types policy`)
	browser.WaitForWithin(t, p, "globalThis.results", time.Minute)
	type result struct{ Name, Error string }
	results := browser.Eval[[]result](t, p, "results")
	require.Greater(t, len(results), 40)
	for _, r := range results {
		t.Run(r.Name, func(t *testing.T) { assert.Empty(t, r.Error) })
	}
}
