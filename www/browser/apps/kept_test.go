package apps_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/trolleybus/trolleybus/www/browser"
)

// What Go kept before it met the page is decoded once: components that read it and those that are given it by replay
// have the same object, so that they do not render again for it.
func TestWhatGoKeepsIsOneObject(t *testing.T) {
	t.Parallel()
	p := open(t, built(t, "react"))
	browser.WaitFor(t, p, all("product")+`.length === 6`)
	assert.True(t, browser.Script[bool](t, p, `
		const { bus } = globalThis[Symbol.for('trolleybus/1')].bus;
		const topic = bus.topic('catalog.changed');
		let replayed;
		topic.subscribe((data) => replayed = data, { replay: 1 })();
		return topic.value.products.length === 6 && topic.value === topic.value && topic.value === replayed;`))
}
