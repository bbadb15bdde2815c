// Package site serves files to browsers the way that a careful deployment would: right media types, compressed,
// revalidated by ETag, under a strict Content-Security-Policy.
package site

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"
)

// New returns a handler that serves the files of fsys. It answers GET and HEAD; a directory is its index.html and has
// no listing. The content is sent as brotli or gzip where the client takes it, each compressed once and kept.
func New(fsys fs.FS) http.Handler {
	return Secure(&files{fsys: fsys, cache: cache{entries: map[key]*entry{}}})
}

type files struct {
	fsys  fs.FS
	cache cache
}

func (f *files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name := strings.TrimPrefix(path.Clean("/"+r.URL.Path), "/")
	if name == "" {
		name = "."
	}
	info, err := fs.Stat(f.fsys, name)
	if err == nil && info.IsDir() {
		// Relative links of a page in a directory start from there only with the slash.
		if !strings.HasSuffix(r.URL.Path, "/") {
			// Not by http.Redirect, which does not know the prefix that the handler may be mounted under.
			w.Header().Set("Location", path.Base(name)+"/")
			w.WriteHeader(http.StatusMovedPermanently)
			return
		}
		name = path.Join(name, "index.html")
		info, err = fs.Stat(f.fsys, name)
	}
	if err != nil || !info.Mode().IsRegular() {
		fail(w, err)
		return
	}
	media := typeOf(name)
	as := identity
	if media.compress {
		w.Header().Set("Vary", "Accept-Encoding")
		as = negotiate(r.Header.Get("Accept-Encoding"))
	}
	e, err := f.cache.get(f.fsys, name, as, info)
	if err != nil {
		fail(w, err)
		return
	}
	w.Header().Set("Content-Type", media.name)
	w.Header().Set("ETag", e.etag)
	if e.as != identity {
		w.Header().Set("Content-Encoding", string(e.as))
	}
	// The ETag says all; a time would let an older one win within the same second.
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(e.content))
}

func fail(w http.ResponseWriter, err error) {
	switch {
	case err == nil || errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrInvalid):
		http.Error(w, "not found", http.StatusNotFound)
	case errors.Is(err, fs.ErrPermission):
		http.Error(w, "forbidden", http.StatusForbidden)
	default:
		http.Error(w, "could not be read", http.StatusInternalServerError)
	}
}
