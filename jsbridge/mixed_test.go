//go:build js && wasm

package jsbridge

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// mixed logs what handlers of both sides get, in one list.
type mixed struct {
	*pair
	log []string
}

func newMixed(t *testing.T) *mixed { return &mixed{pair: newPair(t, withCodec)} }

func (m *mixed) goLogs(name, pattern string) *bus.Subscription {
	m.t.Helper()
	return m.onGo(pattern, func(_ context.Context, e *bus.Event) error {
		m.log = append(m.log, name+" "+e.Topic)
		return nil
	})
}

func (m *mixed) pageLogs(name, pattern string) (off func()) {
	m.t.Helper()
	return m.onPage(pattern, func(_, e js.Value) error {
		m.log = append(m.log, name+" "+e.Get("topic").String())
		return nil
	})
}

func (m *mixed) logged(want ...string) {
	m.t.Helper()
	require.Equal(m.t, want, m.log)
	m.log = nil
}

// both runs a test once with publishes from the page and once from Go.
func both(t *testing.T, test func(m *mixed, publish func(topic string))) {
	for _, side := range []string{"from the page", "from Go"} {
		t.Run(side, func(t *testing.T) {
			m := newMixed(t)
			publish := m.publishers()[side]
			test(m, func(topic string) { require.NoError(t, publish(topic)) })
		})
	}
}

func TestMixedD1NestedPublishesOfBothSidesShareOneQueue(t *testing.T) {
	both(t, func(m *mixed, publish func(string)) {
		m.onPage("a", func(js.Value, js.Value) error {
			m.log = append(m.log, "page a")
			return m.fromPage("b")
		})
		m.onGo("a", func(ctx context.Context, e *bus.Event) error {
			m.log = append(m.log, "go a")
			err := m.inGo.Publish(ctx, "c", nil)
			m.log = append(m.log, "go published")
			return err
		})
		m.onGo("b", func(ctx context.Context, e *bus.Event) error {
			m.log = append(m.log, "go b")
			// Without the handler's context: the queue knows by itself that the publish is nested.
			return m.inGo.Publish(context.Background(), "d", nil)
		})
		m.pageLogs("page", "*")
		m.goLogs("go", "*")
		publish("a")
		m.logged("page a", "go a", "go published", "page a", "go a", "go b", "page b", "go b", "page c", "go c", "page d", "go d")
		assert.Empty(m.t, m.takeFailures())
	})
}

func TestMixedD1AHandlerInGoOnAHandlerOfThePage(t *testing.T) {
	// Go code that runs inside of JavaScript's handlers is nested as well.
	both(t, func(m *mixed, publish func(string)) {
		m.onPage("a", func(js.Value, js.Value) error { return m.inGo.Publish(context.Background(), "b", nil) })
		m.goLogs("go", ">")
		m.pageLogs("page", ">")
		publish("a")
		m.logged("go a", "page a", "go b", "page b")
	})
}

func TestMixedD1SequenceAndCausesAreTheSameOnBothSides(t *testing.T) {
	both(t, func(m *mixed, publish func(string)) {
		type seen struct{ seq, id, cause, root string }
		inGo, inPage := map[string]seen{}, map[string]seen{}
		m.onGo(">", func(ctx context.Context, e *bus.Event) error {
			inGo[e.Topic] = seen{strconv.FormatUint(e.Seq, 10), e.ID(), e.CausationID(), e.CorrelationID()}
			if e.Topic == "a" || e.Topic == "b" {
				return m.inGo.Publish(ctx, e.Topic+".go", nil)
			}
			return nil
		})
		m.onPage(">", func(_, e js.Value) error {
			topic := e.Get("topic").String()
			cause := ""
			if id := e.Get("causationId"); !id.IsUndefined() {
				cause = id.String()
			}
			inPage[topic] = seen{strconv.Itoa(e.Get("seq").Int()), e.Get("id").String(), cause, e.Get("correlationId").String()}
			if topic == "a.go" {
				return m.fromPage("b")
			}
			return nil
		})
		publish("a")
		require.Equal(m.t, inGo, inPage)
		require.Len(m.t, inGo, 4)
		assert.Empty(m.t, inGo["a"].cause)
		assert.Equal(m.t, inGo["a"].id, inGo["a.go"].cause)
		assert.Equal(m.t, inGo["a.go"].id, inGo["b"].cause)
		assert.Equal(m.t, inGo["b"].id, inGo["b.go"].cause)
		for topic, e := range inGo {
			assert.Equal(m.t, inGo["a"].id, e.root, topic)
		}
		assert.Equal(m.t, []string{"1", "2", "3", "4"}, []string{inGo["a"].seq, inGo["a.go"].seq, inGo["b"].seq, inGo["b.go"].seq})
	})
}

