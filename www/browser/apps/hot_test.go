package apps_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/trolleybus/trolleybus/www/browser"
)

// A component whose source changes while the page is open takes the place of the old one: the page is not loaded again,
// and no subscription stays behind.
func TestHotUpdates(t *testing.T) {
	vite := []string{"vite", "--host", "127.0.0.1", "--strictPort", "--port"}
	for _, test := range []struct {
		name, file string
		server     []string
	}{
		{"react", "CartBadge.tsx", vite},
		{"vue", "CartBadge.vue", vite},
		{"svelte", "CartBadge.svelte", vite},
		{"solid", "CartBadge.tsx", vite},
		{"angular", "cart-badge.ts", []string{"ng", "serve", "--host", "127.0.0.1", "--port"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			directory := workingCopy(t, test.name)
			p := open(t, run(t, directory, append([]string{bin(t, test.server[0])}, test.server[1:]...)...))
			browser.WaitFor(t, p, all("product")+`.length === 6`)
			browser.Exec(t, p, all("add")+`[0].click(); window.loaded = true`)
			browser.WaitFor(t, p, at("count")+`.textContent === '1'`)
			before := browser.Eval[int](t, p, subscriptions)

			replaceIn(t, filepath.Join(directory, "src", test.file), "In the cart", "Chosen")
			browser.WaitFor(t, p, `document.querySelector('header').textContent.includes('Chosen: 1')`)
			assert.True(t, browser.Eval[bool](t, p, `window.loaded`), "the page was loaded again")
			assert.Equal(t, before, browser.Eval[int](t, p, subscriptions))
			browser.Exec(t, p, all("add")+`[1].click()`)
			browser.WaitFor(t, p, at("count")+`.textContent === '2'`)
		})
	}
}
