package browser_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/serviceworker"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"

	"github.com/trolleybus/trolleybus/www/browser"
)

func TestWorkers(t *testing.T) {
	p := browser.Open(t, browser.Workers(t))
	browser.WaitFor(t, p, "globalThis.results")
	browser.CheckResults(t, browser.Eval[[]browser.Result](t, p, "results"))
}

// Browsers stop service workers that have nothing to do, and start them again for the next event.
func TestAServiceWorkerThatIsStoppedAndStartedAgainHasAFreshBus(t *testing.T) {
	p := browser.Open(t, browser.Workers(t))
	browser.WaitFor(t, p, "globalThis.results")
	type answer struct {
		Made    string
		Retried int
		Framed  int
		Memory  bool
	}
	stop := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, serviceworker.Enable, cdp.Empty{}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, serviceworker.StopAllWorkers, cdp.Empty{})
		return err
	})
	for _, kind := range []string{"classic", "module"} {
		t.Run(kind, func(t *testing.T) {
			run := "run('service', '" + kind + "')"
			made := map[string]bool{}
			for range 3 {
				got := browser.Eval[answer](t, p, run)
				assert.Equal(t, answer{got.Made, 2, 3, true}, got)
				assert.False(t, made[got.Made], "the worker was not stopped")
				made[got.Made] = true
				again := browser.Eval[answer](t, p, run)
				assert.Equal(t, got, again, "the same worker, another bus")
				p.Do(t, stop)
			}
		})
	}
}
