//go:build js && wasm

package jsbridge

import (
	"context"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func (p *pair) replayed(t *testing.T, pattern string, opts ...bus.SubscribeOption) *[]string {
	t.Helper()
	var got []string
	_, err := p.inGo.Subscribe(pattern, func(_ context.Context, e *bus.Event) error {
		v, err := bus.As[string](e)
		got = append(got, e.Topic+" "+v)
		return err
	}, opts...)
	require.NoError(t, err)
	return &got
}

// What either side declares, both sides find kept in one order, whoever published.
func TestHistoryOfBothSides(t *testing.T) {
	p := newPair(t, bus.Options{})
	require.NoError(t, p.inGo.Declare("x.go", bus.History(bus.Keep{Count: 3})))
	p.inPage.Call("topic", "x.js", map[string]any{"history": 3})
	for _, text := range []string{"1", "2", "3", "4"} {
		for _, topic := range []string{"x.go", "x.js"} {
			p.inPage.Call("publish", topic, "script "+text)
			require.NoError(t, p.inGo.Publish(t.Context(), topic, "go "+text))
		}
	}
	want := []string{"x.go go 3", "x.js go 3", "x.go script 4", "x.go go 4", "x.js script 4", "x.js go 4"}
	assert.ElementsMatch(t, want, *p.replayed(t, "x.*", bus.ReplayAll()))
	assert.Equal(t, want, *p.replayed(t, "x.*", bus.ReplayAll()))
	assert.Equal(t, want, p.scriptReplay("x.*", "all"))
	assert.Equal(t, []string{"x.go go 4", "x.js go 4"}, p.scriptReplay("x.*", 1))
	assert.Equal(t, 6, p.inGo.Stats().Retained)
	assert.Equal(t, 6, p.inPage.Call("stats").Get("retained").Int())
	assert.Equal(t, "go 4", p.inPage.Call("topic", "x.js").Get("value").String())
	e, ok := p.inGo.Last("x.js")
	require.True(t, ok)
	assert.Equal(t, "go 4", e.Data)
	n, err := p.inGo.Clear("x.go")
	require.NoError(t, err)
	assert.Equal(t, 3, n)
	assert.Equal(t, want[1:2], p.scriptReplay("x.*", "all")[:1])
	p.inPage.Call("topic", "x.js").Call("clear")
	assert.Zero(t, p.inGo.Stats().Retained)
	assert.Empty(t, failuresIn(p.failures))
}

// What Go kept before it was served is there for the page, in its place.
func TestHistoryFromBeforeGoWasServed(t *testing.T) {
	b := bus.New(bus.Options{})
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Count: 3})))
	for _, text := range []string{"1", "2", "3", "4"} {
		require.NoError(t, b.Publish(t.Context(), "a", text))
	}
	p := pairOf(t, b)
	p.inPage.Call("publish", "a", "5")
	assert.Equal(t, []string{"a 3", "a 4", "a 5"}, p.scriptReplay("a", "all"))
	assert.Equal(t, []string{"a 3", "a 4", "a 5"}, *p.replayed(t, "a", bus.ReplayAll()))
}

// A component of the page that asked for the past before Go was up gets what Go had kept by then, once, and whoever
// comes later too, whether anything is published or not.
func TestWhatGoKeptReachesThePage(t *testing.T) {
	b := bus.New(bus.Options{})
	for _, topic := range []string{"x.a", "x.b", "x.c"} {
		require.NoError(t, b.Declare(topic, bus.History(bus.Keep{Count: 2})))
	}
	for _, text := range []string{"1", "2", "3"} {
		require.NoError(t, b.Publish(t.Context(), "x.b", text))
		require.NoError(t, b.Publish(t.Context(), "x.a", text))
	}
	var early, last, plain []string
	to := func(got *[]string) func(data, event js.Value) error {
		return func(data, event js.Value) error {
			*got = append(*got, event.Get("topic").String()+" "+data.String())
			return nil
		}
	}
	p := pairWith(t, b, map[string]any{}, func(p *pair) {
		p.onPage("x.*", to(&early), map[string]any{"replay": "all"})
		p.onPage("x.b", to(&last), map[string]any{"replay": 1})
		p.onPage("x.>", to(&plain))
	})
	want := []string{"x.b 2", "x.a 2", "x.b 3", "x.a 3"}
	assert.Equal(t, want, early)
	assert.Equal(t, []string{"x.b 3"}, last)
	assert.Equal(t, "3", p.inPage.Call("topic", "x.a").Get("value").String())
	assert.Equal(t, 4, p.inPage.Call("stats").Get("retained").Int())
	assert.Equal(t, want, p.scriptReplay("x.>", "all"))
	assert.Equal(t, []string{"x.b 3", "x.a 3"}, p.scriptReplay("x.>", 1))

	p.inPage.Call("publish", "x.b", "4")
	assert.Equal(t, append(want, "x.b 4"), early)
	assert.Equal(t, []string{"x.b 3", "x.b 4"}, last)
	assert.Equal(t, []string{"x.b 4"}, plain, "who did not ask gets what is live")
	assert.Equal(t, []string{"x.a 2", "x.b 3", "x.a 3", "x.b 4"}, p.scriptReplay("x.*", "all"))
	assert.Empty(t, failuresIn(p.failures))
}

