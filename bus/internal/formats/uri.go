// Package formats knows the forms of an event's attributes that other standards define. It matches the regular
// expressions of www/src/core/formats.ts by hand: package regexp is too large for a page.
package formats

import "strings"

// IsURI reports whether s is a URI: a reference with a scheme (RFC 3986, section 3).
func IsURI(s string) bool { return schemeLength(s) > 0 && IsReference(s) }

// IsReference reports whether s is a URI reference (RFC 3986, section 4.1) and not empty.
func IsReference(s string) bool {
	if s == "" {
		return false
	}
	rest := s[schemeLength(s):]
	rest, fragment, _ := strings.Cut(rest, "#")
	rest, query, _ := strings.Cut(rest, "?")
	if !all(fragment, inQuery) || !all(query, inQuery) {
		return false
	}
	if after, ok := strings.CutPrefix(rest, "//"); ok {
		path := strings.IndexByte(after, '/')
		if path < 0 {
			path = len(after)
		}
		return isAuthority(after[:path]) && all(after[path:], inPath)
	}
	if len(rest) > 0 && schemeLength(s) == 0 {
		// A colon in the first segment of a relative path would make that a scheme.
		first, _, _ := strings.Cut(rest, "/")
		if strings.Contains(first, ":") {
			return false
		}
	}
	return all(rest, inPath)
}

// schemeLength is that of the scheme with its colon, or 0.
func schemeLength(s string) int {
	for i := range len(s) {
		switch c := s[i]; {
		case c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z':
		case i > 0 && (c >= '0' && c <= '9' || c == '+' || c == '-' || c == '.'):
		case i > 0 && c == ':':
			return i + 1
		default:
			return 0
		}
	}
	return 0
}

func isAuthority(s string) bool {
	if at := strings.IndexByte(s, '@'); at >= 0 {
		if !all(s[:at], inUser) {
			return false
		}
		s = s[at+1:]
	}
	port := ""
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 2 || !all(s[1:end], inAddress) {
			return false
		}
		port = s[end+1:]
		if port != "" && port[0] != ':' {
			return false
		}
		port = strings.TrimPrefix(port, ":")
	} else {
		var host string
		host, port, _ = strings.Cut(s, ":")
		if !all(host, inHost) {
			return false
		}
	}
	return all(port, isDigit)
}

// all reports whether each character of s is one that allowed takes, or a percent-encoded byte where it
// takes '%'.
func all(s string, allowed func(byte) bool) bool {
	for i := 0; i < len(s); i++ {
		if !allowed(s[i]) {
			return false
		}
		if s[i] == '%' {
			if i+2 >= len(s) || !isHex(s[i+1]) || !isHex(s[i+2]) {
				return false
			}
			i += 2
		}
	}
	return true
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isHex(c byte) bool   { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'f' }
func isAlnum(c byte) bool { return isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' }

func inHost(c byte) bool    { return isAlnum(c) || strings.IndexByte("-._~!$&'()*+,;=%", c) >= 0 }
func inUser(c byte) bool    { return c == ':' || inHost(c) }
func inPath(c byte) bool    { return c == '/' || c == '@' || inUser(c) }
func inQuery(c byte) bool   { return c == '?' || inPath(c) }
func inAddress(c byte) bool { return isHex(c) || c == ':' || c == '.' }
