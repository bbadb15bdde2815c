package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser/engine"
)

func build(t *testing.T, directory, pkg, output string) {
	t.Helper()
	command := exec.Command("go", "build", "-o", output, pkg)
	command.Dir = directory
	log, err := command.CombinedOutput()
	require.NoError(t, err, "%s", log)
}

func TestWasmexecReportsWhatGoTestReports(t *testing.T) {
	tools := t.TempDir()
	wasmexec, runner := filepath.Join(tools, "wasmexec"), filepath.Join(tools, "wasmbrowsertest")
	build(t, ".", ".", wasmexec)
	build(t, filepath.Join("..", "..", ".."), "github.com/agnivade/wasmbrowsertest", runner)
	runtime := filepath.Join(tools, "runtime.js")
	require.NoError(t, os.WriteFile(runtime, []byte("globalThis.runtime = true;"), 0o600))
	t.Setenv("GOOS", "js")
	t.Setenv("GOARCH", "wasm")
	t.Setenv("WASMEXEC_TEST_SECRET", "secret")

	firefox, err := engine.Firefox.FindOrInstall(t.Context(), os.Stderr)
	require.NoError(t, err)
	driver, err := filepath.Abs(filepath.Join("..", "firefox", "drive.mjs"))
	require.NoError(t, err)
	for browser, flags := range map[string]string{"Chromium": " -wasmbrowsertest " + runner, "Firefox": " -firefox " + firefox + " -driver " + driver} {
		for _, test := range []struct {
			name, run string
			passes    bool
			want      string
		}{
			{"pass", "TestPasses", true, "--- PASS: TestPasses"},
			{"failure", "TestFails", false, "this failure is expected"},
			{"panic", "TestPanics", false, "panic: this panic is expected"},
		} {
			t.Run(browser+"/"+test.name, func(t *testing.T) {
				command := exec.Command("go", "test", "-count=1", "-v", "-run", test.run, "-exec", wasmexec+flags+" -runtime "+runtime, "./testdata/sample")
				output, err := command.CombinedOutput()
				assert.Equal(t, test.passes, err == nil, "%v", err)
				assert.Contains(t, string(output), test.want)
			})
		}
	}
}

func TestMissingRuntimeSaysHowToBuildIt(t *testing.T) {
	err := writeGoroot(t.Context(), t.TempDir(), filepath.Join(t.TempDir(), "missing.js"))
	require.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "make dist")
}

func TestFilterDropsOnlyNoise(t *testing.T) {
	var out bytes.Buffer
	f := &filter{to: &out}
	for _, chunk := range []string{
		"2026/11/22 10:00:00 ERROR: could not unmarsh", "al event: unknown IPAddressSpace value: Loopback\nfirst\n",
		"unhandled page event *page.EventFrameSubtreeWillBeDetached\nERROR: real\n", "last",
	} {
		n, err := f.Write([]byte(chunk))
		require.NoError(t, err)
		assert.Equal(t, len(chunk), n)
	}
	require.NoError(t, f.flush())
	assert.Equal(t, "first\nERROR: real\nlast", out.String())
}
