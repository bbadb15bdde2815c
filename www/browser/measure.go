package browser

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Heap is what a page holds in memory after garbage collection, in bytes.
type Heap struct {
	// JavaScript is the part of the objects of the scripts.
	JavaScript float64
	// Buffers backs array buffers, WebAssembly memories among them.
	Buffers float64
}

// MeasureHeap collects garbage and returns what is left.
func MeasureHeap(t testing.TB, p *Page) Heap {
	t.Helper()
	return get(t, p, "MeasureHeap", stepTimeout, func(ctx context.Context, target *chromedp.Target) (Heap, error) {
		// Twice, since what finalizers release in the first is collected in the second.
		for range 2 {
			if _, err := cdp.Call(ctx, target, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
				return Heap{}, err
			}
		}
		usage, err := cdp.Call(ctx, target, runtime.GetHeapUsage, cdp.Empty{})
		return Heap{JavaScript: usage.UsedSize, Buffers: usage.BackingStorageSize}, err
	})
}
