package main

import (
	"context"
	"fmt"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// started is what a page says of its start, in milliseconds from the beginning of its script.
type started struct {
	Ready float64 `json:"ready"`
	First float64 `json:"first"`
}

const millisecond = 1e6

// measureStart loads pages afresh, ours and the empty program's in turn: with nothing in the HTTP and code caches, and
// then as a visitor who comes back.
func measureStart(b *browser, url string, n int) ([]result, error) {
	cold, err := startCases(b, url, n, false)
	if err != nil {
		return nil, err
	}
	warm, err := startCases(b, url, n, true)
	return append(cold, warm...), err
}

func startCases(b *browser, url string, n int, cached bool) ([]result, error) {
	p, err := b.open("about:blank")
	if err != nil {
		return nil, err
	}
	defer p.close()
	var ready, first, empty []float64
	for i := -1; i < n; i++ {
		ours, err := startOnce(p, url+"/start-ours.html", cached)
		if err != nil {
			return nil, err
		}
		other, err := startOnce(p, url+"/start-empty.html", cached)
		if err != nil {
			return nil, err
		}
		if i < 0 {
			continue // the server compresses what it is asked for the first time
		}
		ready = append(ready, ours.Ready*millisecond)
		first = append(first, ours.First*millisecond)
		empty = append(empty, other.Ready*millisecond)
	}
	suffix, note := "", "from the first line of the script to bus.ready; nothing in the caches"
	if cached {
		suffix, note = "/cached", "the same on a later visit, the files in the HTTP cache"
	}
	r := result{Name: "page ready" + suffix, Note: note, Ours: median(ready), Spread: spread(ready), Peers: map[string]float64{"empty Go program": median(empty)}}
	r.judge(budget{Ratios: map[string]float64{"empty Go program": 1 / 1.3}})
	f := result{Name: "first publish" + suffix, Note: "from the first line of the script to the handler of the first publish", Ours: median(first), Spread: spread(first)}
	f.judge(budget{Under: 5 * millisecond})
	return []result{r, f}, nil
}

func startOnce(p *page, url string, cached bool) (started, error) {
	caching := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: !cached})
		return err
	})
	// By way of an empty page, so that no page is made while the one before it is taken down.
	if err := chromedp.Do(p.ctx, caching, chromedp.Navigate("about:blank"), chromedp.Navigate(url)); err != nil {
		return started{}, fmt.Errorf("open %s: %w", url, err)
	}
	return eval[started](p, "started")
}
