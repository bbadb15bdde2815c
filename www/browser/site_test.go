package browser_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
	"github.com/trolleybus/trolleybus/www/serve/site"
)

// serveSite serves what `make demo` does, and returns its URL with a slash at the end.
func serveSite(t *testing.T) string {
	t.Helper()
	built := filepath.Join(browser.Root(t), "build", "site")
	_, err := os.Stat(filepath.Join(built, "index.html"))
	require.NoError(t, err, "make site builds it")
	handler, err := site.WithHeaders(os.DirFS(built), browser.Files(built))
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle("/", handler)
	// Browsers ask for it by themselves, and log that it is missing.
	mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return browser.Serve(t, mux) + "/"
}

func TestSiteHasNoDeadLinks(t *testing.T) {
	url := serveSite(t)
	p := browser.Open(t, url)
	type link struct{ From, Text, To, Anchor string }
	seen := map[string]bool{}
	// The documents, and what they link; the demo and the examples have tests of their own.
	pages := []string{url}
	for len(pages) > 0 {
		page := pages[0]
		pages = pages[1:]
		p.Do(t, chromedp.Navigate(page))
		for _, l := range browser.Eval[[]link](t, p, `[...document.querySelectorAll('a[href]')].filter((a) => a.host === location.host)
			.map((a) => ({ From: location.pathname, Text: a.textContent, To: a.href.split('#')[0], Anchor: decodeURIComponent(a.hash.slice(1)) }))`) {
			response, err := http.Get(l.To)
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			if !assert.Equal(t, http.StatusOK, response.StatusCode, "%+v", l) {
				continue
			}
			if l.Anchor != "" {
				assert.True(t, browser.Script[bool](t, p, fmt.Sprintf(`
					const text = await (await fetch(%q)).text();
					return text.includes(' id="' + %q + '"')`, l.To, l.Anchor)), "%+v", l)
			}
			if document := browser.Eval[bool](t, p, fmt.Sprintf(`/^\/(guide|contract|benchmarks|rationale|compatibility|html)\/$/.test(new URL(%q).pathname)`, l.To)); document && !seen[l.To] {
				pages = append(pages, l.To)
			}
			seen[l.To] = true
		}
	}
	for _, path := range []string{"demo/", "guide/", "contract/", "benchmarks/", "rationale/", "html/", "examples/html/"} {
		assert.True(t, seen[url+path], path)
	}
	// Each example that was built is linked.
	built, err := filepath.Glob(filepath.Join(browser.Root(t), "build", "site", "examples", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, built)
	for _, directory := range built {
		assert.True(t, seen[url+"examples/"+filepath.Base(directory)+"/"], directory)
	}
}

// Each app runs below a path, under the policy that the site sends for it.
func TestSiteServesTheExamples(t *testing.T) {
	url := serveSite(t)
	built, err := filepath.Glob(filepath.Join(browser.Root(t), "build", "site", "examples", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, built)
	// In a page some of them, others in each run, and all with SOAK=1 (make soak): package apps opens each elsewhere.
	first := rand.IntN(3)
	for i, directory := range built {
		if os.Getenv("SOAK") == "" && i%3 != first {
			continue
		}
		name := filepath.Base(directory)
		t.Run(name, func(t *testing.T) {
			p := browser.Open(t, url+"examples/"+name+"/")
			browser.WaitFor(t, p, `document.querySelectorAll('[data-testid=product]').length === 6`)
			browser.Exec(t, p, `document.querySelector('[data-testid=add]').click()`)
			browser.WaitFor(t, p, `document.querySelector('[data-testid=count]').textContent === '1'`)
		})
	}
}

func TestSiteServesTheDemo(t *testing.T) {
	p := browser.Open(t, serveSite(t)+"demo/")
	browser.WaitFor(t, p, `document.querySelector('[data-testid=go-state]').dataset.state === 'up'`)
	browser.WaitFor(t, p, `document.querySelectorAll('[data-testid=log-row]').length > 5`)
}

func TestLandingPageShowsItsOwnSignWithoutAScript(t *testing.T) {
	p := browser.Open(t, serveSite(t))
	sign := `document.querySelector('.sign span')`
	assert.Equal(t, "Town Hall", browser.Eval[string](t, p, sign+`.textContent`))
	browser.Exec(t, p, `const input = document.querySelector('[name=destination]'); input.value = '<b>Depot'; input.dispatchEvent(new InputEvent('input', { bubbles: true }))`)
	assert.Equal(t, "<b>Depot", browser.Eval[string](t, p, sign+`.textContent`))
	browser.Exec(t, p, `const input = document.querySelector('[name=destination]'); input.value = ''; input.dispatchEvent(new InputEvent('input', { bubbles: true }))`)
	assert.True(t, browser.Eval[bool](t, p, sign+`.classList.contains('empty')`))
}

func TestSiteFitsPhoneAndWideScreenInLightAndDark(t *testing.T) {
	url := serveSite(t)
	for name, path := range map[string]string{"landing": "", "guide": "guide/", "benchmarks": "benchmarks/"} {
		p := browser.Open(t, url+path)
		for _, width := range []int64{360, 768, 1600} {
			for _, scheme := range []string{"light", "dark"} {
				t.Run(fmt.Sprintf("%s %d %s", name, width, scheme), func(t *testing.T) {
					p.Emulate(t, width, 900, map[string]string{"prefers-color-scheme": scheme})
					assert.LessOrEqual(t, browser.Eval[int64](t, p, `document.documentElement.scrollWidth`), width, "nothing is wider than the page")
					if name == "landing" && width != 768 { // a picture of the guide takes as long as all the rest
						p.Screenshot(t, fmt.Sprintf("site-%s-%d-%s", name, width, scheme))
					}
				})
			}
		}
	}
}
