package apps_test

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
)

// What frameworks need beyond the policy of package site.
const (
	// Vue, Svelte and Lit set templates as HTML through a Trusted Types policy of their own.
	trusted = "script-src 'self' 'wasm-unsafe-eval'; require-trusted-types-for 'script'; trusted-types "
	// Solid clones templates that it sets as HTML without one.
	untrusted = "script-src 'self' 'wasm-unsafe-eval'"
)

func TestFrameworks(t *testing.T) {
	for _, test := range []struct {
		name   string
		policy []string
	}{
		{"react", nil},
		{"vue", []string{trusted + "vue"}},
		{"svelte", []string{trusted + "svelte-trusted-html"}},
		{"solid", []string{untrusted}},
		{"lit", []string{trusted + "lit-html"}},
		{"rxjs", nil},
		{"angular", nil},
		{"webpack", nil},
		{"html", nil},
		{"classic-script", nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			p := testShop(t, built(t, test.name, test.policy...))
			testMounts(t, p)
		})
	}
}

// As the guide says, an app with a program of its own can leave out that of the package.
func TestAnAliasLeavesOutTheProgramOfThePackage(t *testing.T) {
	for name, programs := range map[string]int{"react": 0, "vue": 1} {
		found, err := filepath.Glob(filepath.Join(browser.Root(t), "www", "examples", name, "dist", "assets", "*.wasm"))
		require.NoError(t, err)
		assert.Len(t, found, programs, name)
	}
}
