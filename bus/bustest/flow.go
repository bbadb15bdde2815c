package bustest

import (
	"strconv"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func overflowPolicies(d *desk) {
	for _, row := range []struct {
		policy  string
		want    []string
		dropped uint64
		failed  int
	}{
		{"drop-oldest", []string{"4", "5"}, 3, 0},
		{"drop-newest", []string{"1", "2"}, 3, 0},
		{"latest", []string{"5"}, 4, 0},
		{"error", []string{"1", "2"}, 3, 3},
	} {
		dropped, failures := d.m.Stats().Dropped, len(d.m.Failures())
		d.open = nil
		off := d.on(row.policy+" ", "x", d.promise, Options{Concurrency: 1, Overflow: &Overflow{2, row.policy}})
		d.publish("x", 0)
		d.m.Advance(0)
		d.publish("x", 1, 2, 3, 4, 5)
		d.heard("0 " + row.policy + " 0")
		for i := 0; i < len(d.open); i++ {
			d.open[i].Settle(nil)
			d.m.Advance(0)
		}
		var want []string
		for _, n := range row.want {
			want = append(want, "0 "+row.policy+" "+n)
		}
		d.inOrder(want...)
		require.Equal(d.T, row.dropped, d.m.Stats().Dropped-dropped)
		all := d.m.Failures()[failures:]
		require.Len(d.T, all, row.failed)
		for _, f := range all {
			require.Equal(d.T, "TB_OVERFLOW", bus.Code(f.Err))
		}
		off()
	}
}

func oneAtATime(d *desk) {
	d.on("a", "x", d.promise, Options{Concurrency: 1})
	d.on("b", "x", d.promise, Options{Concurrency: 2})
	d.publish("x", 1, 2, 3)
	d.heard("0 a1", "0 b1", "0 b2")
	for _, p := range d.open {
		p.Settle(nil)
	}
	d.heard("0 a2", "0 b3")
	for _, p := range d.open {
		p.Settle(nil)
	}
	d.heard("0 a3")
	d.open[len(d.open)-1].Settle(nil)
}

func coalesces(d *desk) {
	three := func(e Event) string { return strconv.Itoa(numberOf(e) % 3) }
	d.on("a", "x", func(n int) error {
		if n == 0 {
			return d.promise(n)
		}
		return nil
	}, Options{Concurrency: 1, Coalesce: three, Overflow: &Overflow{3, "error"}})
	d.publish("x", 0)
	d.m.Advance(0)
	d.publish("x", 1, 2, 3, 4, 5, 6, 7)
	d.inOrder("0 a0")
	d.open[0].Settle(nil)
	d.inOrder("0 a7", "0 a5", "0 a6")
	require.EqualValues(d.T, 4, d.m.Stats().Coalesced)
	require.Empty(d.T, d.m.Failures())
}

func debounces(d *desk) {
	ten := func(e Event) string { return strconv.Itoa(numberOf(e) / 10) }
	d.on("a", "x", nil, Options{Debounce: 100 * ms})
	d.on("b", "x", nil, Options{Debounce: 100 * ms, Coalesce: ten})
	d.publish("x", 1)
	d.m.Advance(90 * ms)
	d.publish("x", 2)
	d.m.Advance(50 * ms)
	d.publish("x", 11)
	d.m.Advance(time.Minute)
	d.heard("190 b2", "240 a11", "240 b11")
}

func throttles(d *desk) {
	d.on("a", "x", nil, Options{Throttle: 100 * ms})
	d.on("after", "x", nil, Options{})
	d.publish("x", 1, 2, 3)
	d.inOrder("0 a1", "0 after1", "0 after2", "0 after3")
	d.m.Advance(time.Minute)
	d.inOrder("100 a3")
	d.publish("x", 4)
	d.inOrder("60000 a4", "60000 after4")
}

func pressures(d *desk) {
	d.on("pressure", "$bus.pressure", nil, Options{})
	d.on("a", "x", d.promise, Options{Concurrency: 1, Overflow: &Overflow{4, "error"}})
	d.publish("x", 0)
	d.m.Advance(0)
	full := func(want float64) {
		d.Helper()
		p, err := d.m.Pressure("x")
		require.NoError(d.T, err)
		require.Equal(d.T, want, p)
	}
	full(0)
	d.publish("x", 1, 2)
	d.heard("0 a0")
	d.publish("x", 3)
	full(0.75)
	d.heard("0 pressure0")
	for i := range 2 {
		d.open[i].Settle(nil)
		d.m.Advance(0)
	}
	d.heard("0 a1", "0 a2", "0 pressure0")
	full(0.25)
	_, err := d.m.Pressure("a..b")
	require.Equal(d.T, "TB_TOPIC", bus.Code(err))
}
