package site_test

import (
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/serve/site"
)

var long = strings.Repeat("export const answer = 42;\n", 100)

func tree() fstest.MapFS {
	return fstest.MapFS{
		"index.html":           {Data: []byte("<!doctype html><title>home</title>")},
		"docs/index.html":      {Data: []byte("<!doctype html><title>docs</title>")},
		"empty/readme.md":      {Data: []byte("# no index")},
		"dist/trolleybus.js":   {Data: []byte(long)},
		"dist/trolleybus.wasm": {Data: []byte("\x00asm\x01\x00\x00\x00")},
		"picture.png":          {Data: []byte(strings.Repeat("p", 2000))},
		"unknown.xyz":          {Data: []byte("<script>")},
	}
}

func get(t *testing.T, handler http.Handler, path string, header ...string) *http.Response {
	t.Helper()
	request := httptest.NewRequest(http.MethodGet, path, nil)
	for i := 0; i < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, request)
	return recorder.Result()
}

func body(t *testing.T, r io.Reader) string {
	t.Helper()
	content, err := io.ReadAll(r)
	require.NoError(t, err)
	return string(content)
}

func TestFiles(t *testing.T) {
	handler := site.New(tree())
	for _, test := range []struct {
		path   string
		status int
		media  string
		want   string
	}{
		{"/", 200, "text/html; charset=utf-8", "home"},
		{"/index.html", 200, "text/html; charset=utf-8", "home"},
		{"/docs/", 200, "text/html; charset=utf-8", "docs"},
		{"/dist/trolleybus.js", 200, "text/javascript; charset=utf-8", "answer"},
		{"/dist/trolleybus.wasm", 200, "application/wasm", "asm"},
		{"/picture.png", 200, "image/png", "ppp"},
		{"/unknown.xyz", 200, "application/octet-stream", "<script>"},
		{"/missing.js", 404, "text/plain; charset=utf-8", "not found"},
		{"/empty/", 404, "text/plain; charset=utf-8", "not found"},
		{"/../../etc/passwd", 404, "text/plain; charset=utf-8", "not found"},
	} {
		t.Run(test.path, func(t *testing.T) {
			response := get(t, handler, test.path)
			assert.Equal(t, test.status, response.StatusCode)
			assert.Equal(t, test.media, response.Header.Get("Content-Type"))
			assert.Contains(t, body(t, response.Body), test.want)
		})
	}
}

func TestEveryAnswerIsUnderThePolicy(t *testing.T) {
	handler := site.New(tree())
	for _, path := range []string{"/", "/dist/trolleybus.wasm", "/missing", "/docs"} {
		header := get(t, handler, path).Header
		policy := header.Get("Content-Security-Policy")
		assert.Contains(t, policy, "script-src 'self' 'wasm-unsafe-eval';", path)
		assert.Contains(t, policy, "require-trusted-types-for 'script'", path)
		assert.NotContains(t, policy, "unsafe-inline", path)
		assert.Equal(t, "nosniff", header.Get("X-Content-Type-Options"), path)
	}
}

func TestDirectoryWithoutSlashRedirects(t *testing.T) {
	response := get(t, site.New(tree()), "/docs")
	assert.Equal(t, http.StatusMovedPermanently, response.StatusCode)
	location, err := response.Location()
	require.NoError(t, err)
	assert.Equal(t, "docs/", location.Path, "relative, to hold under any prefix")
}

func TestOnlyReads(t *testing.T) {
	recorder := httptest.NewRecorder()
	site.New(tree()).ServeHTTP(recorder, httptest.NewRequest(http.MethodPost, "/", nil))
	assert.Equal(t, http.StatusMethodNotAllowed, recorder.Code)
	assert.Equal(t, "GET, HEAD", recorder.Header().Get("Allow"))
}

func TestCompression(t *testing.T) {
	handler := site.New(tree())

	packed := get(t, handler, "/dist/trolleybus.js", "Accept-Encoding", "gzip, br")
	assert.Equal(t, "br", packed.Header.Get("Content-Encoding"))
	assert.Equal(t, "Accept-Encoding", packed.Header.Get("Vary"))
	assert.Equal(t, long, body(t, brotli.NewReader(packed.Body)))

	packed = get(t, handler, "/dist/trolleybus.js", "Accept-Encoding", "gzip")
	assert.Equal(t, "gzip", packed.Header.Get("Content-Encoding"))
	reader, err := gzip.NewReader(packed.Body)
	require.NoError(t, err)
	assert.Equal(t, long, body(t, reader))

	plain := get(t, handler, "/dist/trolleybus.js")
	assert.Empty(t, plain.Header.Get("Content-Encoding"))
	assert.Equal(t, long, body(t, plain.Body))

	for _, path := range []string{"/picture.png", "/dist/trolleybus.wasm"} {
		response := get(t, handler, path, "Accept-Encoding", "br")
		assert.Empty(t, response.Header.Get("Content-Encoding"), "%s: an image, or too short to gain", path)
	}
}

func TestRevalidation(t *testing.T) {
	files := tree()
	handler := site.New(files)
	first := get(t, handler, "/dist/trolleybus.js", "Accept-Encoding", "br")
	etag := first.Header.Get("ETag")
	require.NotEmpty(t, etag)
	assert.Equal(t, "no-cache", first.Header.Get("Cache-Control"))

	again := get(t, handler, "/dist/trolleybus.js", "Accept-Encoding", "br", "If-None-Match", etag)
	assert.Equal(t, http.StatusNotModified, again.StatusCode)
	plain := get(t, handler, "/dist/trolleybus.js", "If-None-Match", etag)
	assert.Equal(t, http.StatusOK, plain.StatusCode, "another encoding is another representation")

	files["dist/trolleybus.js"] = &fstest.MapFile{Data: []byte(long + "// changed")}
	changed := get(t, handler, "/dist/trolleybus.js", "Accept-Encoding", "br", "If-None-Match", etag)
	assert.Equal(t, http.StatusOK, changed.StatusCode)
	assert.Contains(t, body(t, brotli.NewReader(changed.Body)), "changed")
}

func TestConcurrentRequests(t *testing.T) {
	handler := site.New(tree())
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			response := get(t, handler, "/dist/trolleybus.js", "Accept-Encoding", "br")
			assert.Equal(t, "br", response.Header.Get("Content-Encoding"))
		})
	}
	wg.Wait()
}

func TestLinksDoNotLeaveTheDirectory(t *testing.T) {
	directory := t.TempDir()
	outside := filepath.Join(t.TempDir(), "secret.txt")
	require.NoError(t, os.WriteFile(outside, []byte("secret"), 0o600))
	require.NoError(t, os.Symlink(outside, filepath.Join(directory, "link.txt")))
	root, err := os.OpenRoot(directory)
	require.NoError(t, err)
	defer root.Close()

	response := get(t, site.New(root.FS()), "/link.txt")
	assert.NotEqual(t, http.StatusOK, response.StatusCode)
	assert.NotContains(t, body(t, response.Body), "secret")
}