// Data of JavaScript's that a topic keeps is JavaScript's: Go has it for the call.
func TestReplayOfObjectsToGo(t *testing.T) {
	p := newPair(t, withCodec)
	p.inPage.Call("topic", "a", map[string]any{"retain": true})
	p.inPage.Call("publish", "a", map[string]any{"n": 7}, map[string]any{"id": "mine", "subject": "s"})
	var got []map[string]any
	_, err := p.inGo.Subscribe("a", func(_ context.Context, e *bus.Event) error {
		assert.Equal(t, "mine", e.ID())
		assert.Equal(t, "s", e.Subject())
		v, err := bus.As[map[string]any](e)
		got = append(got, v)
		return err
	}, bus.Replay(1))
	require.NoError(t, err)
	assert.Equal(t, []map[string]any{{"n": float64(7)}}, got)
	assert.Empty(t, failuresIn(p.failures))
}

func (p *pair) scriptReplay(pattern string, replay any) []string {
	var got []string
	f := p.function(func(args []js.Value) any {
		got = append(got, args[1].Get("topic").String()+" "+args[0].String())
		return nil
	})
	off := p.inPage.Call("subscribe", pattern, f, map[string]any{"replay": replay})
	off.Invoke()
	return got
}

// held is data of Go's that knows its size, and counts who keeps it.
type held struct{ holds, size int }

func (h *held) Retain()   { h.holds++ }
func (h *held) Release()  { h.holds-- }
func (h *held) Size() int { return h.size }

// The bounds that Go declares are JavaScript's to keep to, whoever publishes; of Go's events Go says how large they are.
func TestBoundsThatGoDeclaresHoldForBothSides(t *testing.T) {
	p := newClockPair(t)
	for topic, k := range map[string]bus.Keep{"count": {Count: 3}, "age": {Age: 2500 * time.Millisecond}, "bytes": {Bytes: 2400}} {
		require.NoError(t, p.inGo.Declare(topic, bus.History(k)))
	}
	for range 4 {
		for _, topic := range []string{"count", "age", "bytes"} {
			require.NoError(t, p.inGo.Publish(t.Context(), topic, &held{size: 800}))
			p.inPage.Call("publish", topic, "x")
		}
		p.advance(1000)
	}
	kept := map[string]int{}
	for _, topic := range []string{"count", "age", "bytes"} {
		_, ok := p.inGo.Last(topic)
		require.True(t, ok)
	}
	for _, info := range p.inGo.Topics() {
		kept[info.Topic] = info.Retained
	}
	assert.Equal(t, map[string]int{"count": 3, "age": 4, "bytes": 3}, kept)
	p.advance(3000)
	_, ok := p.inGo.Last("age")
	assert.False(t, ok)
}

// JavaScript keeps Go's events by a number of theirs: Go's data is retained for as long, and released then.
func TestDataOfGoIsRetainedWhileJavaScriptKeepsIt(t *testing.T) {
	b := bus.New(bus.Options{})
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Count: 2})))
	all := []*held{{}, {}, {}, {}, {}, {}}
	publish := func(i int) { require.NoError(t, b.Publish(t.Context(), "a", all[i])) }
	holds := func() (holds []int) {
		for _, h := range all {
			holds = append(holds, h.holds)
		}
		return holds
	}
	publish(0)
	publish(1)
	p := pairOf(t, b)
	assert.Equal(t, []int{1, 1, 0, 0, 0, 0}, holds())
	publish(2)
	assert.Equal(t, []int{0, 1, 1, 0, 0, 0}, holds())
	e, ok := b.Last("a")
	require.True(t, ok)
	assert.Same(t, all[2], e.Data, "the same data again")
	e.Data.(bus.Retainer).Release()
	var got []any
	p.onGo("a", func(_ context.Context, e *bus.Event) error {
		got = append(got, e.Data)
		return nil
	}, bus.ReplayAll())
	assert.Equal(t, []any{all[1], all[2]}, got)
	p.inPage.Call("topic", "a").Call("clear")
	assert.Equal(t, []int{0, 0, 0, 0, 0, 0}, holds())
	publish(3)
	publish(4)
	_, err := b.Clear("*")
	require.NoError(t, err)
	assert.Equal(t, []int{0, 0, 0, 0, 0, 0}, holds())
	publish(5)
	p.inPage.Call("publish", "a", "script")
	p.inPage.Call("topic", "a", map[string]any{"history": 1})
	assert.Equal(t, []int{0, 0, 0, 0, 0, 0}, holds())
	for _, e := range served.events {
		assert.Nil(t, e, "an event of Go's is still held for JavaScript")
	}
	publish(0)
	p.inPage.Call("close")
	<-served.closed
	assert.Equal(t, []int{0, 0, 0, 0, 0, 0}, holds())
}

