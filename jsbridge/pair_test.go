//go:build js && wasm

package jsbridge

import (
	"context"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
	"github.com/trolleybus/trolleybus/bus/jsoncodec"
)

func TestMain(m *testing.M) {
	bustest.Main(m, bustest.Gauge{Name: "js.Funcs", Live: func() int { return int(liveFuncs.Load()) }})
}

// pair is one bus with its two sides.
type pair struct {
	t        testing.TB
	inGo     *bus.Bus
	inPage   js.Value
	failures js.Value // what the page's onError was told
	releases []func()
}

// withCodec are the options of a bus whose data may be of any type.
var withCodec = bus.Options{Codec: jsoncodec.Codec{}}

// newPair serves a bus to this page until the test is over.
func newPair(t testing.TB, o bus.Options) *pair {
	return pairOf(t, bus.New(o))
}

func pairOf(t testing.TB, b *bus.Bus) *pair {
	t.Helper()
	return pairWith(t, b, map[string]any{})
}

// pairWith gives createBus options of the test's, and does what is to be done before Go is up.
func pairWith(t testing.TB, b *bus.Bus, options map[string]any, before ...func(p *pair)) *pair {
	t.Helper()
	made := script.Call("create", options)
	p := &pair{t: t, inGo: b, inPage: made.Get("bus"), failures: made.Get("failures")}
	t.Cleanup(p.close)
	for _, do := range before {
		do(p)
	}
	_, err := attach(b)
	require.NoError(t, err)
	return p
}

func (p *pair) close() {
	p.inPage.Call("close")
	<-served.closed
	require.NoError(p.t, p.inGo.Close())
	served = nil
	script.Call("restore")
	for _, release := range p.releases {
		release()
	}
}

// function makes a JavaScript function that lives as long as the pair.
func (p *pair) function(call func(args []js.Value) any) js.Func {
	f, release := newFunc(call)
	p.releases = append(p.releases, release)
	return f
}

// onPage subscribes a handler in JavaScript, which throws the error that h returns.
func (p *pair) onPage(pattern string, h func(data, event js.Value) error, options ...any) (off func()) {
	p.t.Helper()
	handler := p.function(func(args []js.Value) any {
		if err := h(args[0], args[1]); err != nil {
			return toScript(err)
		}
		return nil
	})
	unsubscribe, err := attempt(func() js.Value {
		return p.inPage.Call("subscribe", append([]any{pattern, script.Call("throwing", handler)}, options...)...)
	})
	require.NoError(p.t, err)
	return func() { unsubscribe.Invoke() }
}

func (p *pair) onGo(pattern string, h bus.Handler, o ...bus.SubscribeOption) *bus.Subscription {
	p.t.Helper()
	sub, err := p.inGo.Subscribe(pattern, h, o...)
	require.NoError(p.t, err)
	return sub
}

// publishers are the two ways to publish, for tests of what must not depend on it.
func (p *pair) publishers() map[string]func(topic string) error {
	return map[string]func(string) error{
		"from the page": func(topic string) error { return p.fromPage(topic, nil) },
		"from Go":       func(topic string) error { return p.inGo.Publish(context.Background(), topic, nil) },
	}
}

func (p *pair) fromPage(topic string, args ...any) error {
	_, err := attempt(func() js.Value { return p.inPage.Call("publish", append([]any{topic}, args...)...) })
	return err
}

// takeFailures returns what was reported since the last call.
func (p *pair) takeFailures() []bustest.Failure {
	all := failuresIn(p.failures)
	p.failures.Set("length", 0)
	return all
}

func failuresIn(list js.Value) []bustest.Failure {
	all := make([]bustest.Failure, list.Length())
	for i := range all {
		f := list.Index(i)
		all[i] = bustest.Failure{Err: errorOf(f.Get("error")), Topic: f.Get("topic").String(), Pattern: f.Get("pattern").String()}
		if name := f.Get("name"); name.Type() == js.TypeString {
			all[i].Subscription = name.String()
		}
	}
	return all
}
