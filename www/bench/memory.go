package main

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/heapprofiler"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

const (
	maxWasmGrowth = 4 << 20
	maxHeapGrowth = 5 // percent
)

// memory is what a page holds more of after a load than before it, garbage collected.
type memory struct {
	Name        string  `json:"name"`
	Operations  int     `json:"operations"`
	WasmGrowth  int64   `json:"wasm_growth_bytes"`
	Wasm        int64   `json:"wasm_bytes"`
	HeapGrowth  float64 `json:"heap_growth_bytes"`
	HeapPercent float64 `json:"heap_growth_percent"`
	Heap        float64 `json:"heap_bytes"`
	Budget      string  `json:"budget"`
	Met         bool    `json:"met"`
}

// measureMemory warms each load up with the same load, so that caches and buffers have their size and as much code is
// compiled before as after.
func measureMemory(b *browser, url string) ([]memory, error) {
	p, err := b.open(url + "/memory.html")
	if err != nil {
		return nil, err
	}
	defer p.close()
	if _, err := eval[any](p, "bench.start()"); err != nil {
		return nil, err
	}
	var all []memory
	for _, load := range []struct {
		name string
		n    int
		want int // events that handlers get
	}{
		{"pairs", 100_000, 1000},
		{"events", 1_000_000, 1_000_000},
		{"deduped", 1_000_000, 1_000_000},
		{"retained", 1_000_000, 1_000_000},
		// A power of two: the cache of routes is then as full before as after.
		{"topics", 1 << 20, 1 << 20},
	} {
		m, err := measureLoad(p, load.name, load.n, load.want)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	return all, nil
}

func measureLoad(p *page, name string, n, want int) (memory, error) {
	if _, err := eval[int](p, fmt.Sprintf("bench.run(%q, %d)", name, n)); err != nil {
		return memory{}, err
	}
	wasm, heap, err := usage(p)
	if err != nil {
		return memory{}, err
	}
	got, err := eval[int](p, fmt.Sprintf("bench.run(%q, %d)", name, n))
	if err != nil {
		return memory{}, err
	}
	if got != want {
		return memory{}, fmt.Errorf("memory: %s delivered %d of %d events", name, got, want)
	}
	m := memory{Name: "memory/" + name, Operations: n, Budget: fmt.Sprintf("wasm <= %d MiB, heap <= %d %%", maxWasmGrowth>>20, maxHeapGrowth)}
	if m.Wasm, m.Heap, err = usage(p); err != nil {
		return memory{}, err
	}
	m.WasmGrowth, m.HeapGrowth = m.Wasm-wasm, m.Heap-heap
	m.HeapPercent = 100 * m.HeapGrowth / heap
	m.Met = m.WasmGrowth <= maxWasmGrowth && m.HeapPercent <= maxHeapGrowth
	return m, nil
}

// usage collects garbage and returns the bytes of the WebAssembly memory and of JavaScript's objects.
func usage(p *page) (wasm int64, heap float64, err error) {
	heap, err = chromedp.Run(p.ctx, chromedp.Action[float64](func(ctx context.Context, target *chromedp.Target) (float64, error) {
		// Twice, since what finalizers release in the first is collected in the second.
		for range 2 {
			if _, err := cdp.Call(ctx, target, heapprofiler.CollectGarbage, cdp.Empty{}); err != nil {
				return 0, err
			}
		}
		usage, err := cdp.Call(ctx, target, runtime.GetHeapUsage, cdp.Empty{})
		return usage.UsedSize, err
	}))
	if err != nil {
		return 0, 0, err
	}
	wasm, err = eval[int64](p, "bench.wasm()")
	return wasm, heap, err
}
