package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/trolleybus/trolleybus/www/browser/engine"
)

// stepTimeout ends what hangs; a round of all cases takes seconds.
const stepTimeout = 5 * time.Minute

type browser struct {
	ctx   context.Context
	close func()
}

func startBrowser(ctx context.Context) (*browser, error) {
	path, err := engine.Chromium.FindOrInstall(ctx, os.Stderr)
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.CombinedOutput(io.Discard))
	allocator, cancelAllocator := chromedp.NewExecAllocator(ctx, options...)
	browserCtx, cancel := chromedp.NewContext(allocator)
	b := &browser{browserCtx, func() { cancel(); cancelAllocator() }}
	if err := chromedp.Do(browserCtx); err != nil {
		b.close()
		return nil, fmt.Errorf("start %s: %w", path, err)
	}
	return b, nil
}

// page is a tab with a profile of its own.
type page struct {
	ctx   context.Context
	close func()
}

func (b *browser) open(url string) (*page, error) {
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	p := &page{ctx, cancel}
	// A tab in the background would be given few timers.
	focus := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetFocusEmulationEnabled, emulation.SetFocusEmulationEnabledParams{Enabled: true})
		return err
	})
	if err := chromedp.Do(ctx, focus, chromedp.Navigate(url)); err != nil {
		cancel()
		return nil, fmt.Errorf("open %s: %w", url, err)
	}
	return p, nil
}

// eval evaluates an expression, waits for its promise if it is one, and decodes the value.
func eval[T any](p *page, expression string) (T, error) {
	ctx, cancel := context.WithTimeout(p.ctx, stepTimeout)
	defer cancel()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		return v, fmt.Errorf("%s: %w", expression, err)
	}
	return v, nil
}
