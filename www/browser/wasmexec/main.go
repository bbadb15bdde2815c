// Command wasmexec runs a Go test built for js/wasm in Chromium or in Firefox, beside the JavaScript runtime of the bus:
//
//	GOOS=js GOARCH=wasm go test -exec "wasmexec -wasmbrowsertest path -runtime path" ./...
//	GOOS=js GOARCH=wasm go test -exec "wasmexec -firefox path -driver path -runtime path" ./...
//
// In Chromium it is wasmbrowsertest with a wasm_exec.js of its own: Go's file, then the runtime, then the lines that let
// the bus attach to the instance which is started. In Firefox, which package firefox drives, tests have no files.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
	"time"
)

func main() {
	runner := flag.String("wasmbrowsertest", "wasmbrowsertest", "path of wasmbrowsertest")
	runtime := flag.String("runtime", "", "path of trolleybus.iife.js; without it the page has Go alone")
	firefox := flag.String("firefox", "", "path of Firefox, to run the test there")
	driver := flag.String("driver", "", "path of drive.mjs, for Firefox")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: wasmexec [flags] test.wasm [test flags]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() == 0 {
		flag.Usage()
		os.Exit(2)
	}
	// SIGQUIT is what go test sends when a test has run out of time.
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	defer stop()
	if *firefox != "" {
		code, err := runInFirefox(ctx, *driver, *firefox, *runtime, flag.Args())
		if err != nil {
			fmt.Fprintln(os.Stderr, "wasmexec:", err)
			code = 1
		}
		os.Exit(code)
	}
	err := run(ctx, *runner, *runtime, flag.Args())
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		os.Exit(max(exit.ExitCode(), 1))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "wasmexec:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, runner, runtime string, args []string) error {
	directory, err := os.MkdirTemp("", "wasmexec-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(directory)
	goroot := filepath.Join(directory, "goroot")
	if err := writeGoroot(ctx, goroot, runtime); err != nil {
		return err
	}
	env, err := environment(directory, goroot)
	if err != nil {
		return err
	}
	command := exec.CommandContext(ctx, runner, args...)
	command.Env = env
	command.Stdout = os.Stdout
	noise := &filter{to: os.Stderr}
	command.Stderr = noise
	// Interrupted, it takes the browser with it.
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	err = command.Run()
	return errors.Join(err, noise.flush())
}
