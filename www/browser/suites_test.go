package browser_test

import (
	"testing"
	"time"

	"github.com/trolleybus/trolleybus/www/browser"
)

// The suites of www/test run in Node too. Here they run in Chromium, and those of package firefox in Firefox.
func TestSuites(t *testing.T) {
	p := browser.Open(t, browser.Suites(t))
	p.Allow(browser.SuitesMayWrite)
	browser.WaitForWithin(t, p, "globalThis.results", 20*time.Minute)
	browser.CheckSuites(t, browser.Eval[[]browser.Result](t, p, "results"))
}
