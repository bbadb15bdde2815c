//go:build js && wasm

// Package sample is run by the tests of wasmexec, in browsers.
package sample

import (
	"os"
	"syscall/js"
	"testing"
)

func TestPasses(t *testing.T) {
	if js.Global().Get("document").IsUndefined() {
		t.Error("not in a page")
	}
	if js.Global().Get("runtime").IsUndefined() || !js.Global().Get("running").Get("instance").InstanceOf(js.Global().Get("WebAssembly").Get("Instance")) {
		t.Error("the runtime was not given the instance before Go ran")
	}
	if value, ok := os.LookupEnv("WASMEXEC_TEST_SECRET"); ok {
		t.Errorf("the environment reached the page: %s", value)
	}
}

func TestFails(t *testing.T) {
	t.Error("this failure is expected")
}

func TestPanics(t *testing.T) {
	done := make(chan struct{})
	go func() {
		panic("this panic is expected")
	}()
	<-done
}
