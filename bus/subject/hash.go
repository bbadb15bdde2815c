package subject

import (
	"hash/maphash"
	"math/bits"
)

// The seeds differ in every process, so that nobody can choose topics that collide.
var (
	hashSeed = maphash.MakeSeed()
	seedA    = maphash.String(hashSeed, "a") | 1
	seedB    = maphash.String(hashSeed, "b") | 1
)

// Hash hashes a topic or a token, for Index.MatchHash and for tables of one's own. It differs in every process. Tokens are short, and there the call of maphash costs more than the
// hashing: up to 16 bytes are folded into one multiplication, as wyhash does.
func Hash(s string) uint64 {
	n := len(s)
	var a, b uint64
	switch {
	case n > 16:
		return maphash.String(hashSeed, s)
	case n >= 8:
		a, b = load8(s), load8(s[n-8:])
	case n >= 4:
		a, b = load4(s), load4(s[n-4:])
	case n > 0:
		a = uint64(s[0])<<16 | uint64(s[n>>1])<<8 | uint64(s[n-1])
	}
	// The length goes in, since the halves of unequal strings can overlap to equal ones.
	hi, lo := bits.Mul64(a^seedA, b^seedB^uint64(n)<<56)
	hi, lo = bits.Mul64(hi^lo^seedB, seedA)
	return hi ^ lo
}

func load8(s string) uint64 {
	_ = s[7]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
}

func load4(s string) uint64 {
	_ = s[3]
	return uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24
}
