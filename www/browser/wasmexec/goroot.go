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

// writeGoroot makes the one part of a GOROOT that wasmbrowsertest reads.
func writeGoroot(ctx context.Context, goroot, runtime string) error {
	real, err := exec.CommandContext(ctx, "go", "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("go env GOROOT: %w", err)
	}
	file := filepath.Join("lib", "wasm", "wasm_exec.js")
	script, err := os.ReadFile(filepath.Join(string(bytes.TrimSpace(real)), file))
	if err != nil {
		return err
	}
	if runtime != "" {
		code, err := os.ReadFile(runtime)
		if err != nil {
			return fmt.Errorf("%w; make dist builds it", err)
		}
		script = bytes.Join([][]byte{script, code, attach}, []byte("\n;\n"))
	}
	path := filepath.Join(goroot, file)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, script, 0o600)
}
