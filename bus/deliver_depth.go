package bus

import (
	"runtime"
	"strings"
)

// tooDeep measures this goroutine's stack. A handler that publishes with a context that is not its own
// begins a run on top of its own run, and that must end before the stack overflows, which Go cannot
// recover from. Since it takes time, only one publish in many asks (counterShard.begin); an endless
// recursion comes by often enough.
func tooDeep(limit int) bool {
	var pcs [256]uintptr
	if runtime.Callers(limit, pcs[:1]) == 0 {
		return false
	}
	count := 0
	for skip := 2; ; skip += len(pcs) {
		n := runtime.Callers(skip, pcs[:])
		for _, pc := range pcs[:n] {
			if f := runtime.FuncForPC(pc - 1); f != nil && strings.HasSuffix(f.Name(), ").deliverEach") {
				count++
			}
		}
		if n < len(pcs) {
			return count > limit
		}
	}
}
