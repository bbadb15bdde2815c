package site

import (
	"io/fs"
	"path"
	"strings"
)

// nameOf gives the name in a file system that a URL's path stands for. A path has one spelling, so that rules that look
// at paths cannot be passed by: no empty, "." or ".." segment, no backslash, nothing that terminals or systems interpret.
func nameOf(urlPath string) (name string, ok bool) {
	rest, ok := strings.CutPrefix(urlPath, "/")
	name = strings.TrimSuffix(rest, "/")
	if !ok || !fs.ValidPath(name) && rest != "" || strings.ContainsFunc(name, odd) || hidden(name) {
		return "", false
	}
	if name == "" {
		name = "."
	}
	return name, true
}

func odd(r rune) bool { return r == '\\' || r < ' ' || r == 0x7f }

// hidden tells of what lies among the files for others than visitors: the settings of the site, and what begins with a
// dot, which editors and tools leave behind. Of these only .well-known is for the public (RFC 8615).
func hidden(name string) bool {
	if strings.EqualFold(name, headersFile) { // some file systems know no case
		return true
	}
	for segment := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(segment, ".") && segment != ".well-known" {
			return true
		}
	}
	return false
}

// index is the file that a directory shows.
func index(directory string) string { return path.Join(directory, "index.html") }
