package apps_test

import "testing"

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
