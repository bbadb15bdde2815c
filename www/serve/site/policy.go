package site

import "net/http"

// Policy is the Content-Security-Policy of every answer: no inline scripts or styles, no eval but WebAssembly's
// compiler, nothing from elsewhere, and no text turned into script by the DOM (Trusted Types, without any policy that
// could make an exception).
const Policy = "default-src 'self'; " +
	"script-src 'self' 'wasm-unsafe-eval'; " +
	"style-src 'self'; " +
	"img-src 'self' data:; " +
	"connect-src 'self'; " +
	"object-src 'none'; " +
	"base-uri 'none'; " +
	"form-action 'self'; " +
	"frame-ancestors 'none'; " +
	"require-trusted-types-for 'script'; " +
	"trusted-types 'none'"

// Secure gives the answers of next the headers of the site, Policy first among them. A page that a test writes itself
// is held to the same rules that way. A handler behind it may still replace a header.
func Secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", Policy)
		header.Set("X-Content-Type-Options", "nosniff")
		header.Set("Referrer-Policy", "no-referrer")
		header.Set("Cache-Control", "no-cache")
		next.ServeHTTP(w, r)
	})
}
