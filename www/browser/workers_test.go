package browser_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/trolleybus/trolleybus/www/browser"
)

// What each kind of worker does with the bus, once it has the package: Go comes up from the file beside the script, a
// policy and frames work there, and a bridge takes what comes by a port.
const workerApp = `
const { port1, port2 } = new MessageChannel();
const bus = createBus();
const failures = [];
bus.subscribe('$bus.error', ({ error }) => failures.push(error.message));
const once = (topic, options) => new Promise((resolve) => bus.subscribe(topic, resolve, options));
const run = async () => {
	const told = once('told');
	port2.postMessage('by port');
	bus.bridge(port1, { from: { message: { topic: 'told', coalesce: 'frame', payload: ({ data }) => data } } });
	const retried = new Promise((resolve) => {
		let attempts = 0;
		bus.subscribe('work', () => { if (++attempts < 2) throw new Error('again'); resolve(attempts); }, { retry: { backoff: { initial: 1 } } });
	});
	const framed = once('moved', { frame: true });
	await bus.ready;
	bus.publish('work');
	for (const x of [1, 2, 3]) bus.publish('moved', x);
	const result = [await told, await retried, await framed, bus.stats().memory > 0, failures];
	await bus.close();
	return result;
};
`

func TestWorkers(t *testing.T) {
	script := workerApp + `
const answer = (to) => run().then((result) => to.postMessage({ result }), (error) => to.postMessage({ error: String(error?.stack ?? error) }));
if (typeof DedicatedWorkerGlobalScope === 'function') answer(self);
else if (typeof SharedWorkerGlobalScope === 'function') self.onconnect = ({ ports: [port] }) => answer(port);
else self.onmessage = ({ source }) => answer(source);
`
	classic := "importScripts('/dist/trolleybus.iife.js'); const { createBus } = trolleybus;" + script
	module := "import { createBus } from '/dist/trolleybus.js';" + script
	const relaxed = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
	serve := func(contentType, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", contentType)
			w.Header().Set("Content-Security-Policy", relaxed)
			_, _ = w.Write([]byte(body))
		}
	}
	for _, test := range []struct{ name, start string }{
		{"dedicated", "const w = new Worker('/app/worker.js', TYPE); w.onerror = fail; w.onmessage = done;"},
		{"shared", "const w = new SharedWorker('/app/worker.js', TYPE); w.onerror = fail; w.port.onmessage = done;"},
		{"service", `navigator.serviceWorker.onmessage = done;
			const { installing, active } = await navigator.serviceWorker.register('/app/worker.js', TYPE);
			(installing ?? active).postMessage('run');`},
	} {
		for kind, code := range map[string]string{"classic": classic, "module": module} {
			t.Run(test.name+"/"+kind, func(t *testing.T) {
				mux := http.NewServeMux()
				mux.Handle("/", browser.Mux(t, nil))
				mux.HandleFunc("/app/", serve("text/html", page("")))
				mux.HandleFunc("/app/worker.js", serve("text/javascript", code))
				p := browser.Open(t, browser.Serve(t, mux)+"/app/")
				start := strings.Replace(test.start, "TYPE", "{ type: '"+kind+"' }", 1)
				got := browser.Script[struct {
					Result []any
					Error  string
				}](t, p, `return new Promise(async (resolve, reject) => {
					const done = ({ data }) => resolve(data);
					const fail = ({ message }) => reject(new Error('worker: ' + message));
					`+start+`
				});`)
				assert.Empty(t, got.Error)
				assert.Equal(t, []any{"by port", 2.0, 3.0, true, []any{}}, got.Result)
			})
		}
	}
}
