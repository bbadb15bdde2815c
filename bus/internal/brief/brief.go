// Package brief keeps messages short: what users give, and errors quote, may be of any length.
package brief

import (
	"strconv"
	"unicode/utf8"
)

const (
	// whole is the longest text that is quoted as it is: the longest topic.
	whole = 255
	// Quoted is how much of a longer one is, in bytes.
	Quoted = 80
	// Told is how much is told of a text that others wrote, who may have quoted all of the data.
	Told = 1000
)

// Quote quotes a text.
func Quote(s string) string {
	if len(s) > whole {
		s = Cut(s, Quoted)
	}
	return strconv.Quote(s)
}

// Cut returns about the first n bytes of a text, and dots if there are more.
func Cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := n; i > n-utf8.UTFMax; i-- {
		if utf8.RuneStart(s[i]) {
			n = i
			break
		}
	}
	return s[:n] + "..."
}
