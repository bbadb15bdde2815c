// Command bench measures Trolleybus and its peers in headless Chromium, in one page, and writes
// build/bench/browser.json. Run it in www, after `make dist` and `npm ci` in www/bench:
//
//	go run ./bench
//	go run ./bench -only 'publish/' -profile    # a CPU profile of the first case that matches
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/signal"

	"github.com/trolleybus/trolleybus/www/serve/site"
)

// Paths from the folder www.
const (
	siteFolder   = "../build/bench/site"
	resultFile   = "../build/bench/browser.json"
	profileFile  = "../build/bench/browser.cpuprofile"
	buildProgram = "bench/build.mjs"
)

type settings struct {
	only    string
	loads   int
	rounds  int
	starts  int
	profile bool
}

func main() {
	var s settings
	flag.StringVar(&s.only, "only", "", "regular expression: measure only cases in the page with such names, write no file")
	flag.IntVar(&s.loads, "loads", 3, "loads of the page, each with another order of everything")
	flag.IntVar(&s.rounds, "rounds", 7, "rounds in each load")
	flag.IntVar(&s.starts, "starts", 15, "fresh page loads for the start")
	flag.BoolVar(&s.profile, "profile", false, "profile our side of the first case instead of measuring")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, s); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, s settings) error {
	build := exec.CommandContext(ctx, "node", buildProgram)
	if s.profile {
		build.Args = append(build.Args, "--symbols")
	}
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	if err := build.Run(); err != nil {
		return fmt.Errorf("%s: %w", buildProgram, err)
	}
	server := httptest.NewServer(site.New(os.DirFS(siteFolder)))
	defer server.Close()
	b, err := startBrowser(ctx)
	if err != nil {
		return err
	}
	defer b.close()
	if s.profile {
		return profile(b, server.URL, s)
	}

	var r report
	if r.Machine, err = describeMachine(b); err != nil {
		return err
	}
	if r.Cases, err = compare(b, server.URL, s); err != nil {
		return err
	}
	if s.only != "" {
		r.print(os.Stdout)
		return nil
	}
	starts, err := measureStart(b, server.URL, s.starts)
	if err != nil {
		return err
	}
	r.Cases = append(r.Cases, starts...)
	if r.Memory, err = measureMemory(b, server.URL); err != nil {
		return err
	}
	r.print(os.Stdout)
	return r.write(resultFile)
}
