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

func dispatch(target js.Value, kind string, detail any) {
	init := map[string]any{"detail": detail, "bubbles": true}
	target.Call("dispatchEvent", js.Global().Get("CustomEvent").New(kind, init))
}

func TestBridgeMadeBeforeServeBeginsWithIt(t *testing.T) {
	target := js.Global().Get("EventTarget").New()
	end, err := Bridge(target, DOM{From: map[string]FromDOM{"go:said": {Topic: "dom.said", Fields: []string{"detail.word"}}}})
	require.NoError(t, err)
	ended, err := Bridge(target, DOM{From: map[string]FromDOM{"go:said": {Topic: "dom.never"}}})
	require.NoError(t, err)
	ended()

	p := newPair(t, withCodec)
	var words []string
	p.onGo("dom.*", func(_ context.Context, e *bus.Event) error {
		said, err := bus.As[struct{ Word string }](e)
		words = append(words, e.Topic+" "+said.Word)
		return err
	})
	dispatch(target, "go:said", map[string]any{"word": "hello"})
	assert.Equal(t, []string{"dom.said hello"}, words)
	end()
	end()
	dispatch(target, "go:said", map[string]any{"word": "gone"})
	assert.Len(t, words, 1)
}

// Fields of a form are properties of it, and hide those that it has itself.
func TestBridgePicksPropertiesOfAForm(t *testing.T) {
	p := newPair(t, withCodec)
	document := js.Global().Get("document")
	form := document.Call("createElement", "form")
	form.Call("setAttribute", "id", "order")
	form.Call("setAttribute", "hidden", "")
	for _, name := range []string{"sku", "id", "hidden", "dispatchEvent", "addEventListener", "removeEventListener", "nodeType", "nodeName"} {
		field := document.Call("createElement", "input")
		field.Set("name", name)
		field.Set("value", "of "+name)
		js.Global().Get("Node").Get("prototype").Get("appendChild").Call("call", form, field)
	}
	end, err := Bridge(form, DOM{From: map[string]FromDOM{"go:sent": {Topic: "sent", Fields: []string{"target.id", "target.hidden", "target.nodeName", "target.sku.value"}}}})
	require.NoError(t, err)
	type sent struct {
		ID       string `json:"id"`
		Hidden   bool   `json:"hidden"`
		NodeName string `json:"nodeName"`
		Value    string `json:"value"`
	}
	var got []sent
	p.onGo("sent", func(_ context.Context, e *bus.Event) error {
		s, err := bus.As[sent](e)
		got = append(got, s)
		return err
	})
	send := func() {
		js.Global().Get("EventTarget").Get("prototype").Get("dispatchEvent").Call("call", form, js.Global().Get("Event").New("go:sent"))
	}
	send()
	assert.Equal(t, []sent{{"order", true, "FORM", "of sku"}}, got)
	end()
	send()
	assert.Len(t, got, 1)
}

func TestBridgeDispatchesTopicsAsDOMEvents(t *testing.T) {
	p := newPair(t, withCodec)
	target := js.Global().Get("EventTarget").New()
	end, err := Bridge(target, DOM{To: map[string]string{"stock.>": "", "alarm.*": "go:alarm"}})
	require.NoError(t, err)
	defer end()
	var seen []string
	listener := p.function(func(args []js.Value) any {
		seen = append(seen, args[0].Get("type").String()+" "+args[0].Get("detail").String())
		return nil
	})
	for _, kind := range []string{"stock:eu:low", "go:alarm"} {
		target.Call("addEventListener", kind, listener)
	}
	require.NoError(t, p.inGo.Publish(t.Context(), "stock.eu.low", "1"))
	require.NoError(t, p.inGo.Publish(t.Context(), "alarm.fire", "2"))
	assert.Equal(t, []string{"stock:eu:low 1", "go:alarm 2"}, seen)
}

func TestBridgeRefusesWhatItCannotJoin(t *testing.T) {
	newPair(t, withCodec)
	target := js.Global().Get("EventTarget").New()
	for name, dom := range map[string]DOM{
		"topic":    {From: map[string]FromDOM{"click": {Topic: "a.*"}}},
		"reserved": {From: map[string]FromDOM{"click": {Topic: "$bus.error"}}},
		"pattern":  {To: map[string]string{"a..b": ""}},
	} {
		_, err := Bridge(target, dom)
		assert.Equal(t, "TB_TOPIC", bus.Code(err), name)
	}
	_, err := Bridge(js.Global().Get("Math"), DOM{From: map[string]FromDOM{"click": {Topic: "ui.click"}}})
	assert.Equal(t, "TB_OPTION", bus.Code(err))
	_, err = Bridge(js.Undefined(), DOM{From: map[string]FromDOM{"click": {Topic: "ui.click"}}})
	assert.Equal(t, "TB_OPTION", bus.Code(err))
}
