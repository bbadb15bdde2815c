package apps_test

import (
	"io"
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
)

// The server renders the shop as it is without events, and the page takes it over.
func TestNext(t *testing.T) {
	t.Parallel()
	url := run(t, filepath.Join(browser.Root(t), "www", "examples", "next"), bin(t, "next"), "start", "--hostname", "127.0.0.1", "--port")
	response, err := http.Get(url)
	require.NoError(t, err)
	html, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Contains(t, string(html), `data-testid="count">0<`)
	assert.NotContains(t, string(html), `data-testid="product"`)

	testMounts(t, testShop(t, url))
}

// The dev server finds the program of the package too.
func TestNextDevServer(t *testing.T) {
	t.Parallel()
	directory := workingCopy(t, "next")
	replaceIn(t, filepath.Join(directory, "app", "bus.ts"), `{ wasm: '/component.wasm' }`, "")
	p := open(t, run(t, directory, bin(t, "next"), "dev", "--hostname", "127.0.0.1", "--port"))
	bus := `globalThis[Symbol.for('trolleybus/1')]?.bus?.bus`
	browser.WaitFor(t, p, bus)
	browser.Exec(t, p, "await "+bus+".ready")
	assert.Positive(t, browser.Eval[int](t, p, bus+".stats().memory"))
}
