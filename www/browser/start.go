package browser

import (
	"context"
	"io"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"github.com/trolleybus/trolleybus/www/browser/engine"
)

// stepTimeout ends what hangs: no step of a test takes nearly as long, on a slow machine either.
const stepTimeout = 4 * time.Minute

// Main runs the tests of a package and ends the browser. It is for TestMain and does not return.
func Main(m *testing.M) {
	code := m.Run()
	stop()
	os.Exit(code)
}

var shutdown []context.CancelFunc

func stop() {
	for _, cancel := range shutdown {
		cancel()
	}
}

// start gives the browser's context, from which each page derives its own. The browser starts with the first page, so
// that listing tests or running others does not need one.
var start = sync.OnceValues(func() (context.Context, error) {
	path, err := engine.Chromium.FindOrInstall(context.Background(), os.Stderr)
	if err != nil {
		return nil, err
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path),
		chromedp.DisableGPU,
		chromedp.CombinedOutput(io.Discard),
	)
	allocator, cancelAllocator := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	shutdown = append(shutdown, cancel, cancelAllocator)
	return ctx, chromedp.Do(ctx)
})
