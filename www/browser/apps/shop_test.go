package apps_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
	"github.com/trolleybus/trolleybus/www/serve/site"
)

// built serves the files that an example's own tool chain made, under the policy of package site.
func built(t *testing.T, name string, policy ...string) string {
	t.Helper()
	directory := filepath.Join(browser.Root(t), "www", "examples", name, "dist")
	_, err := os.Stat(filepath.Join(directory, "index.html"))
	require.NoError(t, err, "make examples builds it")
	handler := site.New(os.DirFS(directory))
	if len(policy) > 0 {
		handler = withPolicy(handler, policy[0])
	}
	return browser.Serve(t, handler) + "/"
}

// withPolicy serves under another policy, for frameworks that need one: the reason stands at the call.
func withPolicy(handler http.Handler, policy string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(policyWriter{w, policy}, r)
	})
}

type policyWriter struct {
	http.ResponseWriter
	policy string
}

func (w policyWriter) WriteHeader(status int) {
	w.Header().Set("Content-Security-Policy", w.policy)
	w.ResponseWriter.WriteHeader(status)
}

func (w policyWriter) Write(content []byte) (int, error) {
	w.Header().Set("Content-Security-Policy", w.policy)
	return w.ResponseWriter.Write(content)
}

// open loads a page whose server may have no icon.
func open(t *testing.T, url string) *browser.Page {
	t.Helper()
	p := browser.Open(t, url)
	p.Allow(`/favicon\.ico`)
	return p
}

func at(id string) string { return fmt.Sprintf(`document.querySelector('[data-testid=%s]')`, id) }

func all(id string) string { return fmt.Sprintf(`document.querySelectorAll('[data-testid=%s]')`, id) }

// subscriptions of JavaScript on the page's bus.
const subscriptions = `globalThis[Symbol.for('trolleybus/1')].bus.bus.subscriptions().filter((s) => s.name !== 'shop').length`

// testShop is what every example promises, whatever it is built with.
func testShop(t *testing.T, url string) *browser.Page {
	t.Helper()
	p := open(t, url)
	// The catalogue comes from Go, as a retained event, to a component that mounted before or after it.
	browser.WaitFor(t, p, all("product")+`.length === 6`)
	assert.Equal(t, "0", browser.Eval[string](t, p, at("count")+`.textContent`))

	// Two components that don't know each other, and Go between them.
	browser.Exec(t, p, all("add")+`[0].click()`)
	browser.WaitFor(t, p, at("count")+`.textContent === '1'`)
	browser.Exec(t, p, all("add")+`[2].click(); `+all("add")+`[0].click()`)
	browser.WaitFor(t, p, at("count")+`.textContent === '3'`)
	browser.WaitFor(t, p, all("line")+`.length === 2`)
	assert.Equal(t, "€34.70", browser.Eval[string](t, p, at("total")+`.textContent`))
	browser.Exec(t, p, all("remove")+`[1].click()`)
	browser.WaitFor(t, p, all("line")+`.length === 1`)

	// A component that mounts later begins with the last event.
	mounted := browser.Eval[int](t, p, subscriptions)
	browser.Exec(t, p, at("toggle")+`.click()`)
	browser.WaitFor(t, p, at("cart")+` === null`)
	browser.WaitFor(t, p, subscriptions+fmt.Sprintf(` < %d`, mounted))
	browser.Exec(t, p, at("toggle")+`.click()`)
	browser.WaitFor(t, p, all("line")+`.length === 1`)
	assert.Equal(t, mounted, browser.Eval[int](t, p, subscriptions))
	return p
}

// testMounts mounts and unmounts the cart a hundred times: no subscription stays behind.
func testMounts(t *testing.T, p *browser.Page) {
	t.Helper()
	before := browser.Eval[int](t, p, subscriptions)
	browser.Exec(t, p, `
		const settled = async (there) => {
			while ((`+at("cart")+` !== null) !== there) await scheduler.postTask(() => {});
		};
		for (let i = 0; i < 100; i++) {
			`+at("toggle")+`.click();
			await settled(false);
			`+at("toggle")+`.click();
			await settled(true);
		}`)
	browser.WaitFor(t, p, fmt.Sprintf(`%s === %d`, subscriptions, before))
	// And what is mounted now gets events, once each.
	count := browser.Eval[int](t, p, `Number(`+at("count")+`.textContent)`)
	browser.Exec(t, p, all("add")+`[5].click()`)
	browser.WaitFor(t, p, at("count")+fmt.Sprintf(`.textContent === '%d'`, count+1))
}
