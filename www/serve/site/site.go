// Package site serves files to browsers the way that a careful deployment would: right media types, compressed,
// revalidated by ETag, under a strict Content-Security-Policy.
package site

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strings"
	"syscall"
	"time"
)

// New returns a handler that serves the files of fsys. It answers GET and HEAD; a directory is its index.html and has
// no listing. The content is sent as brotli or gzip where the client takes it, each compressed once and kept. Names that
// begin with a dot and the file _headers are not served.
func New(fsys fs.FS) http.Handler {
	return Secure(&files{fsys: fsys, cache: cache{entries: map[key]*entry{}}})
}

type files struct {
	fsys  fs.FS
	cache cache
}

func (f *files) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	leaveBody(w, r)
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	name, info, err := f.find(r.URL.Path)
	if err != nil {
		fail(w, err)
		return
	}
	if info.IsDir() {
		// Relative links of a page in a directory start from there only with the slash. Not by http.Redirect, which does
		// not know the prefix that the handler may be mounted under.
		to := url.URL{Path: path.Base(name) + "/", RawQuery: r.URL.RawQuery}
		w.Header().Set("Location", to.String())
		w.WriteHeader(http.StatusMovedPermanently)
		return
	}
	media := typeOf(name)
	w.Header().Set("Vary", "Accept-Encoding")
	as, ok := negotiate(r.Header.Values("Accept-Encoding"), media.compress)
	if !ok {
		http.Error(w, "there is no encoding that Accept-Encoding allows; there are br, gzip and identity", http.StatusNotAcceptable)
		return
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

// leaveBody is for a body that nobody reads: the answer does not wait for it, and the connection hardly.
func leaveBody(w http.ResponseWriter, r *http.Request) {
	if r.ContentLength != 0 {
		w.Header().Set("Connection", "close")
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(time.Second))
	}
}

// find looks up the file that a path means, or the directory that it means but for a slash at its end.
func (f *files) find(urlPath string) (name string, info fs.FileInfo, err error) {
	name, ok := nameOf(urlPath)
	if !ok {
		return "", nil, fs.ErrNotExist
	}
	slash := strings.HasSuffix(urlPath, "/")
	info, err = fs.Stat(f.fsys, name)
	if err == nil && info.IsDir() {
		if !slash {
			return name, info, nil
		}
		name, slash = index(name), false
		info, err = fs.Stat(f.fsys, name)
	}
	if err == nil && (slash || !info.Mode().IsRegular()) {
		err = fs.ErrNotExist
	}
	return name, info, err
}

func fail(w http.ResponseWriter, err error) {
	var system syscall.Errno
	switch {
	case errors.Is(err, fs.ErrPermission):
		http.Error(w, "forbidden", http.StatusForbidden)
	// What is no file: also a name too long, one below a file, a link that leads round or out of the directory.
	case errors.Is(err, fs.ErrNotExist) || !errors.As(err, &system) || slices.Contains(noFile, system):
		http.Error(w, "not found", http.StatusNotFound)
	default:
		http.Error(w, "could not be read", http.StatusInternalServerError)
	}
}

var noFile = []syscall.Errno{syscall.EINVAL, syscall.ENAMETOOLONG, syscall.ENOTDIR, syscall.ELOOP}
