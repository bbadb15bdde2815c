package browser

import (
	"context"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Page is a tab. It belongs to the test that opened it and closes with it.
type Page struct {
	ctx     context.Context
	console *console
}

// Open loads a URL into a fresh tab with a profile of its own (no storage, cache or service worker of other tests) and
// returns once the load event has fired.
func Open(t testing.TB, url string) *Page {
	t.Helper()
	browser, err := start()
	if err != nil {
		t.Fatalf("browser: %v", err)
	}
	return open(t, browser, url, chromedp.WithNewBrowserContext())
}

// OpenBeside loads a URL into another tab of the page's profile: the two share storage and channels.
func (p *Page) OpenBeside(t testing.TB, url string) *Page {
	t.Helper()
	return open(t, p.ctx, url)
}

func open(t testing.TB, parent context.Context, url string, options ...chromedp.ContextOption) *Page {
	t.Helper()
	ctx, cancel := chromedp.NewContext(parent, options...)
	p := &Page{ctx: ctx, console: listen(ctx)}
	t.Cleanup(func() {
		p.check(t)
		cancel()
	})
	// A tab in the background would be given no frames and few timers.
	focus := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	})
	p.Do(t, focus, chromedp.Navigate(url))
	return p
}

// Do runs actions of chromedp on the page: clicks, keys, navigation. The test ends if one fails.
func (p *Page) Do(t testing.TB, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, stepTimeout)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatalf("page: %v%s", err, p.console.since())
	}
}

// get is Do for an action with a result.
func get[T any](t testing.TB, p *Page, what string, limit time.Duration, action chromedp.Action[T]) T {
	t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, limit)
	defer cancel()
	value, err := chromedp.Run(ctx, action)
	if err != nil {
		t.Fatalf("page: %v\nin %s%s", err, what, p.console.since())
	}
	return value
}
