package formats_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/trolleybus/trolleybus/bus/internal/formats"
)

func TestReference(t *testing.T) {
	for _, s := range []string{
		// RFC 3986, section 1.1.2 and 5.4.
		"ftp://ftp.is.co.za/rfc/rfc1808.txt", "http://www.ietf.org/rfc/rfc2396.txt", "ldap://[2001:db8::7]/c=GB?objectClass?one", "mailto:John.Doe@example.com",
		"news:comp.infosystems.www.servers.unix", "tel:+1-816-555-1212", "telnet://192.0.2.16:80/", "urn:oasis:names:specification:docbook:dtd:xml:4.1.2",
		"g:h", "a+b-c.1:", "file:///etc/x", "http://", "http://u:p%20w@h:/",
	} {
		assert.True(t, formats.IsURI(s), s)
		assert.True(t, formats.IsReference(s), s)
	}
	for _, s := range []string{"g", "./g", "g/", "/g", "//g", "?y", "g?y", "#s", "g#s", "g?y#s", ";x", "g;x", ".", "..", "../g", "./1:2", "a/b:c", "%41", "//", "///", "g?a/b?c:d@e", "#a/b?c"} {
		assert.False(t, formats.IsURI(s), s)
		assert.True(t, formats.IsReference(s), s)
	}
	for _, s := range []string{"", " ", "a b", "a\n", "ä", "%", "%4", "%4g", "1:2", ":", "a#b#c", "http://[::1", "http://[]/", "http://[::g]/", "http://[::1]x/", "http://h:p/", "http://a@b@c/", "a\\b", "\"", "<a>", "a^b", "a`b", "{a}", "a|b", "[a]", "a\x7f", "http://h/[", "?[", "#[", "http://[::1]:x"} {
		assert.False(t, formats.IsURI(s), s)
		assert.False(t, formats.IsReference(s), s)
	}
}

// What is a reference package net/url parses, but for what it does not know of hosts.
func FuzzReference(f *testing.F) {
	for _, s := range []string{"http://u@h:1/p?q#f", "../a%20b", "a:b", "//[::1]:2", "1:2"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !formats.IsReference(s) {
			return
		}
		authority := strings.Contains(s, "//")
		if _, err := url.Parse(s); err != nil && !authority {
			t.Fatal(err)
		}
	})
}

func TestMediaType(t *testing.T) {
	for _, s := range []string{"a/b", "application/vnd.api+json", "text/plain; charset=utf-8", "text/plain;charset=\"utf-8\"", "a/b ;", "x-!#$%&'*+.^_`|~/1"} {
		assert.True(t, formats.IsMediaType(s), s)
	}
	for _, s := range []string{"", "/", "a", "a/", "/b", "a/b/c", "a b/c", "a/b c", "a/ä", "a/b;\n", "a/b;ä", "a/b\t;", " a/b", "a/b ", ";a/b"} {
		assert.False(t, formats.IsMediaType(s), s)
	}
}
