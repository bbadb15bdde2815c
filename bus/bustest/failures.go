package bustest

import (
	"context"
	"errors"
	"runtime"
	"strconv"
	"strings"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func fails(text string) Handler {
	return func(context.Context, Event) error { return errors.New(text) }
}

func panics(text string) Handler {
	return func(context.Context, Event) error { panic(text) }
}

func errorIsolated(k *kit) {
	k.subscribe("a", fails("no"))
	k.logs("after", "a")
	k.subscribe("*", fails("no"))
	k.logs("after", ">")
	k.publish(k.ctx, "a", nil)
	k.logged("after a", "after a")
	k.failures(2)
}

func panicIsolated(k *kit) {
	k.subscribe("a", panics("boom"))
	k.logs("after", "a")
	k.publish(k.ctx, "a", nil)
	k.logged("after a")
	f := k.failures(1)[0]
	k.code("TB_PANIC", f.Err)
	assert.Contains(k.T, f.Err.Error(), "boom")
	k.publish(k.ctx, "a", nil)
	k.failures(2)
}

func allPanic(k *kit) {
	for i := range 100 {
		k.subscribe([]string{"a", "*"}[i%2], func(ctx context.Context, e Event) error {
			if i == 0 {
				k.publish(ctx, "b", nil)
			}
			panic("boom " + strconv.Itoa(i))
		})
	}
	k.logs("last", "b")
	k.publish(k.ctx, "a", nil)
	k.logged("last b")
	k.failures(150) // "b" is matched by the 50 subscribers of "*"
}

func goexitIsolated(k *kit) {
	k.subscribe("a", func(ctx context.Context, e Event) error {
		if err := k.s.Publish(ctx, "b", nil); err != nil {
			return err
		}
		runtime.Goexit()
		return nil
	})
	k.logs("after", "a")
	k.subscribe("a", panics("boom"))
	k.logs("after", ">")
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = k.s.Publish(k.ctx, "a", nil)
		k.Error("Goexit did not end the goroutine")
	}()
	<-done
	k.logged("after a", "after a", "after b")
	for _, f := range k.failures(2) {
		k.code("TB_PANIC", f.Err)
	}
	st := k.s.Stats()
	assert.Equal(k.T, Stats{Published: 2, Delivered: 3, Failed: 2, Subscriptions: 4}, st)
}

func reportedOnce(k *kit) {
	k.subscribe("a.*", fails("first"), Options{Name: "billing"})
	k.subscribe("a.b", fails("second"))
	k.publish(k.ctx, "a.b", nil)
	all := k.failures(2)
	assert.Equal(k.T, "first", all[0].Err.Error())
	assert.Equal(k.T, "a.b", all[0].Topic)
	assert.Equal(k.T, "a.*", all[0].Pattern)
	assert.Equal(k.T, "billing", all[0].Subscription)
	assert.Equal(k.T, "second", all[1].Err.Error())
	assert.Equal(k.T, "a.b", all[1].Pattern)
	assert.Empty(k.T, all[1].Subscription)
}

func reportedBehind(k *kit) {
	k.subscribe("a", fails("no"))
	k.subscribe("$bus.error", func(context.Context, Event) error {
		k.log = append(k.log, "told")
		return nil
	})
	k.logs("after", "a")
	k.publish(k.ctx, "a", nil)
	k.logged("after a", "told")
}

func failingFailureHandler(k *kit) {
	k.subscribe("$bus.error", func(context.Context, Event) error {
		k.log = append(k.log, "told")
		return errors.New("no either")
	})
	k.subscribe("a", fails("no"))
	k.publish(k.ctx, "a", nil)
	k.logged("told")
}

func failingFilter(k *kit) {
	k.logs("never", "a", Options{Filter: func(Event) bool { panic("filter") }})
	k.logs("after", "a")
	k.publish(k.ctx, "a", nil)
	k.logged("after a")
	k.code("TB_PANIC", k.failures(1)[0].Err)
}

func publishMistakes(k *kit) {
	k.subscribe("a", fails("no"))
	k.publish(k.ctx, "a", nil) // the handler's failure is not the publisher's
	k.code("TB_TOPIC", k.s.Publish(k.ctx, "", nil))
	ctx, cancel := context.WithCancel(k.ctx)
	cancel()
	err := k.s.Publish(ctx, "a", nil)
	require.ErrorIs(k.T, err, context.Canceled)
	k.code("TB_CANCELED", err)
	k.failures(1)
}

func endless(k *kit) {
	count := 0
	k.subscribe("loop", func(ctx context.Context, e Event) error {
		count++
		return k.s.Publish(ctx, "loop", nil)
	})
	k.logs("alive", "b")
	k.publish(k.ctx, "loop", nil)
	f := k.failures(1)[0]
	k.code("TB_RECURSION", f.Err)
	assert.GreaterOrEqual(k.T, count, 1000)
	assert.Less(k.T, count, 1100)
	k.publish(k.ctx, "b", nil)
	k.logged("alive b")
}

func cycle(k *kit) {
	next := map[string]string{"start": "x.ping", "x.ping": "x.pong", "x.pong": "x.ping"}
	k.subscribe(">", func(ctx context.Context, e Event) error { return k.s.Publish(ctx, next[e.Topic], nil) })
	k.publish(k.ctx, "start", nil)
	text := k.failures(1)[0].Err.Error()
	assert.Contains(k.T, text, "x.ping")
	assert.Contains(k.T, text, "x.pong")
	assert.NotContains(k.T, text, "start", "only the cycle is named")
	assert.Less(k.T, strings.Count(text, "x.p"), 20)
}

func longChain(k *kit) {
	n := 0.0
	k.subscribe("count", func(ctx context.Context, e Event) error {
		n = e.Data.(float64)
		if n < 900 {
			return k.s.Publish(ctx, "count", n+1)
		}
		return nil
	})
	k.publish(k.ctx, "count", 0.0)
	assert.EqualValues(k.T, 900, n)
	k.failures(0)
}
