//go:build js && wasm

package jsbridge

import (
	"context"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestD7DeadLettersOnBothSides(t *testing.T) {
	for _, from := range sides {
		for _, by := range sides {
			t.Run("published by "+from+", failed in "+by, func(t *testing.T) {
				p := newPolicyPair(t, bus.Options{})
				p.fails["h "] = 2
				if by == "Go" {
					p.inGoAs("h ", "x.*", bus.Retry(bus.Backoff{Attempts: 1}), bus.Name("handler"))
				} else {
					p.inPageAs("h ", "x.*", "{ name: 'handler', retry: { attempts: 1 } }")
				}
				var inGo []*bus.DeadLetter
				p.onGo("$bus.dead.>", func(_ context.Context, e *bus.Event) error {
					l, err := bus.As[*bus.DeadLetter](e)
					inGo = append(inGo, l)
					return err
				})
				inPage := evaluate("[]")
				p.subscribe("$bus.dead.>", evaluate("undefined"), func(data, _ js.Value) any {
					inPage.Call("push", data)
					return nil
				})
				p.publish(from, "x.y", 5)
				p.Advance(0)
				require.Len(t, inGo, 1)
				require.Equal(t, 1, inPage.Length())
				l, s := inGo[0], inPage.Index(0)
				assert.Equal(t, l.ID, s.Get("id").String())
				n, err := bus.As[float64](l.Event)
				require.NoError(t, err)
				assert.Equal(t, 5.0, n)
				assert.Equal(t, 5.0, s.Get("event").Get("data").Float())
				assert.Equal(t, l.Event.ID(), s.Get("event").Get("id").String())
				assert.Equal(t, l.Event.Seq, uint64(s.Get("event").Get("seq").Int()))
				for _, got := range [][]any{
					{l.Topic, l.Pattern, l.Subscription, l.Attempts, l.Err.Error()},
					{s.Get("topic").String(), s.Get("pattern").String(), s.Get("subscription").String(), s.Get("attempts").Int(), s.Get("error").Get("message").String()},
				} {
					assert.Equal(t, []any{"x.y", "x.*", "handler", 1, "no"}, got)
				}
				// Given back by Go it fails again, given back by JavaScript it does not.
				p.log = nil
				count, err := p.inGo.Redrive(l.ID)
				require.NoError(t, err)
				assert.Equal(t, 1, count)
				p.logged("h 5")
				all, err := p.inGo.DeadLetters("x.>")
				require.NoError(t, err)
				require.Len(t, all, 1)
				assert.Equal(t, 1, p.inPage.Call("deadLetters", "x.>").Length())
				assert.Equal(t, 1, p.inPage.Call("redrive", "x.*").Int())
				p.logged("h 5")
				assert.Zero(t, p.inPage.Call("deadLetters").Length())
				st := p.statsAgree()
				assert.Equal(t, []uint64{2, 2}, []uint64{st.Dead, st.Redriven})
				assert.Empty(t, p.takeFailures())
			})
		}
	}
}

func TestD7ALetterThatThePageCannotHave(t *testing.T) {
	p := newPolicyPair(t, bus.Options{}) // without a codec
	p.onGo("x", func(context.Context, *bus.Event) error { return errNo }, bus.Retry(bus.Backoff{Attempts: 1}))
	inGo, inPage := 0, 0
	p.onGo("$bus.dead.x", func(context.Context, *bus.Event) error { inGo++; return nil })
	require.NoError(t, p.inGo.Publish(context.Background(), "x", struct{ n int }{1}))
	p.Advance(0)
	assert.Equal(t, 1, inGo)
	assert.Empty(t, p.takeFailures(), "nobody on the page wants it")
	p.subscribe("$bus.dead.x", evaluate("undefined"), func(js.Value, js.Value) any { inPage++; return nil })
	require.NoError(t, p.inGo.Publish(context.Background(), "x", struct{ n int }{2}))
	p.Advance(0)
	assert.Equal(t, []int{2, 0}, []int{inGo, inPage})
	all := p.takeFailures()
	require.Len(t, all, 1)
	assert.Equal(t, "TB_PAYLOAD", bus.Code(all[0].Err))
}