func TestMixedD2AddedOnEitherSideDuringDelivery(t *testing.T) {
	both(t, func(m *mixed, publish func(string)) {
		m.onGo("a", func(context.Context, *bus.Event) error {
			m.pageLogs("page late", "a")
			m.goLogs("go late", "*")
			return nil
		})
		m.onPage("a", func(js.Value, js.Value) error {
			m.goLogs("go later", "a")
			m.pageLogs("page later", ">")
			return m.fromPage("b")
		})
		publish("a")
		m.logged("go late b", "page later b")
	})
}

func TestMixedD2RemovedOnEitherSideDuringDelivery(t *testing.T) {
	both(t, func(m *mixed, publish func(string)) {
		var ends []func()
		m.onGo("a.b", func(context.Context, *bus.Event) error {
			for _, end := range ends[:4] {
				end()
			}
			return nil
		})
		m.onPage("a.b", func(js.Value, js.Value) error {
			for _, end := range ends[4:] {
				end()
			}
			return nil
		})
		for _, pattern := range []string{"a.b", "a.*", "a.b", ">"} {
			ends = append(ends, m.pageLogs("page", pattern), m.goLogs("go", pattern).Unsubscribe)
		}
		m.pageLogs("page stays", "*.b")
		m.goLogs("go stays", "a.b")
		for range 2 {
			publish("a.b")
			m.logged("page stays a.b", "go stays a.b")
		}
	})
}

func TestMixedD3OneOrderOfSubscribers(t *testing.T) {
	both(t, func(m *mixed, publish func(string)) {
		var want, others []string
		for i, pattern := range []string{">", "a.b", "*.b", "a.*", "a.b", "a.>", "*.*", "a.b", ">", "a.b"} {
			if i%3 == 1 {
				m.goLogs(strconv.Itoa(i), pattern)
			} else {
				m.pageLogs(strconv.Itoa(i), pattern)
			}
			want = append(want, strconv.Itoa(i)+" a.b")
			if pattern != "a.b" && pattern != "*.b" {
				others = append(others, strconv.Itoa(i)+" a.c")
			}
		}
		publish("a.b")
		m.logged(want...)
		publish("a.c")
		m.logged(others...)
	})
}

func TestMixedD3WhoSubscribedBeforeTheOtherSideWasThere(t *testing.T) {
	b := bus.New(withCodec)
	m := &mixed{}
	logs := func(name, pattern string) {
		_, err := b.Subscribe(pattern, func(_ context.Context, e *bus.Event) error {
			m.log = append(m.log, name+" "+e.Topic)
			return nil
		})
		require.NoError(t, err)
	}
	logs("go 1", "a")
	logs("go 2", "*")
	logs("go 3", "a")
	m.pair = pairOf(t, b)
	m.pageLogs("page", "*")
	logs("go 4", "a")
	require.NoError(t, m.fromPage("a"))
	m.logged("go 1 a", "go 2 a", "go 3 a", "page a", "go 4 a")
}

func TestMixedD4AFailureOnOneSideStopsNobodyOnTheOther(t *testing.T) {
	both(t, func(m *mixed, publish func(string)) {
		m.onPage("a", func(js.Value, js.Value) error { return errors.New("page failed") })
		m.goLogs("go", "a")
		m.onGo("*", func(context.Context, *bus.Event) error { return errors.New("go failed") }, bus.Name("named"))
		m.pageLogs("page", "a")
		m.onGo("a", func(context.Context, *bus.Event) error { panic("go panicked") })
		m.pageLogs("page", "*")
		m.goLogs("go", ">")
		publish("a")
		m.logged("go a", "page a", "page a", "go a")
		failures := m.takeFailures()
		require.Len(m.t, failures, 3)
		for i, want := range []struct{ message, code, pattern, name string }{
			{"page failed", "", "a", ""}, {"go failed", "TB_GO", "*", "named"}, {"bus: handler panicked: go panicked", "TB_PANIC", "a", ""},
		} {
			f := failures[i]
			assert.Equal(m.t, want.message, f.Err.Error())
			assert.Equal(m.t, want.code, bus.Code(f.Err))
			assert.Equal(m.t, want.pattern, f.Pattern)
			assert.Equal(m.t, want.name, f.Subscription)
			assert.Equal(m.t, "a", f.Topic)
		}
		assert.Equal(m.t, 3, m.inPage.Call("stats").Get("failed").Int())
	})
}

