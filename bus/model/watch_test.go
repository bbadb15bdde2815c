package model

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/trolleybus/trolleybus/bus"
)

// watch counts what an observer is told.
type watch struct {
	accepted, begun, ok, failed, dead, redriven, evicted atomic.Uint64
	dropped                                              map[bus.DropReason]*atomic.Uint64
}

func newWatch(b *bus.Bus) *watch {
	w := &watch{dropped: map[bus.DropReason]*atomic.Uint64{}}
	for _, reason := range []bus.DropReason{bus.DroppedOverflow, bus.DroppedDuplicate, bus.DroppedCoalesced, bus.DroppedIntercepted} {
		w.dropped[reason] = new(atomic.Uint64)
	}
	b.Observe(bus.Observer{
		Accepted: func(_ context.Context, e *bus.Event, _ string) {
			if !strings.HasPrefix(e.Topic, "$") {
				w.accepted.Add(1)
			}
		},
		Delivering: func(context.Context, *bus.Event, bus.ObservedSubscription, int) { w.begun.Add(1) },
		Delivered: func(_ context.Context, _ *bus.Event, _ bus.ObservedSubscription, d bus.Delivery) {
			if d.Outcome == bus.OutcomeOK {
				w.ok.Add(1)
			} else {
				w.failed.Add(1)
			}
		},
		Dropped: func(_ context.Context, _ *bus.Event, _ bus.ObservedSubscription, reason bus.DropReason) {
			w.dropped[reason].Add(1)
		},
		Dead:     func(context.Context, bus.DeadLetter) { w.dead.Add(1) },
		Redriven: func(context.Context, bus.DeadLetter) { w.redriven.Add(1) },
		Discarded: func(_ context.Context, _ bus.DeadLetter, evicted bool) {
			if evicted {
				w.evicted.Add(1)
			}
		},
	})
	return w
}

// differs says where what was seen is not what the bus counted, or nothing. Some calls may not have ended.
func (w *watch) differs(st bus.Stats, someRun bool) string {
	ended := w.ok.Load() + w.failed.Load()
	if begun := w.begun.Load(); someRun && begun > ended {
		ended = begun
	}
	var wrong []string
	for _, c := range []struct {
		what       string
		seen, want uint64
	}{
		{"accepted", w.accepted.Load(), st.Published}, {"ok", w.ok.Load(), st.Delivered}, {"begun", w.begun.Load(), ended},
		{"dropped", w.dropped[bus.DroppedOverflow].Load(), st.Dropped}, {"duplicates", w.dropped[bus.DroppedDuplicate].Load(), st.Deduped},
		{"coalesced", w.dropped[bus.DroppedCoalesced].Load(), st.Coalesced}, {"intercepted", w.dropped[bus.DroppedIntercepted].Load(), st.Intercepted},
		{"dead", w.dead.Load(), st.Dead}, {"redriven", w.redriven.Load(), st.Redriven}, {"evicted", w.evicted.Load(), st.Evicted},
	} {
		if c.seen != c.want {
			wrong = append(wrong, fmt.Sprintf("observers saw %d %s, not %d", c.seen, c.what, c.want))
		}
	}
	return strings.Join(wrong, "; ")
}
