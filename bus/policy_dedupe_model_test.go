package bus_test

import (
	"context"
	"math/rand/v2"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// TestD8TheWindowAgainstASlowOne compares with a list that is searched from its end, for events that come again
// and ones that fail, by numbers and ids mixed.
func TestD8TheWindowAgainstASlowOne(t *testing.T) {
	for _, size := range []int{1, 2, 15, 16, 17, 100} {
		for _, distance := range []uint64{1, 1 << 20, 1 << 40} {
			t.Run(strconv.Itoa(size)+" at distance "+strconv.FormatUint(distance, 10), func(t *testing.T) {
				against(t, size, distance)
			})
		}
	}
}

func against(t *testing.T, size int, distance uint64) {
	type entry struct {
		id    uint64
		freed bool
	}
	var list []entry
	r := rand.New(rand.NewPCG(uint64(size), distance))
	b := bus.New(bus.Options{Logger: quiet{}})
	defer b.Close()
	handled, fail := false, false
	s, err := b.Subscribe("x", func(context.Context, *bus.Event) error {
		if handled = true; fail {
			return errNo
		}
		return nil
	}, bus.Dedupe(bus.Window{Max: size}))
	require.NoError(t, err)
	for step := range 5000 {
		id := 1 + r.Uint64N(uint64(2*size+2))
		known := false
		for _, e := range list {
			known = known || e.id == id && !e.freed
		}
		in := bus.EventInit{Topic: "x", Seq: id * distance}
		if id%3 == 0 {
			in.ID, in.Seq = "id"+strconv.FormatUint(id, 10), uint64(step)
		}
		handled, fail = false, r.IntN(4) == 0
		_ = bus.PortOf(b).Deliver(t.Context(), s, b.NewEvent(in))
		require.Equal(t, !known, handled, "step %d, id %d", step, id)
		if known {
			continue
		}
		if list = append(list, entry{id, fail}); len(list) > size {
			list = list[1:]
		}
	}
	assert.NotEmpty(t, list)
}
