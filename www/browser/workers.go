package browser

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
)

// Workers serves www/test/workers and returns the URL of the page that starts each kind of worker. Its `results`
// are a list of Result. The policy lets it, since the page starts workers by their addresses.
func Workers(t testing.TB) string {
	t.Helper()
	const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
	www := filepath.Join(Root(t), "www")
	mux := Mux(t, nil)
	mux.Handle("/chai/", http.StripPrefix("/chai", Files(filepath.Join(www, "node_modules", "chai"))))
	relaxed := func(files http.Handler) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Security-Policy", policy)
			w.Header().Set("Service-Worker-Allowed", "/")
			files.ServeHTTP(w, r)
		}
	}
	mux.Handle("/workers/", http.StripPrefix("/workers", relaxed(http.FileServerFS(os.DirFS(filepath.Join(www, "test", "workers"))))))
	mux.Handle("/workers/{$}", relaxed(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html")
		_, _ = w.Write([]byte(`<!doctype html><meta charset="utf-8"><title>workers</title><script type="module" src="page.js"></script>`))
	})))
	return Serve(t, mux) + "/workers/"
}
