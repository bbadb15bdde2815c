package site_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/serve/site"
)

func TestHeadersOfAFile(t *testing.T) {
	files := fstest.MapFS{
		"index.html":        {Data: []byte("home")},
		"apps/a/index.html": {Data: []byte("a")},
		"apps/b.html":       {Data: []byte("b")},
		"_headers": {Data: []byte("# why it differs\n/apps/*\n  Content-Security-Policy: default-src 'none'\n  X-App: one\n\n" +
			"/apps/b.html\n\tX-App: two\n  X-App: three\n")},
	}
	handler, err := site.WithHeaders(files, site.New(files))
	require.NoError(t, err)
	get := func(path string) *http.Response {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, path, nil))
		return recorder.Result()
	}
	assert.Equal(t, site.Policy, get("/").Header.Get("Content-Security-Policy"))
	assert.Empty(t, get("/").Header.Get("X-App"))
	assert.Equal(t, []string{"default-src 'none'"}, get("/apps/a/").Header["Content-Security-Policy"], "in place of the other one")
	assert.Equal(t, "nosniff", get("/apps/a/").Header.Get("X-Content-Type-Options"))
	assert.Equal(t, []string{"two", "three"}, get("/apps/b.html").Header["X-App"], "the last rule that has it")
	assert.Equal(t, "default-src 'none'", get("/apps/missing").Header.Get("Content-Security-Policy"))
	assert.Equal(t, http.StatusNotFound, get("/_headers").StatusCode)
}

func TestHeadersOfNoFileAndOfAWrongOne(t *testing.T) {
	none := fstest.MapFS{"index.html": {Data: []byte("home")}}
	handler, err := site.WithHeaders(none, site.New(none))
	require.NoError(t, err)
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/", nil))
	assert.Equal(t, site.Policy, recorder.Header().Get("Content-Security-Policy"))

	for name, content := range map[string]string{
		"a header above all paths": "  X-App: one\n",
		"a header not indented":    "/a\nX-App: one\n",
		"a header without a value": "/a\n  X-App\n",
	} {
		t.Run(name, func(t *testing.T) {
			wrong := fstest.MapFS{"_headers": {Data: []byte(content)}}
			_, err := site.WithHeaders(wrong, site.New(wrong))
			assert.ErrorContains(t, err, "_headers:")
		})
	}
}
