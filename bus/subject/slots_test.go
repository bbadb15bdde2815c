package subject

import (
	"strconv"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func TestIndexSaturated(t *testing.T) {
	// All items in one home bucket: look-ups must find them beyond it, and deletion must not lose others.
	const n = 600
	x := slots{buckets: make([]bucket, 200)}
	h := uint64(5) << 40
	var entries []*Entry
	for i := range n {
		e := NewEntry("k" + strconv.Itoa(i))
		entries = append(entries, &e)
		x.put(h, &e.item)
		x.count++
	}
	for i, e := range entries {
		require.NotNil(t, x.slot(h, e.path))
		if i%2 == 0 {
			x.delete(h, e.path)
			require.Nil(t, x.slot(h, e.path))
		}
		if x.count < 210 {
			break // beyond this it would shrink, and rehash by the real hash
		}
	}
	for i := 1; i < n; i += 2 {
		require.NotNil(t, x.slot(h, entries[i].path), "item %d", i)
	}
}

func TestSizes(t *testing.T) {
	// What the figures of the documentation stand on, on 64-bit machines.
	if strconv.IntSize == 64 {
		require.EqualValues(t, 32, unsafe.Sizeof(Entry{}))
		require.EqualValues(t, 64, unsafe.Sizeof(bucket{}))
		require.EqualValues(t, 80, unsafe.Sizeof(node{}))
	}
	require.Zero(t, unsafe.Offsetof(Entry{}.item))
	require.Zero(t, unsafe.Offsetof(node{}.item))
}
