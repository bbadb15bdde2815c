package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"

	"github.com/trolleybus/trolleybus/www/browser"
)

// A page that says in its own storage what it was asked to handle.
const bookkeeper = `
import { createBus } from '/dist/trolleybus.js';
const bus = createBus();
const note = (text) => sessionStorage.setItem('log', (sessionStorage.getItem('log') ?? '') + text + ' ');
let end;
bus.subscribe('payment.received', (_, { id }) => note(id), { name: 'books', dedupe: { window: 3_600_000, store: localStorage } });
bus.subscribe('payment.slow', (_, { id }) => {
  note('slow:' + id);
  return new Promise((resolve) => { end = resolve; });
}, { name: 'slow', dedupe: { store: localStorage } });
bus.publish('payment.received', 0, { id: 'early' }); // Go is still loading
await bus.ready;
Object.assign(globalThis, { bus, finish: () => end() });
`

// TestD8AnIDIsHandledOnceAcrossAReload publishes the same ids before and after a reload of the page.
func TestD8AnIDIsHandledOnceAcrossAReload(t *testing.T) {
	server := browser.Serve(t, browser.Mux(t, map[string]string{
		"index.html": page(`<script type="module" src="app.js"></script>`),
		"app.js":     bookkeeper,
	}))
	log := func(p *browser.Page) string { return browser.Eval[string](t, p, "sessionStorage.getItem('log')") }
	p := browser.Open(t, server+"/")
	browser.WaitFor(t, p, "globalThis.bus")
	browser.Exec(t, p, "for (const id of ['p1', 'p1', 'a:b']) bus.publish('payment.received', 0, { id }); bus.publish('payment.slow', 0, { id: 'p1' })")
	assert.Equal(t, "early p1 a:b slow:p1 ", log(p))

	reload := func() {
		p.Do(t, chromedp.Reload())
		browser.WaitFor(t, p, "globalThis.bus")
	}
	reload() // in the middle of the slow handler, which has not done its work then
	browser.Exec(t, p, "for (const id of ['p1', 'a:b', 'p2']) bus.publish('payment.received', 0, { id }); bus.publish('payment.slow', 0, { id: 'p1' })")
	assert.Equal(t, "early p1 a:b slow:p1 p2 slow:p1 ", log(p))
	assert.Equal(t, 3, browser.Eval[int](t, p, "bus.stats().deduped"))
	browser.Exec(t, p, "finish(); await 0; await 0")

	reload()
	browser.Exec(t, p, "bus.publish('payment.slow', 0, { id: 'p1' }); bus.publish('payment.slow', 0, { id: 'p3' })")
	assert.Equal(t, "early p1 a:b slow:p1 p2 slow:p1 slow:p3 ", log(p))

	// A tab beside it, opened later, has what this one stored; what is handled there from now on, this one does not know.
	beside := p.OpenBeside(t, server+"/")
	browser.WaitFor(t, beside, "globalThis.bus")
	browser.Exec(t, beside, "for (const id of ['p1', 'p4']) bus.publish('payment.received', 0, { id })")
	assert.Equal(t, "p4 ", log(beside))
	browser.Exec(t, p, "bus.publish('payment.received', 0, { id: 'p4' })")
	assert.Equal(t, "early p1 a:b slow:p1 p2 slow:p1 slow:p3 p4 ", log(p))
	reload()
	browser.Exec(t, p, "bus.publish('payment.received', 0, { id: 'p4' })")
	assert.Equal(t, "early p1 a:b slow:p1 p2 slow:p1 slow:p3 p4 ", log(p))
}

// TestD8StorageThatIsFull fills the storage of the page to its quota.
func TestD8StorageThatIsFull(t *testing.T) {
	p := browser.Open(t, browser.Serve(t, browser.Mux(t, map[string]string{
		"index.html": page(`<script type="module" src="app.js"></script>`),
		"app.js":     moduleApp,
	}))+"/")
	browser.WaitFor(t, p, "globalThis.trolleybus")
	got := browser.Script[[]any](t, p, `
		for (let size = 1 << 22; size >= 1; size >>= 1) {
			try { localStorage.setItem('filler' + size, 'x'.repeat(size)); localStorage.setItem('more' + size, 'x'.repeat(size)); } catch {}
		}
		const got = [], failures = [];
		const bus = trolleybus.createBus({ onError: ({ error }) => failures.push(error.code, error.cause.name) });
		await bus.ready;
		bus.subscribe('a', (data) => got.push(data), { name: 'full', dedupe: { store: localStorage } });
		for (let i = 0; i < 3; i++) { bus.publish('a', i, { id: 'i' + i }); bus.publish('a', i, { id: 'i' + i }); }
		await new Promise((resolve) => setTimeout(resolve));
		return [...got, ...failures];`)
	assert.Equal(t, []any{0.0, 1.0, 2.0, "TB_STORE", "QuotaExceededError"}, got)
}
