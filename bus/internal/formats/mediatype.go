package formats

import "strings"

// IsMediaType reports whether s is a media type such as "text/plain; charset=utf-8" (RFC 2046). Of
// parameters it only asks that they are printable ASCII.
func IsMediaType(s string) bool {
	kind, parameters, more := strings.Cut(s, ";")
	if more {
		kind = strings.TrimRight(kind, " ")
	}
	main, sub, ok := strings.Cut(kind, "/")
	if !ok || main == "" || sub == "" {
		return false
	}
	for i := range len(parameters) {
		if parameters[i] < ' ' || parameters[i] > '~' {
			return false
		}
	}
	return isToken(main) && isToken(sub)
}

func isToken(s string) bool {
	for i := range len(s) {
		if !isAlnum(s[i]) && strings.IndexByte("!#$%&'*+-.^_`|~", s[i]) < 0 {
			return false
		}
	}
	return true
}
