package bus

import "math/bits"

// seqIndex finds the entry of a number in a window's ring: open addressing with linear probing. A map would take
// several times as long, most of it for what leaves, which is as much as what comes.
type seqIndex struct {
	slots []uint32 // place in the ring and one; 0 is empty
	shift int
}

// size makes room for an index of n entries, of which it has none then.
func (x *seqIndex) size(n int) {
	width := bits.Len(uint(n + n/2))
	x.slots, x.shift = make([]uint32, 1<<width), 64-width
}

// home spreads numbers that are at equal distances (Fibonacci hashing; Knuth, volume 3, section 6.4).
func (x *seqIndex) home(seq uint64) int { return int(seq * 0x9e3779b97f4a7c15 >> x.shift) }

// find returns the slot of a number, or the one where it belongs.
func (x *seqIndex) find(ring []dedupeEntry, seq uint64) (slot int, ok bool) {
	for i := x.home(seq); ; i = (i + 1) & (len(x.slots) - 1) {
		at := x.slots[i]
		if at == 0 {
			return i, false
		}
		if ring[at-1].seq == seq {
			return i, true
		}
	}
}

// put notes the place in the ring of a number that is not there yet.
func (x *seqIndex) put(ring []dedupeEntry, seq uint64, place int) {
	slot, _ := x.find(ring, seq)
	x.slots[slot] = uint32(place) + 1
}

// remove empties a slot and closes the gap: what comes behind it may have been put off by what was in it.
func (x *seqIndex) remove(ring []dedupeEntry, slot int) {
	mask := len(x.slots) - 1
	for next := (slot + 1) & mask; x.slots[next] != 0; next = (next + 1) & mask {
		home := x.home(ring[x.slots[next]-1].seq)
		if (next-home)&mask >= (next-slot)&mask {
			x.slots[slot] = x.slots[next]
			slot = next
		}
	}
	x.slots[slot] = 0
}
