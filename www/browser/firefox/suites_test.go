package firefox_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
	"github.com/trolleybus/trolleybus/www/browser/engine"
	"github.com/trolleybus/trolleybus/www/browser/firefox"
)

// run opens a page in Firefox and decodes the value of the expression; a warning or an error of the page which is not
// allowed fails the test.
func run[T any](t *testing.T, url, expression, allowed string) T {
	t.Helper()
	path, err := engine.Firefox.FindOrInstall(t.Context(), os.Stderr)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Minute)
	defer cancel()
	may := regexp.MustCompile(allowed)
	value, err := firefox.Run(ctx, filepath.Join(browser.Root(t), "www", "browser", "firefox", "drive.mjs"), path, url, expression, func(m firefox.Message) {
		if m.Serious() && !may.MatchString(m.Text) {
			t.Errorf("page: unexpected %s: %s", m.Type, m.Text)
		}
	})
	require.NoError(t, err)
	var decoded T
	require.NoError(t, json.Unmarshal(value, &decoded), "%s", value)
	return decoded
}

func TestSuitesInFirefox(t *testing.T) {
	results := run[[]browser.Result](t, browser.Suites(t), "globalThis.results", browser.SuitesMayWrite)
	browser.CheckSuites(t, results)
}

func TestWorkersInFirefox(t *testing.T) {
	browser.CheckResults(t, run[[]browser.Result](t, browser.Workers(t), "globalThis.results", "^$"))
}

func TestFirefoxIsHeldToThePolicy(t *testing.T) {
	server := browser.Serve(t, browser.Mux(t, map[string]string{
		"index.html": `<!doctype html><meta charset="utf-8"><title>policy</title><script type="module" src="probe.js"></script>`,
		"probe.js":   `try { new Function('return 1')(); } catch (error) { globalThis.refused = error.name; }`,
	}))
	assert.Equal(t, "EvalError", run[string](t, server+"/", "globalThis.refused", "Content.Security.Policy: (script-src|require-trusted-types-for|The page)"))
}
