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

// profile writes what DevTools can open, and prints the functions that our side of a case spends its time in.
func profile(b *browser, url string, s settings) error {
	p, err := b.open(url + "/compare.html")
	if err != nil {
		return err
	}
	defer p.close()
	names, err := eval[[]string](p, fmt.Sprintf("bench.start(1, %s)", strconv.Quote(s.only)))
	if err != nil {
		return err
	}
	if len(names) == 0 {
		return fmt.Errorf("no case has a name like %q", s.only)
	}
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
	printHot(names[0], stopped.Profile)
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