func TestMixedD4BothSidesHearOfEachFailureOnce(t *testing.T) {
	both(t, func(m *mixed, publish func(string)) {
		var inGo []*bus.Failure
		m.onGo(bus.ErrorTopic, func(_ context.Context, e *bus.Event) error {
			f, err := bus.As[*bus.Failure](e)
			inGo = append(inGo, f)
			return err
		})
		m.onPage(bus.ErrorTopic, func(f, _ js.Value) error {
			m.log = append(m.log, f.Get("error").Get("message").String())
			return nil
		})
		m.onPage("a.*", func(js.Value, js.Value) error { return &scriptError{"", "page\x00failed"} })
		m.onGo("a.b", func(context.Context, *bus.Event) error { return &scriptError{"TB_TIMEOUT", "go failed"} }, bus.Name("named"))
		publish("a.b")
		m.logged("page\x00failed", "go failed")
		require.Len(m.t, inGo, 2)
		assert.EqualError(m.t, inGo[0].Err, "page\x00failed")
		assert.Equal(m.t, "TB_SCRIPT", bus.Code(inGo[0].Err))
		assert.Equal(m.t, "a.*", inGo[0].Pattern)
		assert.EqualError(m.t, inGo[1].Err, "go failed")
		assert.Equal(m.t, "TB_TIMEOUT", bus.Code(inGo[1].Err))
		assert.Equal(m.t, "named", inGo[1].Subscription)
		for _, f := range inGo {
			assert.Equal(m.t, "a.b", f.Event.Topic)
			assert.EqualValues(m.t, 1, f.Event.Seq)
			assert.NotEmpty(m.t, f.Event.ID())
			assert.False(m.t, f.Time.IsZero())
		}
		assert.Len(m.t, m.takeFailures(), 2)
	})
}

func TestMixedD5AnEndlessPingPongBetweenTheSidesIsCut(t *testing.T) {
	both(t, func(m *mixed, publish func(string)) {
		count := 0
		var last error
		m.onGo("x.ping", func(ctx context.Context, e *bus.Event) error {
			count++
			last = m.inGo.Publish(ctx, "x.pong", nil)
			return last
		})
		m.onPage("x.pong", func(js.Value, js.Value) error {
			count++
			return m.fromPage("x.ping")
		})
		m.onPage("start", func(js.Value, js.Value) error { return m.fromPage("x.ping") })
		m.goLogs("alive", "b")
		publish("start")
		failures := m.takeFailures()
		require.Len(m.t, failures, 1)
		require.ErrorIs(m.t, last, bus.ErrRecursion)
		text := failures[0].Err.Error()
		assert.Equal(m.t, "TB_RECURSION", bus.Code(failures[0].Err))
		assert.Contains(m.t, text, "x.pong -> x.ping -> x.pong")
		assert.NotContains(m.t, text, "start")
		assert.Less(m.t, strings.Count(text, "x.p"), 20)
		assert.GreaterOrEqual(m.t, count, 999) // and the event that began it
		assert.Less(m.t, count, 1100)
		publish("b")
		m.logged("alive b")
	})
}

func TestMixedD12UnsubscribingOnEitherSideIsImmediate(t *testing.T) {
	both(t, func(m *mixed, publish func(string)) {
		inGo, off := m.goLogs("go", "a"), m.pageLogs("page", "a")
		publish("a")
		m.logged("go a", "page a")
		inGo.Unsubscribe()
		publish("a")
		m.logged("page a")
		off()
		publish("a")
		m.logged()
		assert.Zero(m.t, m.inGo.Stats().Subscriptions)
		assert.Zero(m.t, m.inPage.Call("stats").Get("subscriptions").Int())
	})
}
