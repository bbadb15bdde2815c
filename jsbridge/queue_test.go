//go:build js && wasm

package jsbridge

import (
	"context"
	"errors"
	"slices"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestConcurrencyDecodesAfterThePageWentOn(t *testing.T) {
	p := newPair(t, withCodec)
	begin, got := make(chan struct{}), make(chan map[string]int, 3)
	var payloads []*payload
	p.onGo("a", func(_ context.Context, e *bus.Event) error {
		<-begin // the handler may wait: nothing of JavaScript's waits for it
		payloads = append(payloads, e.Data.(*payload))
		v, err := bus.As[map[string]int](e)
		got <- v
		return err
	}, bus.Concurrency(1))
	for n := range 3 {
		require.NoError(t, p.fromPage("a", map[string]any{"n": n}))
	}
	assert.Empty(t, got)
	close(begin)
	for n := range 3 {
		assert.Equal(t, map[string]int{"n": n}, <-got)
	}
	// Each payload is let go behind its handler, and before the next one begins.
	require.NoError(t, p.fromPage("a", map[string]any{"n": 4}))
	<-got
	for _, data := range payloads[:3] {
		assert.Equal(t, released, data.state)
		assert.False(t, onPageSide(data))
	}
	assert.Empty(t, p.takeFailures())
}

func TestConcurrencyPublishesBackToThePage(t *testing.T) {
	p := newPair(t, bus.Options{})
	inGo, _ := watch(p)
	var got metadata
	asked := make(chan metadata, 1)
	p.onGo("ask", func(ctx context.Context, e *bus.Event) error {
		err := p.inGo.Publish(ctx, "answer", e.Data)
		asked <- ofGo(e) // now that JavaScript is done: what is published while it delivers is nested
		return err
	}, bus.Concurrency(2))
	data := evaluate("({ any: () => {} })")
	p.onPage("answer", func(answer, e js.Value) error {
		assert.True(t, same(data, answer))
		got = ofPage(e)
		return nil
	})
	p.onPage("first", func(js.Value, js.Value) error { return p.fromPage("ask", data) })
	require.NoError(t, p.fromPage("first", nil, map[string]any{"id": "root", "traceparent": trace}))
	assert.Equal(t, (<-asked).id, got.causation)
	assert.Equal(t, "root", got.correlation)
	assert.Equal(t, trace, got.traceParent)
	assert.Equal(t, got, inGo["answer"])
	require.NoError(t, p.fromPage("ask", data, map[string]any{"id": "alone"}))
	<-asked
	assert.Equal(t, "alone", got.causation)
	assert.Equal(t, "alone", got.correlation)
	assert.Empty(t, got.traceParent)
	assert.Empty(t, p.takeFailures())
}

func TestConcurrencyFailuresAreReportedOnThePage(t *testing.T) {
	p := newPair(t, bus.Options{})
	told := make(chan *bus.Failure, 2)
	p.onGo(bus.ErrorTopic, func(_ context.Context, e *bus.Event) error {
		f, err := bus.As[*bus.Failure](e)
		told <- f
		return err
	})
	p.onGo("a.*", func(context.Context, *bus.Event) error { return errors.New("no good") }, bus.Concurrency(1), bus.Name("worker"))
	p.onGo("b", func(context.Context, *bus.Event) error { panic("boom") }, bus.Concurrency(1))
	require.NoError(t, p.fromPage("a.b", "data"))
	f := <-told
	assert.EqualError(t, f.Err, "no good")
	assert.Equal(t, "a.*", f.Pattern)
	assert.Equal(t, "worker", f.Subscription)
	assert.Equal(t, "a.b", f.Event.Topic)
	require.NoError(t, p.inGo.Publish(context.Background(), "b", "data"))
	f = <-told
	require.ErrorIs(t, f.Err, bus.ErrPanic)
	assert.Equal(t, "b", f.Event.Topic)
	failures := p.takeFailures()
	require.Len(t, failures, 2)
	assert.Equal(t, "no good", failures[0].Err.Error())
	assert.Equal(t, "worker", failures[0].Subscription)
	assert.Equal(t, "TB_PANIC", bus.Code(failures[1].Err))
}

func TestOverflowLetsPayloadsGo(t *testing.T) {
	for policy, want := range map[bus.Policy][]int{bus.DropOldest: {3, 4}, bus.DropNewest: {0, 1}, bus.Latest: {4}, bus.Error: {0, 1}} {
		t.Run(policy.String(), func(t *testing.T) {
			p := newPair(t, withCodec)
			var seen []*payload
			p.onGo("a", func(_ context.Context, e *bus.Event) error {
				seen = append(seen, e.Data.(*payload))
				return nil
			})
			ctx, cancel := context.WithCancel(context.Background())
			defer cancel()
			events := p.inGo.Events(ctx, "a", bus.Overflow(2, policy))
			for n := range 5 {
				require.NoError(t, p.fromPage("a", map[string]any{"n": n}))
			}
			var got []int
			for e := range events {
				v, err := bus.As[map[string]int](e)
				require.NoError(t, err)
				got = append(got, v["n"])
				for n, data := range seen {
					if n < v["n"] || !slices.Contains(want, n) {
						assert.False(t, onPageSide(data), "%d was let go", n)
					}
				}
				if len(got) == len(want) {
					break
				}
			}
			assert.Equal(t, want, got)
			for n, data := range seen {
				assert.False(t, onPageSide(data), "%d is let go when the loop is over", n)
			}
			failures := p.takeFailures()
			if policy == bus.Error {
				require.Len(t, failures, 3)
				for _, f := range failures {
					assert.Equal(t, "TB_OVERFLOW", bus.Code(f.Err))
				}
			} else {
				assert.Empty(t, failures)
			}
			assert.EqualValues(t, 5-len(want), p.inGo.Stats().Dropped)
		})
	}
}

func TestEventsReadsWhatThePagePublishesMeanwhile(t *testing.T) {
	p := newPair(t, withCodec)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	events := p.inGo.Events(ctx, "count.*")
	require.NoError(t, p.fromPage("count.up", 0))
	n := 0
	for e := range events {
		v, err := bus.As[int](e)
		require.NoError(t, err)
		require.Equal(t, n, v)
		if n++; n == 100 {
			break
		}
		require.NoError(t, p.fromPage("count.up", n))
	}
	assert.Equal(t, 100, n)
	assert.Zero(t, p.inGo.Stats().Subscriptions, "the loop is over")
	require.NoError(t, p.fromPage("count.up", n))
}

func TestEventsEndWithThePagesBus(t *testing.T) {
	p := newPair(t, bus.Options{})
	done := make(chan int)
	events := p.inGo.Events(context.Background(), ">")
	go func() {
		n := 0
		for range events {
			n++
		}
		done <- n
	}()
	require.NoError(t, p.fromPage("a"))
	p.inPage.Call("close")
	<-served.closed
	require.NoError(t, p.inGo.Close())
	assert.LessOrEqual(t, <-done, 1)
}

func TestGoroutineThatPublishesLater(t *testing.T) {
	p := newPair(t, bus.Options{})
	begin, published := make(chan struct{}), make(chan error)
	heard := ""
	p.onGo("start", func(ctx context.Context, e *bus.Event) error {
		go func() {
			<-begin
			published <- p.inGo.Publish(ctx, "later", "from a goroutine")
		}()
		return nil
	})
	p.onPage("later", func(data, _ js.Value) error {
		heard = data.String()
		return nil
	})
	require.NoError(t, p.fromPage("start"))
	assert.Empty(t, heard)
	close(begin)
	require.NoError(t, <-published)
	assert.Equal(t, "from a goroutine", heard)
}

func TestGoroutinesOfBothSidesInTurns(t *testing.T) {
	// A promise of JavaScript's and a goroutine hand a number to each other: Go runs whenever the page gives it a turn.
	p := newPair(t, bus.Options{})
	numbers := make(chan int)
	p.onGo("to.go", func(_ context.Context, e *bus.Event) error {
		n, err := bus.As[int](e)
		go func() { numbers <- n }()
		return err
	})
	go func() {
		for n := range numbers {
			if err := p.inGo.Publish(context.Background(), "to.page", n+1); err != nil {
				t.Error(err)
			}
		}
	}()
	defer close(numbers)
	last, err := await(evaluate(`(bus) => new Promise((resolve) => {
		bus.subscribe('to.page', async (n) => {
			await null;
			if (n >= 200) resolve(n);
			else bus.publish('to.go', n + 1);
		});
		bus.publish('to.go', 0);
	})`).Invoke(p.inPage))
	require.NoError(t, err)
	assert.Equal(t, 201, last.Int())
	assert.Empty(t, p.takeFailures())
}

// What a full queue in Go refuses is with its failure, on both sides, whichever of them published it.
func TestTheFailureOfAFullQueueHasTheEvent(t *testing.T) {
	p := newPair(t, withCodec)
	var inGo []string
	p.onGo(bus.ErrorTopic, func(_ context.Context, e *bus.Event) error {
		f, err := bus.As[*bus.Failure](e)
		if err != nil {
			return err
		}
		v, err := bus.As[map[string]string](f.Event)
		inGo = append(inGo, f.Event.Topic+" "+f.Subscription+" "+v["of"])
		return err
	})
	hold := make(chan struct{})
	defer close(hold)
	wait := func(context.Context, *bus.Event) error { <-hold; return nil }
	p.onGo("a.*", wait, bus.Name("queue"), bus.Concurrency(1), bus.Overflow(1, bus.Error))
	p.inGo.Events(context.Background(), "b.*", bus.Name("iterator"), bus.Overflow(1, bus.Error))
	p.onGo("c.*", wait, bus.Name("debounced"), bus.Debounce(time.Hour), bus.Coalesce((*bus.Event).ID), bus.Overflow(1, bus.Error))
	for topic, name := range map[string]string{"a.x": "queue", "b.x": "iterator", "c.x": "debounced"} {
		for of, publish := range map[string]func() error{
			"page": func() error { return p.fromPage(topic, map[string]any{"of": "page"}) },
			"go":   func() error { return p.inGo.Publish(context.Background(), topic, map[string]string{"of": "go"}) },
		} {
			inGo = nil
			p.failures.Set("length", 0)
			for len(inGo) == 0 {
				require.NoError(t, publish())
			}
			assert.Equal(t, []string{topic + " " + name + " " + of}, inGo)
			require.Equal(t, 1, p.failures.Length())
			f := p.failures.Index(0)
			assert.Equal(t, topic, f.Get("event").Get("topic").String())
			assert.Equal(t, of, f.Get("event").Get("data").Get("of").String(), "%s, %s", name, of)
			assert.Equal(t, "TB_OVERFLOW", f.Get("error").Get("code").String())
		}
	}
	p.failures.Set("length", 0)
}

// So is the event of any other failure.
func TestTheFailureOfAHandlerHasTheEvent(t *testing.T) {
	p := newPair(t, withCodec)
	told := make(chan string, 1)
	p.onGo(bus.ErrorTopic, func(_ context.Context, e *bus.Event) error {
		f, err := bus.As[*bus.Failure](e)
		if err != nil {
			return err
		}
		v, err := bus.As[map[string]string](f.Event)
		told <- v["of"]
		return err
	})
	fail := func(context.Context, *bus.Event) error { return errors.New("no good") }
	p.onGo("a", fail)
	p.onGo("b", fail, bus.Concurrency(1))
	for _, topic := range []string{"a", "b"} {
		require.NoError(t, p.fromPage(topic, map[string]any{"of": "page"}))
		assert.Equal(t, "page", <-told)
		require.NoError(t, p.inGo.Publish(context.Background(), topic, map[string]string{"of": "go"}))
		assert.Equal(t, "go", <-told)
	}
	for i := range 4 {
		assert.Equal(t, []string{"page", "go"}[i%2], p.failures.Index(i).Get("event").Get("data").Get("of").String())
	}
	p.failures.Set("length", 0)
}
