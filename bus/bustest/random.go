package bustest

import (
	"math/rand/v2"
	"sync"
)

// Random returns numbers in [0, 1) that are the same for the same seed, for bus.Options: back-off with jitter then
// takes the same time in every run. It is safe for concurrent use.
func Random(seed uint64) func() float64 {
	var mu sync.Mutex
	r := rand.New(rand.NewPCG(seed, 0))
	return func() float64 {
		mu.Lock()
		defer mu.Unlock()
		return r.Float64()
	}
}
