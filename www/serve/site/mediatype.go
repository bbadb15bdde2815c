package site

import (
	"path"
	"strings"
)

type mediaType struct {
	name     string
	compress bool
}

// Spelled out, since package mime asks the machine, whose tables lack application/wasm or say text/plain for .js
// more often than one would think.
var mediaTypes = map[string]mediaType{
	".html":  {"text/html; charset=utf-8", true},
	".css":   {"text/css; charset=utf-8", true},
	".js":    {"text/javascript; charset=utf-8", true},
	".mjs":   {"text/javascript; charset=utf-8", true},
	".ts":    {"text/plain; charset=utf-8", true},
	".json":  {"application/json", true},
	".map":   {"application/json", true},
	".wasm":  {"application/wasm", true},
	".svg":   {"image/svg+xml", true},
	".csv":   {"text/csv; charset=utf-8", true},
	".txt":   {"text/plain; charset=utf-8", true},
	".md":    {"text/markdown; charset=utf-8", true},
	".ico":   {"image/x-icon", true},
	".png":   {"image/png", false},
	".jpg":   {"image/jpeg", false},
	".webp":  {"image/webp", false},
	".woff2": {"font/woff2", false},
}

// typeOf never leaves the type to sniffing: an unknown file is something to download.
func typeOf(name string) mediaType {
	if known, ok := mediaTypes[strings.ToLower(path.Ext(name))]; ok {
		return known
	}
	return mediaType{"application/octet-stream", false}
}
