package site

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"
)

// headersFile is what Netlify and Cloudflare Pages read too: a path, which may end in *, and headers below it, indented.
const headersFile = "_headers"

type rule struct {
	path   string // without the * at its end
	prefix bool
	header http.Header
}

// WithHeaders serves next with the headers that the file _headers of fsys sets for its paths, in place of those that next
// sets. Without such a file it is next.
func WithHeaders(fsys fs.FS, next http.Handler) (http.Handler, error) {
	rules, err := readHeaders(fsys)
	if err != nil {
		return nil, err
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		replaced := http.Header{}
		for _, rule := range rules {
			if r.URL.Path == rule.path || rule.prefix && strings.HasPrefix(r.URL.Path, rule.path) {
				for name, values := range rule.header {
					replaced[name] = values
				}
			}
		}
		if len(replaced) > 0 {
			w = &headerWriter{ResponseWriter: w, replaced: replaced}
		}
		next.ServeHTTP(w, r)
	}), nil
}

func readHeaders(fsys fs.FS) ([]rule, error) {
	file, err := fsys.Open(headersFile)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	var rules []rule
	lines := bufio.NewScanner(file)
	for number := 1; lines.Scan(); number++ {
		text := strings.TrimSpace(lines.Text())
		name, value, isHeader := strings.Cut(text, ":")
		indented := strings.HasPrefix(lines.Text(), " ") || strings.HasPrefix(lines.Text(), "\t")
		switch {
		case text == "" || text[0] == '#':
		case !indented && text[0] == '/':
			path, prefix := strings.CutSuffix(text, "*")
			rules = append(rules, rule{path, prefix, http.Header{}})
		case indented && isHeader && len(rules) > 0:
			rules[len(rules)-1].header.Add(strings.TrimSpace(name), strings.TrimSpace(value))
		default:
			return nil, fmt.Errorf("%s:%d: neither a path nor an indented header below one: %q", headersFile, number, text)
		}
	}
	return rules, lines.Err()
}

// headerWriter replaces headers when the answer begins, which is after the handler has set its own.
type headerWriter struct {
	http.ResponseWriter
	replaced http.Header
	begun    bool
}

func (w *headerWriter) begin() {
	if w.begun {
		return
	}
	w.begun = true
	for name, values := range w.replaced {
		w.Header()[name] = values
	}
}

func (w *headerWriter) WriteHeader(status int) {
	w.begin()
	w.ResponseWriter.WriteHeader(status)
}

func (w *headerWriter) Write(content []byte) (int, error) {
	w.begin()
	return w.ResponseWriter.Write(content)
}

// Unwrap is for http.ResponseController.
func (w *headerWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
