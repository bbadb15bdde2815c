package browser

import (
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/trolleybus/trolleybus/www/serve/site"
)

// Root is the directory of the repository.
func Root(t testing.TB) string {
	t.Helper()
	directory, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for {
		if _, err := os.Stat(filepath.Join(directory, "www", "build.mjs")); err == nil {
			return directory
		}
		parent := filepath.Dir(directory)
		if parent == directory {
			t.Fatal("the test does not run inside the repository")
		}
		directory = parent
	}
}

// Dist is the built package. The test ends if it was not built.
func Dist(t testing.TB) fs.FS {
	t.Helper()
	directory := filepath.Join(Root(t), "dist")
	if _, err := os.Stat(filepath.Join(directory, "trolleybus.wasm")); err != nil {
		t.Fatalf("%v; make dist builds it", err)
	}
	return os.DirFS(directory)
}

// served has the handlers of Files, by directory: what one test had compressed need not be for the others.
var served sync.Map

// Files serves a directory that the tests leave as it is, under the policy of package site.
func Files(directory string) http.Handler {
	handler, ok := served.Load(directory)
	if !ok {
		handler, _ = served.LoadOrStore(directory, site.New(os.DirFS(directory)))
	}
	return handler.(http.Handler)
}

// Mux serves the given files (path to content), and the package under /dist/, all under the policy of package site. A
// test adds handlers of its own, also for a file of the package: the more specific pattern wins.
func Mux(t testing.TB, pages map[string]string) *http.ServeMux {
	t.Helper()
	files := fstest.MapFS{}
	for path, content := range pages {
		files[path] = &fstest.MapFile{Data: []byte(content)}
	}
	mux := http.NewServeMux()
	mux.Handle("/", site.New(files))
	Dist(t)
	mux.Handle("/dist/", http.StripPrefix("/dist", Files(filepath.Join(Root(t), "dist"))))
	// Browsers ask for it by themselves, and log that it is missing.
	mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return mux
}

// Serve starts a server on this machine for as long as the test runs, and returns its URL without a slash at the end.
func Serve(t testing.TB, handler http.Handler) string {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(func() {
		// A page that still loads something must not keep the test from ending.
		server.CloseClientConnections()
		server.Close()
	})
	return server.URL
}
