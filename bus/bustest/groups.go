package bustest

import (
	"time"

	"github.com/stretchr/testify/require"
)

func groupOne(d *desk) {
	d.on("first", "x", nil, Options{})
	for _, name := range []string{"a", "b", "c"} {
		d.on(name, "x", nil, Options{Queue: "g"})
	}
	d.on("z", "x", nil, Options{Queue: "other"})
	d.publish("x", 1, 2, 3, 4)
	d.inOrder("0 first1", "0 a1", "0 z1", "0 first2", "0 b2", "0 z2", "0 first3", "0 c3", "0 z3", "0 first4", "0 a4", "0 z4")
}

func groupPatterns(d *desk) {
	d.on("a", "x.y", nil, Options{Queue: "g"})
	d.on("b", "x.*", nil, Options{Queue: "g"})
	d.publish("x.y", 1, 2)
	d.publish("x.z", 3, 4)
	d.inOrder("0 a1", "0 b2", "0 b3", "0 b4")
}

func groupLeastBusy(d *desk) {
	d.on("slow", "x", d.promise, Options{Queue: "g", Concurrency: 1})
	d.on("fast", "x", nil, Options{Queue: "g", Concurrency: 1})
	for n := range 4 {
		d.publish("x", n)
		d.m.Advance(0)
	}
	d.inOrder("0 slow0", "0 fast1", "0 fast2", "0 fast3")
	d.open[0].Settle(nil)
	d.m.Advance(0)
	d.publish("x", 4)
	d.inOrder("0 slow4")
	d.open[1].Settle(nil)
}

func groupFails(d *desk) {
	for _, name := range []string{"a", "b"} {
		d.on(name, "x", refuses, Options{Queue: "g", Retry: &Retry{Attempts: 4}})
	}
	d.publish("x", 1)
	d.m.Advance(time.Minute)
	d.inOrder("0 a1", "100 b1", "300 a1", "700 b1")
	require.Equal(d.T, 4, d.letters("")[0].Attempts)
}

func groupLeaves(d *desk) {
	off := d.on("a", "x", func(n int) error {
		if n == 1 {
			return errRefused
		}
		return d.promise(n)
	}, Options{Queue: "g", Concurrency: 1, Retry: &Retry{}})
	for n := 1; n <= 4; n++ {
		d.publish("x", n)
		d.m.Advance(0)
	}
	d.inOrder("0 a1", "0 a2")
	d.on("b", "x", nil, Options{Queue: "g", Concurrency: 1, Retry: &Retry{}})
	off()
	d.heard("0 b1", "0 b3", "0 b4")
	d.open[0].Settle(nil)
	d.m.Advance(time.Minute)
	d.heard()
	st := d.m.Stats()
	require.Zero(d.T, st.Dead+st.Dropped)
}

func groupDedupes(d *desk) {
	for _, name := range []string{"a", "b"} {
		d.on(name, "x", nil, Options{Queue: "g", Dedupe: &Window{}})
	}
	for range 4 {
		d.publishID("x", 1, "one")
	}
	d.inOrder("0 a1")
}
