package subject

import (
	"math"
	"math/bits"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestHashSpreads(t *testing.T) {
	// Names as programs make them must fill the parts of the hash that the index uses evenly.
	for _, shape := range []string{"#", "v#", "vehicle#", "a-long-prefix-of-#", "#-and-an-end"} {
		t.Run(shape, func(t *testing.T) {
			const n, buckets = 100_000, 1000
			tags, homes, seen := make([]int, 128), make([]int, buckets), make(map[uint64]bool)
			for i := range n {
				h := Hash(strings.ReplaceAll(shape, "#", strconv.Itoa(i)))
				seen[h] = true
				tags[tagOf(h)&0x7f]++
				home, _ := bits.Mul64(h, buckets)
				homes[home]++
			}
			assert.Len(t, seen, n, "no two hashes alike")
			assert.Less(t, chiSquare(tags, n), 128+8*math.Sqrt(2*128))
			assert.Less(t, chiSquare(homes, n), buckets+8*math.Sqrt(2*buckets))
		})
	}
}

// chiSquare is about len(counts), give or take the root of twice that, for a uniform spread.
func chiSquare(counts []int, n int) float64 {
	want, sum := float64(n)/float64(len(counts)), 0.0
	for _, c := range counts {
		sum += (float64(c) - want) * (float64(c) - want) / want
	}
	return sum
}
