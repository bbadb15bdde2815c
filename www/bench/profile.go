package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/profiler"
	"github.com/chromedp/chromedp"
)

const profileTime = 3000 // milliseconds

// openFirst opens the first page that has a case of such a name, warms it up, and returns the name of the case.
func openFirst(b *browser, url string, s settings) (*page, string, error) {
	for _, page := range pages {
		p, err := b.open(url + "/" + page + ".html")
		if err != nil {
			return nil, "", err
		}
		names, err := eval[[]string](p, fmt.Sprintf("bench.start(1, %s)", strconv.Quote(s.only)))
		if err == nil && len(names) > 0 {
			return p, names[0], nil
		}
		p.close()
		if err != nil {
			return nil, "", err
		}
	}
	return nil, "", errNoCase(s)
}

// profile writes what DevTools can open, and prints the functions that our side of a case spends its time in.
func profile(b *browser, url string, s settings) error {
	p, name, err := openFirst(b, url, s)
	if err != nil {
		return err
	}
	defer p.close()
	start := chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		if _, err := cdp.Call(ctx, target, profiler.Enable, cdp.Empty{}); err != nil {
			return err
		}
		if _, err := cdp.Call(ctx, target, profiler.SetSamplingInterval, profiler.SetSamplingIntervalParams{Interval: 100}); err != nil {
			return err
		}
		_, err := cdp.Call(ctx, target, profiler.Start, cdp.Empty{})
		return err
	})
	if err := chromedp.Do(p.ctx, start); err != nil {
		return err
	}
	if _, err := eval[any](p, fmt.Sprintf("bench.profile(%d)", profileTime)); err != nil {
		return err
	}
	stopped, err := chromedp.Run(p.ctx, chromedp.Action[profiler.StopResult](func(ctx context.Context, target *chromedp.Target) (profiler.StopResult, error) {
		return cdp.Call(ctx, target, profiler.Stop, cdp.Empty{})
	}))
	if err != nil {
		return err
	}
	content, err := json.Marshal(stopped.Profile)
	if err != nil {
		return err
	}
	printHot(name, stopped.Profile)
	return os.WriteFile(profileFile, content, 0o644)
}

func printHot(name string, profile *profiler.Profile) {
	self := map[string]int64{}
	var all int64
	for _, node := range profile.Nodes {
		frame := node.CallFrame
		if frame.FunctionName == "(idle)" {
			continue
		}
		self[fmt.Sprintf("%s:%d %s", frame.URL[max(0, len(frame.URL)-30):], frame.LineNumber+1, frame.FunctionName)] += node.HitCount
		all += node.HitCount
	}
	fmt.Printf("%s: self time\n", name)
	hot := slices.SortedFunc(maps.Keys(self), func(a, b string) int { return cmp.Compare(self[b], self[a]) })
	for _, function := range hot[:min(40, len(hot))] {
		fmt.Printf("%5.1f%%  %s\n", 100*float64(self[function])/float64(all), function)
	}
}
