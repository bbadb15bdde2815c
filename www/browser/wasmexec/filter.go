package main

import (
	"bytes"
	"io"
	"regexp"
)

// harmless lines come from a browser that is newer than wasmbrowsertest's protocol package: events and values that it
// does not know, and does not need.
var harmless = regexp.MustCompile(`^(\S+ \S+ )?(ERROR: )?(could not unmarshal event|unhandled \w+ event|unknown \w+ value)`)

// filter passes whole lines on, but for the harmless ones.
type filter struct {
	to   io.Writer
	rest []byte
}

func (f *filter) Write(p []byte) (int, error) {
	f.rest = append(f.rest, p...)
	for {
		end := bytes.IndexByte(f.rest, '\n')
		if end < 0 {
			return len(p), nil
		}
		line := f.rest[:end+1]
		f.rest = f.rest[end+1:]
		if harmless.Match(line) {
			continue
		}
		if _, err := f.to.Write(line); err != nil {
			return 0, err
		}
	}
}

// flush passes on what did not end with a line feed.
func (f *filter) flush() error {
	_, err := f.to.Write(f.rest)
	f.rest = nil
	return err
}
