package bus

import (
	"strconv"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

func TestSizes(t *testing.T) {
	// What the figures of the documentation stand on, on 64-bit machines.
	if strconv.IntSize == 64 {
		require.EqualValues(t, 80, unsafe.Sizeof(Subscription{}))
	}
	require.Zero(t, unsafe.Offsetof(Subscription{}.entry))
}
