package bustest

import (
	"context"
	"strings"
	"sync"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func values(k *kit) {
	all := []any{
		"", "text", "größe 日本 🚎", strings.Repeat("x", 100_000), 0.0, -1.5, 1e300, true, false, nil,
		[]any{}, []any{1.0, "two", nil, []any{true}},
		map[string]any{}, map[string]any{"a": 1.0, "nested": map[string]any{"list": []any{"x"}}},
	}
	var got []any
	k.subscribe("a", func(_ context.Context, e Event) error {
		got = append(got, e.Data)
		return nil
	})
	for _, v := range all {
		k.publish(k.ctx, "a", v)
	}
	require.Equal(k.T, all, got)
}

func reference(k *kit) {
	sent := map[string]any{"n": 1.0}
	k.subscribe("a", func(_ context.Context, e Event) error {
		e.Data.(map[string]any)["n"] = 2.0
		return nil
	})
	k.publish(k.ctx, "a", sent)
	assert.Equal(k.T, 2.0, sent["n"])
}

func grammar(k *kit) {
	for _, bad := range []string{
		"", ".", "a.", ".a", "a..b", "a b", "a\tb", "a\u00a0", "a\x00", "a\x7f",
		strings.Repeat("a", 256), strings.Repeat("a.", 32) + "a", "a*", "*a", "a.b>",
	} {
		k.code("TB_TOPIC", k.s.Publish(k.ctx, bad, nil))
		off, err := k.s.Subscribe(bad, fails("never"), Options{})
		k.code("TB_TOPIC", err)
		assert.Nil(k.T, off)
	}
	for _, wild := range []string{"*", ">", "a.*", "a.>"} {
		k.code("TB_TOPIC", k.s.Publish(k.ctx, wild, nil))
	}
	_, err := k.s.Subscribe("a.>.b", fails("never"), Options{})
	k.code("TB_TOPIC", err)
	k.logs("got", ">")
	for _, good := range []string{"a", strings.Repeat("a", 255), strings.Repeat("a.", 31) + "a", "größe.日本.🚎"} {
		k.publish(k.ctx, good, nil)
		k.logged("got " + good)
	}
	assert.Equal(k.T, 1, k.s.Stats().Subscriptions)
	k.failures(0)
}

func memberNames(k *kit) {
	names := []string{"__proto__", "constructor", "toString", "hasOwnProperty", "valueOf", "prototype", "length"}
	k.logs("rest", "o.>")
	for _, name := range names {
		k.publish(k.ctx, name, nil)
		k.publish(k.ctx, "o."+name, nil)
		k.logged("rest o." + name)
		off := k.logs("literal", name)
		k.publish(k.ctx, name, nil)
		k.logged("literal " + name)
		off()
		k.publish(k.ctx, name, nil)
		k.logged()
	}
	k.failures(0)
}

func reservedTopics(k *kit) {
	k.logs("rest", ">")
	k.logs("star", "*.error")
	k.logs("star", "*.>")
	k.logs("own", "$bus.error")
	k.logs("own", "$bus.>")
	for _, topic := range []string{"$bus.error", "$x", "$"} {
		k.code("TB_TOPIC", k.s.Publish(k.ctx, topic, nil))
	}
	k.logged()
	off := k.subscribe("a", fails("no"))
	k.publish(k.ctx, "a", nil)
	k.logged("rest a", "own $bus.error", "own $bus.error")
	off()
	k.publish(k.ctx, "a.$b", nil) // not first: an ordinary token
	k.logged("rest a.$b", "star a.$b")
}

func matching(k *kit) {
	patterns := []string{"a", "a.b", "*", "*.*", "a.*", "*.b", "a.>", "*.>", ">", "a.*.c", "a.b.>", "*.b.*", "x.>"}
	for _, p := range patterns {
		k.logs(p, p)
	}
	for topic, want := range map[string]string{
		"a":       "a * >",
		"b":       "* >",
		"a.b":     "a.b *.* a.* *.b a.> *.> >",
		"b.b":     "*.* *.b *.> >",
		"a.b.c":   "a.> *.> > a.*.c a.b.> *.b.*",
		"a.c.c":   "a.> *.> > a.*.c",
		"a.b.c.d": "a.> *.> > a.b.>",
		"x":       "* >",
	} {
		k.publish(k.ctx, topic, nil)
		var names []string
		for _, line := range k.log {
			names = append(names, strings.Fields(line)[0])
		}
		assert.Equal(k.T, want, strings.Join(names, " "), topic)
		k.log = nil
	}
}

func once(k *kit) {
	k.logs("once", "a", Options{Once: true})
	k.logs("once", ">", Options{Once: true})
	k.publish(k.ctx, "a", nil)
	k.publish(k.ctx, "a", nil)
	k.logged("once a", "once a")
	assert.Zero(k.T, k.s.Stats().Subscriptions)
}

func onceFiltered(k *kit) {
	k.logs("once", "a", Options{Once: true, Filter: func(e Event) bool { return e.Data == "this" }})
	k.publish(k.ctx, "a", "that")
	k.logged()
	k.publish(k.ctx, "a", "this")
	k.publish(k.ctx, "a", "this")
	k.logged("once a")
}

func onceRecursive(k *kit) {
	k.subscribe("a", func(ctx context.Context, e Event) error {
		k.log = append(k.log, "once")
		return k.s.Publish(ctx, "a", nil)
	}, Options{Once: true})
	k.publish(k.ctx, "a", nil)
	k.logged("once")
}

func onceConcurrent(k *kit) {
	for range 50 {
		var mu sync.Mutex
		called := 0
		k.subscribe("a", func(context.Context, Event) error {
			mu.Lock()
			called++
			mu.Unlock()
			return nil
		}, Options{Once: true})
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				if err := k.s.Publish(k.ctx, "a", nil); err != nil {
					k.Error(err)
				}
			})
		}
		wg.Wait()
		require.Equal(k.T, 1, called)
	}
}

func filtered(k *kit) {
	k.logs("long", ">", Options{Filter: func(e Event) bool { return len(e.Topic) > 3 }})
	k.logs("text", "a", Options{Filter: func(e Event) bool { _, ok := e.Data.(string); return ok }})
	k.publish(k.ctx, "a", 1.0)
	k.logged()
	k.publish(k.ctx, "a", "x")
	k.publish(k.ctx, "a.long", "x")
	k.logged("text a", "long a.long")
	assert.EqualValues(k.T, 2, k.s.Stats().Delivered)
}
