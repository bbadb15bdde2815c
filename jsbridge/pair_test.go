//go:build js && wasm

package jsbridge

import (
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
	made := script.Call("create", map[string]any{})
	p := &pair{t: t, inGo: b, inPage: made.Get("bus"), failures: made.Get("failures")}
	t.Cleanup(p.close)
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
