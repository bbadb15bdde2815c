package main

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed attach.js
var attach []byte

var wasmExecFile = filepath.Join("lib", "wasm", "wasm_exec.js")

// wasmExec returns Go's wasm_exec.js, with the runtime and what attaches it if there is one.
func wasmExec(ctx context.Context, runtime string) ([]byte, error) {
	goroot, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return nil, fmt.Errorf("go env GOROOT: %w", err)
	}
	script, err := os.ReadFile(filepath.Join(string(bytes.TrimSpace(goroot)), wasmExecFile))
	if err != nil || runtime == "" {
		return script, err
	}
	code, err := os.ReadFile(runtime)
	if err != nil {
		return nil, fmt.Errorf("%w; make dist builds it", err)
	}
	return bytes.Join([][]byte{script, code, attach}, []byte("\n;\n")), nil
}

// writeGoroot makes the one part of a GOROOT that wasmbrowsertest reads.
func writeGoroot(ctx context.Context, goroot, runtime string) error {
	script, err := wasmExec(ctx, runtime)
	if err != nil {
		return err
	}
	path := filepath.Join(goroot, wasmExecFile)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, script, 0o600)
}