// Data that have no form in JavaScript are kept for Go. JavaScript hears of them, and gets the others.
func TestDataWithoutAFormInJavaScriptIsKeptForGo(t *testing.T) {
	type own struct{ n int }
	b := bus.New(bus.Options{})
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Count: 4})))
	require.NoError(t, b.Publish(t.Context(), "a", own{1}))
	p := pairOf(t, b)
	require.NoError(t, b.Publish(t.Context(), "a", "text"))
	assert.Equal(t, "text", p.inPage.Call("topic", "a").Get("value").String())
	require.NoError(t, b.Publish(t.Context(), "a", own{2}))
	assert.Empty(t, p.takeFailures())
	var got []any
	p.onGo("a", func(_ context.Context, e *bus.Event) error {
		got = append(got, e.Data)
		return nil
	}, bus.ReplayAll())
	assert.Equal(t, []any{own{1}, "text", own{2}}, got)
	assert.Equal(t, []string{"a text"}, p.scriptReplay("a", "all"))
	failures := p.takeFailures()
	require.Len(t, failures, 2)
	for _, f := range failures {
		assert.Equal(t, "TB_PAYLOAD", bus.Code(f.Err))
		assert.Equal(t, "a", f.Topic)
	}
	_, err := attempt(func() js.Value { return evaluate(`(topic) => topic.value`).Invoke(p.inPage.Call("topic", "a")) })
	assert.Equal(t, "TB_PAYLOAD", bus.Code(err))
}

// An event of Go's is replayed to subscribers of the page as any other, also to those with policies, which Go offers it.
func TestKeptEventsOfGoReachSubscribersWithPolicies(t *testing.T) {
	p := newPair(t, withCodec)
	require.NoError(t, p.inGo.Declare("a", bus.History(bus.Keep{Count: 3})))
	for n := range 5 {
		require.NoError(t, p.inGo.Publish(t.Context(), "a", map[string]any{"n": n}))
		require.NoError(t, p.inGo.Publish(t.Context(), "other", "text"))
	}
	got, err := await(evaluate(`(bus) => new Promise((resolve) => {
		const got = [];
		bus.subscribe('a', ({ n }) => {
			got.push(n);
			if (got.length === 1) throw new Error('not yet');
			if (got.length === 4) resolve(got.sort().join());
		}, { replay: 'all', retry: { attempts: 2, backoff: { initial: 1 } } });
	})`).Invoke(p.inPage))
	require.NoError(t, err)
	assert.Equal(t, "2,2,3,4", got.String())
}

// What the page keeps, joints read, clear and forget, as if it were kept in Go.
func TestJointsReadWhatThePageKeeps(t *testing.T) {
	p := newPair(t, withCodec)
	j, err := p.inGo.Join("link")
	require.NoError(t, err)
	told := evaluate(`(bus) => {
		const told = [];
		bus.observe({ retained: (topic, event) => told.push(topic + ' ' + event?.data) });
		return told;
	}`).Invoke(p.inPage)
	topic := p.inPage.Call("topic", "a", map[string]any{"history": 3})
	for _, text := range []string{"1", "2"} {
		require.NoError(t, p.fromPage("a", text, map[string]any{"id": text}))
	}
	last := func() (text string, removed bool) {
		v, err := j.Retained("a")
		require.NoError(t, err)
		if v.Event != nil {
			text, err = bus.As[string](v.Event)
			require.NoError(t, err)
			v.Event.Data.(bus.Retainer).Release()
		}
		return text, v.Removed
	}
	text, _ := last()
	assert.Equal(t, "2", text)
	assert.Equal(t, []string{"a"}, j.RetainedTopics())
	require.NoError(t, j.Forget("2"))
	text, _ = last()
	assert.Equal(t, "1", text)
	cleared, err := j.ClearRetained("a", bus.Stamp{Time: 1000, Origin: "far"})
	require.NoError(t, err)
	assert.True(t, cleared)
	assert.True(t, topic.Get("value").IsUndefined())
	require.NoError(t, p.fromPage("a", "3"))
	topic.Call("clear")
	_, removed := last()
	assert.True(t, removed, "what the page clears leaves a tombstone")
	_, err = p.inGo.Clear(">")
	require.NoError(t, err)
	assert.Equal(t, "a 1,a 2,a undefined,a 3,a undefined", told.Call("join").String())
}
