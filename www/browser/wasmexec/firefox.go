package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"

	"github.com/trolleybus/trolleybus/www/browser/firefox"
)

//go:embed run.js
var runScript []byte

const runPage = `<!doctype html><meta charset="utf-8"><title>go test</title><script src="/wasm_exec.js"></script><script src="/run.js"></script>`

// runInFirefox runs the test program, args[0], in the Firefox at path, and returns its exit code.
func runInFirefox(ctx context.Context, driver, path, runtime string, args []string) (int, error) {
	script, err := wasmExec(ctx, runtime)
	if err != nil {
		return 0, err
	}
	given, err := json.Marshal(map[string]any{"argv": args, "env": struct{}{}})
	if err != nil {
		return 0, err
	}
	mux := http.NewServeMux()
	for file, content := range map[string][]byte{"/run.html": []byte(runPage), "/run.js": runScript, "/wasm_exec.js": script, "/arguments": given} {
		mux.HandleFunc(file, func(w http.ResponseWriter, r *http.Request) {
			http.ServeContent(w, r, file, time.Time{}, bytes.NewReader(content))
		})
	}
	mux.HandleFunc("/test.wasm", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, args[0]) })
	server := httptest.NewServer(mux)
	defer server.Close()
	code, err := firefox.Run(ctx, driver, path, server.URL+"/run.html", "globalThis.exitCode", func(m firefox.Message) { fmt.Println(m.Text) })
	if err != nil {
		return 0, err
	}
	return strconv.Atoi(string(code))
}
