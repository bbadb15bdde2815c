package browser

import (
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"testing"
)

// SuitesMayWrite is a regular expression of what the suites make Go and the bus write to the console.
const SuitesMayWrite = `the program given as wasm|exit code|goroutine |panic: |created by |crashed as asked|a Go handler blocked|'?integrity'? attribute|SRI's integrity|attribute transform: Expected|/.*\.go:\d+|^\s*$`

// Result is that of one test in a page; Error is empty where it passed.
type Result struct {
	Name, Error string
	MS          int // how long it took, where the page says it
}

// Suites serves the suites of www/test and returns the URL of the page that runs them, under the strict policy: those
// whose names match the regular expression SUITES of the environment, the whole way with SOAK=1. The page's `results`, a list of Result, are there
// when all have run.
func Suites(t testing.TB) string {
	t.Helper()
	www, built := filepath.Join(Root(t), "www"), filepath.Join(Root(t), "build", "test")
	if _, err := os.Stat(filepath.Join(built, "component.wasm")); err != nil {
		t.Fatalf("%v; make build/test/component.wasm builds it", err)
	}
	mux := Mux(t, map[string]string{"index.html": `<!doctype html><meta charset="utf-8"><title>suites</title><body><script type="module" src="/test/browser.mjs"></script>`})
	for path, directory := range map[string]string{
		"/test/":    filepath.Join(www, "test"),
		"/chai/":    filepath.Join(www, "node_modules", "chai"),
		"/vectors/": filepath.Join(Root(t), "bus", "cloudevents", "testdata"),
		"/options/": filepath.Join(Root(t), "bus"),
	} {
		mux.Handle(path, http.StripPrefix(path[:len(path)-1], Files(directory)))
	}
	mux.HandleFunc("/echo", echo)
	for _, file := range []string{"/component.wasm", "/validators.js"} {
		mux.Handle(file, Files(built))
	}
	soak := ""
	if os.Getenv("SOAK") != "" {
		soak = "&soak"
	}
	return Serve(t, mux) + "/?only=" + url.QueryEscape(os.Getenv("SUITES")) + soak
}

// CheckSuites makes a test of each result of the suites.
func CheckSuites(t *testing.T, results []Result) {
	if os.Getenv("SUITES") == "" && len(results) <= 300 {
		t.Fatalf("there are %d tests only", len(results))
	}
	CheckResults(t, results)
}

// CheckResults makes a test of each result.
func CheckResults(t *testing.T, results []Result) {
	for _, result := range results {
		t.Run(result.Name, func(t *testing.T) {
			if result.MS > 0 {
				t.Logf("%d ms", result.MS)
			}
			if result.Error != "" {
				t.Error(result.Error)
			}
		})
	}
}
