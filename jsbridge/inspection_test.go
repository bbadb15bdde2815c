//go:build js && wasm

package jsbridge

import (
	"context"
	"strconv"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestD10PressureOnBothSides(t *testing.T) {
	for _, by := range sides {
		t.Run("of a queue in "+by, func(t *testing.T) {
			p := newPolicyPair(t, bus.Options{})
			var inGo, inPage []string
			for _, topic := range []string{bus.PressureTopic, bus.SlowTopic} {
				p.onGo(topic, func(_ context.Context, e *bus.Event) error {
					s, err := bus.As[*bus.Pressure](e)
					if err == nil {
						inGo = append(inGo, topic+" "+s.Pattern+" "+s.Subscription+" "+strconv.Itoa(s.Waiting)+"/"+strconv.Itoa(s.Limit)+" "+strconv.FormatBool(s.High))
					}
					return err
				})
				p.subscribe(topic, evaluate("undefined"), func(s, _ js.Value) any {
					inPage = append(inPage, topic+" "+s.Get("pattern").String()+" "+s.Get("subscription").String()+" "+
						strconv.Itoa(s.Get("waiting").Int())+"/"+strconv.Itoa(s.Get("limit").Int())+" "+strconv.FormatBool(s.Get("high").Bool()))
					return nil
				})
			}
			release := make(chan struct{})
			deferred := script.Call("deferred")
			if by == "Go" {
				p.onGo("x", func(context.Context, *bus.Event) error { <-release; return nil }, bus.Name("slow"), bus.Concurrency(1), bus.Overflow(4, bus.Error))
			} else {
				p.subscribe("x", evaluate("({ name: 'slow', concurrency: 1, overflow: { limit: 4, policy: 'error' } })"), func(js.Value, js.Value) any { return deferred.Get("promise") })
			}
			p.publish("page", "x", 0)
			p.Advance(0)
			p.publish("Go", "x", 1, 2)
			p.publish("page", "x", 3)
			p.Advance(6 * time.Second)
			full, err := p.inGo.Pressure("x")
			require.NoError(t, err)
			assert.Equal(t, []float64{0.75, 0.75}, []float64{full, p.inPage.Call("pressure", "x").Float()})
			close(release)
			deferred.Call("settle", nil)
			p.Advance(0)
			want := []string{"$bus.pressure x slow 3/4 true", "$bus.slow x slow 3/4 true", "$bus.pressure x slow 1/4 false"}
			assert.Equal(t, want, inGo)
			assert.Equal(t, want, inPage)
			p.statsAgree()
			assert.Empty(t, p.takeFailures())
		})
	}
}
