package subject

import (
	"math/bits"
	"strings"
)

// slots is an open-addressing hash table of items keyed by a segment of their pattern: by the whole pattern, or by the
// token at byte off. It exists because a million patterns in Go maps of maps take twice the memory and the cache misses.
type slots struct {
	buckets []bucket
	count   int32
	off     uint8 // patterns are at most 255 bytes
	byToken bool
}

const (
	bucketSize = 7
	// minLoad and maxLoad are in sevenths: above six of seven filled it grows, below one of seven it shrinks.
	maxLoad = 6
	minLoad = 1

	lowBits  = 0x0001010101010101
	highBits = 0x0080808080808080
	// passedMask is the byte of a bucket's meta that counts.
	passedMask = 0xff << 56
)

// bucket holds seven items in 64 bytes. meta has one byte for each, zero where it is free, else seven bits of the
// hash with the top bit set; its eighth byte counts the items that found this bucket full on their way,
// so that a look-up knows whether to go on, and deletion needs no tombstones.
type bucket struct {
	meta  uint64
	items [bucketSize]*item
}

func tagOf(h uint64) uint64 { return h&0x7f | 0x80 }

// candidates marks the top bit of each byte that may equal tag.
func (b *bucket) candidates(tag uint64) uint64 {
	x := b.meta&(1<<56-1) ^ tag*lowBits
	return (x - lowBits) & ^x & highBits
}

func (b *bucket) passed() uint64 { return b.meta >> 56 }

// pass and unpass stop at 255: such a bucket is looked past until the next rehash, which is harmless.
func (b *bucket) pass() {
	if b.passed() < 255 {
		b.meta += 1 << 56
	}
}

func (b *bucket) unpass() {
	if b.passed() < 255 {
		b.meta -= 1 << 56
	}
}

func (b *bucket) free() int { return bits.TrailingZeros64(^b.meta&highBits) >> 3 }

func (x *slots) home(h uint64) int {
	n, _ := bits.Mul64(h, uint64(len(x.buckets)))
	return int(n)
}

func (x *slots) after(i int) int {
	if i++; i == len(x.buckets) {
		return 0
	}
	return i
}

// holds reports whether the segment of path that x is keyed by equals key.
func (x *slots) holds(path, key string) bool {
	off := int(x.off)
	end := off + len(key)
	return len(path) >= end && (len(path) == end || x.byToken && path[end] == '.') && path[off:end] == key
}

// key is the segment of path that x is keyed by.
func (x *slots) key(path string) string {
	path = path[x.off:]
	if x.byToken {
		if dot := strings.IndexByte(path, '.'); dot >= 0 {
			return path[:dot]
		}
	}
	return path
}

// slot returns the place of the item with this key, valid until the next insert or delete, or nil.
func (x *slots) slot(h uint64, key string) **item {
	if x.count == 0 {
		return nil
	}
	i, m := x.probe(h)
	return x.find(h, key, i, m)
}

// probe is the first half of slot, for slots that are not empty: it reads the home bucket. In a large
// table that misses the processor's caches, so who has something else to do does it between probe and find.
func (x *slots) probe(h uint64) (home int, candidates uint64) {
	home = x.home(h)
	b := &x.buckets[home]
	// The sign that others were put past this bucket rides along, in a byte that candidates leaves free.
	return home, b.candidates(tagOf(h)) | b.meta&passedMask
}

// find is the second half of slot.
func (x *slots) find(h uint64, key string, i int, m uint64) **item {
	if m == 0 {
		return nil
	}
	tag := tagOf(h)
	for n := len(x.buckets); ; n-- {
		b := &x.buckets[i]
		for c := m & highBits; c != 0; c &= c - 1 {
			if it := &b.items[bits.TrailingZeros64(c)>>3]; x.holds((*it).path, key) {
				return it
			}
		}
		if m&passedMask == 0 || n == 1 {
			return nil
		}
		i = x.after(i)
		b = &x.buckets[i]
		m = b.candidates(tag) | b.meta&passedMask
	}
}

// insert adds an item whose key is not there yet.
func (x *slots) insert(h uint64, it *item) {
	if int(x.count)+1 > len(x.buckets)*maxLoad {
		// By half, not by two: the memory of a million subscriptions counts more than a rehash.
		x.resize(len(x.buckets) + len(x.buckets)/2 + 1)
	}
	x.put(h, it)
	x.count++
}

func (x *slots) put(h uint64, it *item) {
	i := x.home(h)
	for {
		b := &x.buckets[i]
		if k := b.free(); k < bucketSize {
			b.meta |= tagOf(h) << (8 * k)
			b.items[k] = it
			return
		}
		b.pass()
		i = x.after(i)
	}
}

// delete removes the item with this key, which must be there.
func (x *slots) delete(h uint64, key string) {
	tag := tagOf(h)
	for i := x.home(h); ; i = x.after(i) {
		b := &x.buckets[i]
		for m := b.candidates(tag); m != 0; m &= m - 1 {
			k := bits.TrailingZeros64(m) >> 3
			if x.holds(b.items[k].path, key) {
				b.meta &^= 0xff << (8 * k)
				b.items[k] = nil
				if x.count--; x.count == 0 {
					x.buckets = nil
				} else if len(x.buckets) > 1 && int(x.count) < len(x.buckets)*minLoad {
					x.resize(int(x.count)/4 + 1)
				}
				return
			}
		}
		// The item was put past this bucket because it was full.
		b.unpass()
	}
}

func (x *slots) resize(n int) {
	old := x.buckets
	x.buckets = make([]bucket, n)
	for i := range old {
		for _, it := range old[i].items {
			if it != nil {
				x.put(Hash(x.key(it.path)), it)
			}
		}
	}
}

// each calls f with every item until it returns false.
func (x *slots) each(f func(*item) bool) bool {
	for i := range x.buckets {
		for _, it := range x.buckets[i].items {
			if it != nil && !f(it) {
				return false
			}
		}
	}
	return true
}
