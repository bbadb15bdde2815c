package brief_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/trolleybus/trolleybus/bus/internal/brief"
)

func TestQuote(t *testing.T) {
	for _, s := range []string{"", "a.b", "a\n\xff", strings.Repeat("é", 127)} {
		assert.NotContains(t, brief.Quote(s), "...")
	}
	assert.Equal(t, `"`+strings.Repeat("a", 80)+`..."`, brief.Quote(strings.Repeat("a", 64<<20)))
	assert.Equal(t, `"`+strings.Repeat("€", 26)+`..."`, brief.Quote(strings.Repeat("€", 1000)), "no half of a character")
	assert.Len(t, brief.Quote(strings.Repeat("\x80", 1000)), 2+80*4+3, "what is not UTF-8")
}

func TestCut(t *testing.T) {
	assert.Equal(t, "ab", brief.Cut("ab", 2))
	assert.Equal(t, "ab...", brief.Cut("abc", 2))
	assert.Equal(t, "a...", brief.Cut("a𝄞b", 4))
}
