package site_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
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

// What is not for visitors is not served, however its path is spelled. Each way in is tried on each name.
func TestHiddenFiles(t *testing.T) {
	hidden := []string{"_headers", ".env", ".git/config", "docs/.htpasswd", "docs/.cache/index.html"}
	files := tree()
	files[".well-known/security.txt"] = &fstest.MapFile{Data: []byte("for everybody")}
	files["docs/_headers"] = &fstest.MapFile{Data: []byte("a page's own")}
	for _, name := range hidden {
		files[name] = &fstest.MapFile{Data: []byte("# secret\n")}
	}
	handler, err := site.WithHeaders(files, site.New(files))
	require.NoError(t, err)
	spellings := []string{"/%s", "//%s", "///%s", "/./%s", "/%%2e/%s", "/.%%2f%s", "/%%2f%s", "/docs/../%s", "/docs/%%2e%%2e/%s", "/docs//../%s",
		"/docs%%2f..%%2f%s", "/%s/", "/%s/.", "/%s//", "/%s%%2f", "/\\%s", "/%%5c%s", "/docs\\..\\%s", "/docs%%5c..%%5c%s", "/..%%5c%s", "/%%00/%s", "/%s%%00", "/%s%%0a"}
	for _, name := range hidden {
		for _, spelling := range spellings {
			for _, name := range []string{name, strings.ReplaceAll(name, "_", "%5f"), strings.ReplaceAll(name, ".", "%2e"), strings.ToUpper(name)} {
				path := fmt.Sprintf(spelling, name)
				response := get(t, handler, path)
				assert.Equal(t, http.StatusNotFound, response.StatusCode, path)
				assert.NotContains(t, body(t, response.Body), "secret", path)
			}
		}
	}
	for _, path := range []string{"/.well-known/security.txt", "/docs/_headers", "/docs%%2findex.html", "/docs/?x=/../_headers"} {
		assert.Equal(t, http.StatusOK, get(t, handler, strings.ReplaceAll(path, "%%", "%")).StatusCode, path)
	}
}

// No path is a failure of the server, on a real file system either.
func TestPathsThatAreNoFile(t *testing.T) {
	directory := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(directory, "file.txt"), []byte("file"), 0o600))
	require.NoError(t, os.Mkdir(filepath.Join(directory, "empty"), 0o700))
	for link, to := range map[string]string{"round": "round", "dangling": "nowhere", "out": "/etc/hostname", "up": "../..", "device": "/dev/null"} {
		require.NoError(t, os.Symlink(to, filepath.Join(directory, link)))
	}
	root, err := os.OpenRoot(directory)
	require.NoError(t, err)
	defer root.Close()
	long := strings.Repeat("x", 300)
	for name, fsys := range map[string]fs.FS{"os.Root": root.FS(), "os.DirFS": os.DirFS(directory)} {
		handler := site.New(fsys)
		for _, path := range []string{"/%00", "/file.txt%00", "/%00/file.txt", "/" + long, "/" + long + "/file.txt", "/" + strings.Repeat("a/", 3000), "/file.txt/", "/file.txt/x", "/file.txt//",
			"/empty/", "/round", "/round/", "/dangling", "/%ff", "/%0a", "/%7f", "/a%3ab", "/%2e%2e%2f%2e%2e", "/...", "/con", "/~", "/*", "/?", "/" + strings.Repeat("%2e%2e/", 50)} {
			response := get(t, handler, path)
			assert.Equal(t, http.StatusNotFound, response.StatusCode, "%s: %.40q", name, path)
		}
		assert.Equal(t, http.StatusOK, get(t, handler, "/file.txt").StatusCode)
	}
	for _, path := range []string{"/out", "/up/", "/up/etc/hostname", "/device"} {
		assert.Equal(t, http.StatusNotFound, get(t, site.New(root.FS()), path).StatusCode, path)
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

	files := fstest.MapFS{"a:b/index.html": {}, "a?b/index.html": {}, "a%b/index.html": {}, "ü b/index.html": {}}
	for path, want := range map[string]string{"/a:b": "./a:b/", "/a%3Fb?c=%2F&d": "a%3Fb/?c=%2F&d", "/a%25b": "a%25b/", "/%C3%BC%20b": "%C3%BC%20b/"} {
		assert.Equal(t, want, get(t, site.New(files), path).Header.Get("Location"), path)
	}
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

func TestEncodingsThatAreRefused(t *testing.T) {
	handler := site.New(tree())
	for _, path := range []string{"/dist/trolleybus.js", "/picture.png", "/dist/trolleybus.wasm"} {
		for _, header := range []string{"*;q=0", "identity;q=0", "zstd, *;q=0"} {
			response := get(t, handler, path, "Accept-Encoding", header)
			assert.Equal(t, http.StatusNotAcceptable, response.StatusCode, "%s: %s", path, header)
			assert.Empty(t, response.Header.Get("Content-Encoding"))
		}
		// Also what gains nothing by it, if it is taken in no other way.
		for header, want := range map[string]string{"identity;q=0, gzip": "gzip", "*;q=0, br;q=0.001": "br"} {
			response := get(t, handler, path, "Accept-Encoding", header)
			assert.Equal(t, http.StatusOK, response.StatusCode)
			assert.Equal(t, want, response.Header.Get("Content-Encoding"), "%s: %s", path, header)
		}
		assert.Equal(t, "Accept-Encoding", get(t, handler, path).Header.Get("Vary"))
	}
}

// GET with a condition or a range, and HEAD, are about the same content and headers.
func TestHeadRangesAndConditions(t *testing.T) {
	handler := site.New(tree())
	do := func(method string, header ...string) *http.Response {
		request := httptest.NewRequest(method, "/dist/trolleybus.js", nil)
		for i := 0; i < len(header); i += 2 {
			request.Header.Set(header[i], header[i+1])
		}
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, request)
		return recorder.Result()
	}
	whole := do(http.MethodGet)
	etag := whole.Header.Get("ETag")
	for _, test := range []struct {
		name   string
		header []string
		status int
		want   string
	}{
		{"a range", []string{"Range", "bytes=0-5"}, 206, long[:6]},
		{"the end", []string{"Range", "bytes=-6"}, 206, long[len(long)-6:]},
		{"from behind the end", []string{"Range", "bytes=99999-"}, 416, ""},
		{"a malformed range", []string{"Range", "bytes=b-a"}, 416, ""},
		{"a range of this version", []string{"Range", "bytes=0-5", "If-Range", etag}, 206, long[:6]},
		{"a range of another version", []string{"Range", "bytes=0-5", "If-Range", `"other"`}, 200, long},
		{"what is there already", []string{"If-None-Match", `"other", W/` + etag}, 304, ""},
		{"anything there", []string{"If-None-Match", "*"}, 304, ""},
		{"only this version", []string{"If-Match", etag}, 200, long},
		{"only another version", []string{"If-Match", `"other"`}, 412, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := do(http.MethodGet, test.header...)
			assert.Equal(t, test.status, got.StatusCode)
			if test.want != "" {
				assert.Equal(t, test.want, body(t, got.Body))
			}
			head := do(http.MethodHead, test.header...)
			assert.Equal(t, test.status, head.StatusCode)
			assert.Equal(t, got.Header, head.Header)
		})
	}
	head := do(http.MethodHead)
	assert.Equal(t, whole.Header, head.Header)
	assert.Empty(t, body(t, head.Body))
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
