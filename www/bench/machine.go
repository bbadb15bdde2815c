package main

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strings"

	cdpbrowser "github.com/chromedp/cdproto/browser"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/chromedp"
)

// machine says what the figures were measured on.
type machine struct {
	CPU      string `json:"cpu"`
	Cores    int    `json:"cores"`
	System   string `json:"system"`
	Chromium string `json:"chromium"`
	Go       string `json:"go"`
}

func (m machine) String() string {
	return fmt.Sprintf("%s, %d cores, %s, %s, %s", m.CPU, m.Cores, m.System, m.Chromium, m.Go)
}

func describeMachine(b *browser) (machine, error) {
	m := machine{CPU: runtime.GOARCH, Cores: runtime.NumCPU(), System: runtime.GOOS, Go: runtime.Version()}
	// Only Linux says it in a file; elsewhere the architecture has to do.
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		if model := regexp.MustCompile(`(?m)^model name\s*: (.*)$`).FindSubmatch(info); model != nil {
			m.CPU = strings.TrimSpace(string(model[1]))
		}
	}
	version, err := chromedp.Run(b.ctx, chromedp.Action[cdpbrowser.GetVersionResult](func(ctx context.Context, target *chromedp.Target) (cdpbrowser.GetVersionResult, error) {
		return cdp.Call(ctx, target, cdpbrowser.GetVersion, cdp.Empty{})
	}))
	m.Chromium = version.Product
	return m, err
}
