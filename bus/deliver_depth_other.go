//go:build !js

package bus

import "math"

const (
	// maxNested is the most runs that may lie on one stack, beside Options.MaxDepth.
	maxNested = math.MaxInt
	// maxAdmissions is how many admissions may lie on one stack.
	maxAdmissions = 1000
	// runsPerDepthCheck is how many runs begin for each one that looks at its stack.
	runsPerDepthCheck = 512
)
