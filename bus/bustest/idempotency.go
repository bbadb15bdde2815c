package bustest

import (
	"context"
	"strconv"
	"time"

	"github.com/stretchr/testify/require"
)

func dedupeByID(d *desk) {
	d.on("a", "x", nil, Options{Dedupe: &Window{}})
	d.on("b", "x", nil, Options{})
	d.publishID("x", 1, "one")
	d.publishID("x", 2, "one")
	d.publishID("x", 3, "three")
	d.publish("x", 4, 5)
	d.inOrder("0 a1", "0 b1", "0 b2", "0 a3", "0 b3", "0 a4", "0 b4", "0 a5", "0 b5")
	st := d.m.Stats()
	require.Equal(d.T, []uint64{5, 9, 1}, []uint64{st.Published, st.Delivered, st.Deduped})
}

func dedupeByKey(d *desk) {
	ten := func(e Event) string {
		if n := numberOf(e); n < 100 {
			return strconv.Itoa(n / 10)
		}
		return "" // all are handled
	}
	d.on("a", "x", nil, Options{Dedupe: &Window{Key: ten}})
	d.publish("x", 1, 2, 11, 3, 12, 100, 100)
	d.inOrder("0 a1", "0 a11", "0 a100", "0 a100")
}

func dedupeOwnID(d *desk) {
	var ids []string
	_, err := d.m.Subscribe("x", func(_ context.Context, e Event) error { ids = append(ids, e.ID); return nil }, Options{})
	require.NoError(d.T, err)
	d.on("a", "x", nil, Options{Dedupe: &Window{}})
	d.publish("x", 1)
	d.publishID("x", 2, ids[0])
	d.publishID("x", 3, ids[0]+"0")
	d.inOrder("0 a1", "0 a3")
}

func dedupeByCount(d *desk) {
	d.on("a", "x", nil, Options{Dedupe: &Window{Max: 3}})
	for n := range 4 {
		d.publishID("x", n, strconv.Itoa(n))
	}
	d.said = nil
	for _, n := range []int{1, 2, 3, 0, 1} {
		d.publishID("x", n, strconv.Itoa(n))
	}
	d.inOrder("0 a0", "0 a1")
}

func dedupeByTime(d *desk) {
	d.on("a", "x", nil, Options{Dedupe: &Window{For: time.Second}})
	d.publishID("x", 1, "one")
	d.m.Advance(999 * ms)
	d.publishID("x", 2, "one")
	d.m.Advance(ms)
	d.publishID("x", 3, "one")
	d.inOrder("0 a1", "1000 a3")
}

func dedupeFailed(d *desk) {
	d.on("a", "x", refusesFirst(1, 1), Options{Dedupe: &Window{}})
	for range 3 {
		d.publishID("x", 1, "one")
	}
	d.inOrder("0 a1", "0 a1")
	require.Len(d.T, d.m.Failures(), 1)
}

func dedupeRedriven(d *desk) {
	d.on("a", "x", refusesFirst(1, 1), Options{Dedupe: &Window{}, Retry: &Retry{Attempts: 1}})
	d.publishID("x", 1, "one")
	d.redrive(1, "", "", 0)
	d.m.Advance(0)
	d.publishID("x", 1, "one")
	d.inOrder("0 a1", "0 a1")
}
