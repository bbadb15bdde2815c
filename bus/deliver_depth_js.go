//go:build js

package bus

// In a page the stack is the browser's, about 1 MB, and each run on top of another takes 4 KB of it and more.
const (
	maxNested = 100
	// maxAdmissions is how many admissions may lie on one stack.
	maxAdmissions     = 100
	runsPerDepthCheck = 32
)
