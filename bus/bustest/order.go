package bustest

import (
	"context"
	"strconv"
	"sync"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func runToCompletion(k *kit) {
	k.subscribe("a", func(ctx context.Context, e Event) error {
		k.log = append(k.log, "A a")
		return k.s.Publish(ctx, "b", nil)
	})
	k.logs("A", "b")
	k.logs("B", ">")
	k.publish(k.ctx, "a", nil)
	k.logged("A a", "B a", "A b", "B b") // and not A a, A b, B b, B a
}

func outermostReturnsLast(k *kit) {
	k.subscribe("a", func(ctx context.Context, e Event) error { return k.s.Publish(ctx, "b", nil) })
	k.subscribe("b", func(ctx context.Context, e Event) error { return k.s.Publish(ctx, "c", nil) })
	k.logs("last", "c")
	k.publish(k.ctx, "a", nil)
	k.logged("last c")
}

func nestedOnlyQueues(k *kit) {
	k.subscribe("a", func(ctx context.Context, e Event) error {
		err := k.s.Publish(ctx, "b", nil)
		assert.Empty(k.T, k.log, "the nested event was delivered before its cause was done with")
		return err
	})
	k.logs("B", "b")
	k.publish(k.ctx, "a", nil)
	k.logged("B b")
}

func cascades(k *kit) {
	// A binary tree of events, breadth first.
	k.subscribe("tree.>", func(ctx context.Context, e Event) error {
		k.log = append(k.log, e.Topic)
		if len(e.Topic) > len("tree.1.1.1") {
			return nil
		}
		if err := k.s.Publish(ctx, e.Topic+".1", nil); err != nil {
			return err
		}
		return k.s.Publish(ctx, e.Topic+".2", nil)
	})
	k.publish(k.ctx, "tree.1", nil)
	want := []string{"tree.1"}
	for i := 0; len(want[i]) <= len("tree.1.1.1"); i++ {
		want = append(want, want[i]+".1", want[i]+".2")
	}
	k.logged(want...)
	k.failures(0)
}

func sequence(k *kit) {
	var seqs []uint64
	ids := make(map[string]bool)
	k.subscribe(">", func(ctx context.Context, e Event) error {
		seqs = append(seqs, e.Seq)
		assert.NotEmpty(k.T, e.ID)
		assert.False(k.T, ids[e.ID], "id %s twice", e.ID)
		ids[e.ID] = true
		if e.Topic == "a" {
			for range 3 {
				if err := k.s.Publish(ctx, "b", nil); err != nil {
					return err
				}
			}
		}
		return nil
	})
	k.publish(k.ctx, "a", nil)
	k.publish(k.ctx, "a", nil)
	require.Len(k.T, seqs, 8)
	assert.NotZero(k.T, seqs[0])
	for i := 1; i < len(seqs); i++ {
		assert.Greater(k.T, seqs[i], seqs[i-1])
	}
}

func causes(k *kit) {
	seen := make(map[string]Event)
	k.subscribe(">", func(ctx context.Context, e Event) error {
		seen[e.Topic] = e
		if e.Topic != "c" {
			return k.s.Publish(ctx, map[string]string{"a": "b", "b": "c"}[e.Topic], nil)
		}
		return nil
	})
	k.publish(k.ctx, "a", nil)
	require.Len(k.T, seen, 3)
	a, b, c := seen["a"], seen["b"], seen["c"]
	assert.Empty(k.T, a.CausationID)
	assert.Equal(k.T, a.ID, b.CausationID)
	assert.Equal(k.T, b.ID, c.CausationID)
	for _, e := range seen {
		assert.Equal(k.T, a.ID, e.CorrelationID, e.Topic)
	}
}

func contextAfterRun(k *kit) {
	var kept context.Context
	var cause string
	k.subscribe("a", func(ctx context.Context, e Event) error {
		kept, cause = ctx, e.ID
		return nil
	})
	var b Event
	k.subscribe("b", func(_ context.Context, e Event) error { b = e; return nil })
	k.publish(k.ctx, "a", nil)
	k.publish(kept, "b", nil)
	assert.Equal(k.T, "b", b.Topic, "a publish with the context of a run that is over must deliver by itself")
	_ = cause
}

func publishersInOrder(k *kit) {
	const publishers, events = 8, 300
	var mu sync.Mutex
	last := make(map[string]float64)
	k.subscribe("p.*", func(_ context.Context, e Event) error {
		mu.Lock()
		defer mu.Unlock()
		assert.Equal(k.T, last[e.Topic], e.Data, e.Topic)
		last[e.Topic]++
		return nil
	})
	var wg sync.WaitGroup
	for p := range publishers {
		wg.Go(func() {
			for i := range events {
				if err := k.s.Publish(k.ctx, "p."+strconv.Itoa(p), float64(i)); err != nil {
					k.Error(err)
				}
			}
		})
	}
	wg.Wait()
	require.Len(k.T, last, publishers)
	for topic, n := range last {
		assert.EqualValues(k.T, events, n, topic)
	}
}

func publishFromGoroutine(k *kit) {
	// The goroutine publishes while the run waits for it, so the event joins the run.
	k.subscribe("a", func(ctx context.Context, e Event) error {
		published := make(chan error)
		go func() { published <- k.s.Publish(ctx, "b", nil) }()
		err := <-published
		k.log = append(k.log, "A a")
		return err
	})
	k.logs("B", ">")
	k.publish(k.ctx, "a", nil)
	k.logged("A a", "B a", "B b")
}

func addedDuring(k *kit) {
	k.subscribe("a", func(ctx context.Context, e Event) error {
		k.logs("late", "a")
		k.logs("late", "*")
		return nil
	})
	k.publish(k.ctx, "a", nil)
	k.logged()
	k.publish(k.ctx, "a", nil)
	k.logged("late a", "late a")
}

func addedGetsQueued(k *kit) {
	k.subscribe("a", func(ctx context.Context, e Event) error {
		if err := k.s.Publish(ctx, "b", nil); err != nil {
			return err
		}
		k.logs("new", ">")
		return nil
	})
	k.publish(k.ctx, "a", nil)
	k.logged("new b")
}

func snapshotAtBegin(k *kit) {
	// The set for b is fixed when its delivery begins, not when it was published.
	var off func()
	k.subscribe("a", func(ctx context.Context, e Event) error {
		err := k.s.Publish(ctx, "b", nil)
		off()
		k.logs("new", "b")
		return err
	})
	off = k.logs("old", "b")
	k.publish(k.ctx, "a", nil)
	k.logged("new b")
}

func removedDuring(k *kit) {
	var offs []func()
	k.subscribe("a.b", func(context.Context, Event) error {
		for _, off := range offs {
			off()
		}
		return nil
	})
	offs = append(offs, k.logs("literal", "a.b"), k.logs("wildcard", "a.*"), k.logs("rest", ">"))
	k.logs("stays", "a.b")
	k.publish(k.ctx, "a.b", nil)
	k.logged("stays a.b")
	k.publish(k.ctx, "a.b", nil)
	k.logged("stays a.b")
}

func removeSelf(k *kit) {
	for _, name := range []string{"1", "2", "3"} {
		var off func()
		off = k.subscribe("a", func(context.Context, Event) error {
			k.log = append(k.log, name)
			off()
			return nil
		})
	}
	k.publish(k.ctx, "a", nil)
	k.logged("1", "2", "3")
	k.publish(k.ctx, "a", nil)
	k.logged()
}

func order(k *kit) {
	for i, pattern := range []string{">", "a.b", "*.b", "a.*", "a.b", "a.>", "*.*", "a.b", ">"} {
		k.logs(strconv.Itoa(i), pattern)
	}
	k.publish(k.ctx, "a.b", nil)
	k.logged("0 a.b", "1 a.b", "2 a.b", "3 a.b", "4 a.b", "5 a.b", "6 a.b", "7 a.b", "8 a.b")
	k.publish(k.ctx, "a.c", nil)
	k.logged("0 a.c", "3 a.c", "5 a.c", "6 a.c", "8 a.c")
}

func orderAfterReturn(k *kit) {
	k.logs("1", "a")
	off := k.logs("2", "*")
	k.logs("3", "a")
	k.publish(k.ctx, "a", nil)
	k.logged("1 a", "2 a", "3 a")
	off()
	k.logs("2", "*")
	k.publish(k.ctx, "a", nil)
	k.logged("1 a", "3 a", "2 a")
}

func manyInOrder(k *kit) {
	const n = 500
	want := make([]string, n)
	for i := range n {
		name := strconv.Itoa(i)
		want[i] = name + " a.b"
		k.logs(name, []string{"a.b", "a.*", ">"}[i%3])
	}
	k.publish(k.ctx, "a.b", nil)
	k.logged(want...)
}
