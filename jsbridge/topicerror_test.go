//go:build js && wasm

package jsbridge

import (
	"context"
	"strings"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// What Go finds wrong with a topic is the page's TopicError, in the same words and at the same place, which JavaScript counts
// in UTF-16 code units.
func TestWrongTopicsOfGoAreThePagesOwnErrors(t *testing.T) {
	p := newPair(t, bus.Options{})
	topic := ""
	p.inGo.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		e.Topic = topic
		return next(ctx, e)
	})
	describe := js.Global().Get("Function").New("bus", "topic", `
		try { bus.publish(topic); } catch (error) { return [error.name, error.code, error.input, error.position, error.reason, error.message].join('\n'); }`)
	for _, topic = range []string{
		"", ".", "a..b", "é..b", "🚎.größe..b", "a.", "é.", "a b", "日本 b", "a\tb", "é\u00a0", "🚎\u0085", "é.*", "🚎.>", "a*", "é.b>c",
		"$bus.error", "$é", strings.Repeat("a", 256), strings.Repeat("é", 128), "a" + strings.Repeat("é", 128), strings.Repeat("日", 86), strings.Repeat("é.", 33) + "a",
	} {
		ofGo := describe.Invoke(p.inPage, "a").String()
		ofThePage := describe.Invoke(p.inPage, topic).String()
		require.True(t, strings.HasPrefix(ofThePage, "TopicError\nTB_TOPIC\n"), ofThePage)
		assert.Equal(t, ofThePage, ofGo, "topic %q", topic)
	}
}
