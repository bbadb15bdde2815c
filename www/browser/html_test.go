package browser_test

import (
	"fmt"
	"html"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
	"github.com/trolleybus/trolleybus/www/serve/site"
)

// counter is a page that counts nothing and shows what is published, in attributes only. The script comes first, when
// nothing of the rest has been parsed.
const counter = `<!doctype html><html lang="en"><meta charset="utf-8"><title>html</title>
<script src="/dist/trolleybus.iife.min.js" %s></script>
<form data-bus-publish="order.sent"><input name="sku" value="emma"><input name="n" type="number" value="2"><button>Send</button></form>
<p id="sku" data-bus-text="order.sent sku" data-bus-class-sent="order.sent">none</p>
<ul><template data-bus-template="list.changed" data-bus-key="id"><li data-bus-text=".name"></li></template></ul>
<button id="list" data-bus-publish="list.changed" data-bus-data='[{"id":1,"name":"one"},{"id":2,"name":"two"}]'>List</button>
<bus-topic name="order.sent" path="n"></bus-topic>`

func openCounter(t *testing.T, attributes string) *browser.Page {
	t.Helper()
	return browser.Open(t, browser.Serve(t, browser.Mux(t, map[string]string{"index.html": fmt.Sprintf(counter, attributes)}))+"/")
}

func shown(t *testing.T, p *browser.Page) string {
	t.Helper()
	return browser.Eval[string](t, p, `[...document.querySelectorAll('#sku, li, bus-topic')].map((element) => element.textContent).join(' ')`)
}

func TestScriptTagStartsTheBusOfThePage(t *testing.T) {
	for _, attributes := range []string{"data-start", `data-start="now"`, `data-start="idle"`, `data-start="demand"`} {
		t.Run(attributes, func(t *testing.T) {
			p := openCounter(t, attributes)
			assert.Equal(t, "none ", shown(t, p))
			browser.Exec(t, p, `document.querySelector('form button').click(); document.querySelector('#list').click()`)
			assert.Equal(t, "emma one two 2", shown(t, p))
			assert.True(t, browser.Eval[bool](t, p, `document.querySelector('#sku').classList.contains('sent')`))
			// It is the bus that scripts get, and Go comes to it.
			browser.Exec(t, p, `const bus = trolleybus.pageBus(); bus.publish('order.sent', { sku: 'dracula', n: 1 }); await bus.ready; bus.publish('list.changed', [])`)
			assert.Equal(t, "dracula 1", shown(t, p))
		})
	}
}

func TestScriptTagWithoutStartLeavesThePageAlone(t *testing.T) {
	p := openCounter(t, "")
	browser.Exec(t, p, `document.querySelector('#list').click()`)
	assert.Equal(t, "none ", shown(t, p))
	assert.Nil(t, browser.Eval[any](t, p, `customElements.get('bus-topic') ?? globalThis[Symbol.for('trolleybus/1')]?.bus ?? null`))
}

func TestScriptTagThatStartsWrongIsSaidOnce(t *testing.T) {
	p := openCounter(t, `data-start="later"`)
	p.Allow(`trolleybus: data-start of <script src="/dist/trolleybus.iife.min.js" data-start="later">:`)
	assert.Equal(t, "none ", shown(t, p))
	errors := 0
	for _, message := range p.Console(t) {
		if message.Type == "error" {
			errors++
			assert.Contains(t, message.Text, `data-start="later"`)
		}
	}
	assert.Equal(t, 1, errors)
	assert.Equal(t, "function", browser.Eval[string](t, p, "typeof trolleybus.createBus"))
}

// Named images hide properties of the document, and elements with an id are globals: "fs" and "process" are Go's.
func TestElementsThatHideTheDocument(t *testing.T) {
	const hide = `
		const { createElement } = Document.prototype, { appendChild } = Node.prototype, { body } = document;
		const add = (parent, tag, attributes) => {
			const element = createElement.call(document, tag);
			for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
			return appendChild.call(parent, element);
		};
		for (const id of ['Go', 'fs', 'path', 'trolleybus', 'reportError', 'customElements']) add(body, 'i', { id });
		const form = add(body, 'form', { id: 'process' });
		for (const name of ['nextTick', 'emitWarning', 'getBuiltinModule', 'versions']) add(form, 'input', { name });
		globalThis.names = [];
		for (let at = Document.prototype; at !== null; at = Object.getPrototypeOf(at)) names.push(...Object.getOwnPropertyNames(at));
		for (const name of names) add(body, 'img', { name, src: '/favicon.ico' });
		globalThis.hidden = names.filter((name) => document[name] instanceof HTMLImageElement);`
	for _, attributes := range []string{"data-start", `data-start data-wasm="dist/trolleybus.wasm"`} {
		t.Run(attributes, func(t *testing.T) {
			content := strings.Replace(fmt.Sprintf(counter, attributes), "<script", `<body><script src="/hide.js"></script><script`, 1)
			p := browser.Open(t, browser.Serve(t, browser.Mux(t, map[string]string{"index.html": content, "hide.js": hide}))+"/")
			assert.Subset(t, browser.Eval[[]string](t, p, "hidden"), []string{"currentScript", "baseURI", "body", "readyState", "addEventListener", "visibilityState", "importNode"})
			assert.Equal(t, "emma one two 2", browser.Eval[string](t, p, `(async () => {
				const find = (selector) => Document.prototype.querySelectorAll.call(document, selector);
				find('form[data-bus-publish] button')[0].click();
				find('#list')[0].click();
				await trolleybus.pageBus().ready;
				return [...find('#sku, li, bus-topic')].map((element) => element.textContent).join(' ');
			})()`))
			// Go runs, and the page's elements are what they were.
			assert.Equal(t, []any{3.0, "I", "I", "FORM"}, browser.Eval[[]any](t, p, `(async () => {
				const bus = trolleybus.pageBus(), seen = [];
				let called = 0;
				bus.subscribe('a', () => {
					if (++called < 3) throw new Error('again');
				}, { retry: { attempts: 3, backoff: { initial: 1, jitter: false } }, frame: true });
				bus.publish('a', 1);
				while (called < 3) await new Promise((resolve) => setTimeout(resolve, 1));
				return [called, fs.nodeName, path.nodeName, process.nodeName];
			})()`))
		})
	}
}

// Content that htmx swaps in and out, which it makes of text: not allowed where Trusted Types are required.
func TestContentOfHtmx(t *testing.T) {
	const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'"
	send := func(content string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Security-Policy", policy)
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			_, err := io.WriteString(w, content)
			assert.NoError(t, err)
		}
	}
	mux := browser.Mux(t, nil)
	directory := filepath.Join(browser.Root(t), "www", "node_modules", "htmx.org", "dist")
	_, err := os.Stat(filepath.Join(directory, "htmx.min.js"))
	require.NoError(t, err, "npm ci in www installs it")
	mux.Handle("/htmx/", http.StripPrefix("/htmx", site.New(os.DirFS(directory))))
	mux.Handle("/{$}", send(`<!doctype html><html lang="en"><meta charset="utf-8"><title>htmx</title>
		<meta name="htmx-config" content='{"includeIndicatorStyles":false,"allowEval":false}'>
		<script src="/dist/trolleybus.iife.min.js" data-start></script><script src="/htmx/htmx.min.js"></script>
		<button id="in" hx-get="/part" hx-target="#place">In</button> <button id="out" hx-get="/empty" hx-target="#place">Out</button>
		<div id="place"></div>`))
	mux.Handle("/empty", send(`<p>empty</p>`))
	mux.Handle("/part", send(`<button id="add" data-bus-publish="list.changed" data-bus-data='["a","b"]'>Add</button>
		<ul><template data-bus-template="list.changed"><li data-bus-text="."></li></template></ul><bus-topic name="list.changed" path="length"></bus-topic>`))
	p := browser.Open(t, browser.Serve(t, mux)+"/")

	subscriptions := `trolleybus.pageBus().subscriptions().length`
	browser.Exec(t, p, `
		const settled = (event, button) => new Promise((resolve) => {
			document.addEventListener(event, resolve, { once: true });
			document.querySelector(button).click();
		});
		globalThis.swap = (button) => settled('htmx:afterSettle', button);`)
	for range 20 {
		browser.Exec(t, p, `
			await swap('#in');
			document.querySelector('#add').click();
			const text = document.querySelector('#place').textContent.replace(/\s+/g, ' ').trim();
			if (text !== 'Add ab2') throw new Error(text);
			if (`+subscriptions+` !== 1) throw new Error('subscriptions: ' + `+subscriptions+`);
			await swap('#out');`)
		assert.Equal(t, 0, browser.Eval[int](t, p, subscriptions))
	}
}

// The examples of docs/HTML.md, together on one page, under the strict policy.
func TestExamplesOfTheDocument(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(browser.Root(t), "docs", "HTML.md"))
	require.NoError(t, err)
	body := ""
	for _, m := range regexp.MustCompile("(?m)^```html\n((?s:.*?))^```$").FindAllStringSubmatch(string(content), -1) {
		body += m[1]
	}
	body = strings.Replace(body, `src="`, `src="/dist/`, 1)
	p := browser.Open(t, browser.Serve(t, browser.Mux(t, map[string]string{"index.html": `<!doctype html><html lang="en"><meta charset="utf-8"><title>html</title>` + body}))+"/")
	browser.Exec(t, p, `
		globalThis.seen = [];
		globalThis.bus = trolleybus.pageBus();
		bus.subscribe('>', (data, { topic }) => seen.push(topic + ' ' + JSON.stringify(data)));
		bus.publish('cart.changed', { total: 1234, count: 1, lines: [{ sku: 'emma', title: 'Emma', url: '/emma', many: true }] });
		for (const button of document.querySelectorAll('button')) button.click();
		document.querySelector('select').value = 'dark';
		document.querySelector('select').dispatchEvent(new Event('change', { bubbles: true }));`)
	assert.Equal(t, []string{
		`cart.changed {"total":1234,"count":1,"lines":[{"sku":"emma","title":"Emma","url":"/emma","many":true}]}`,
		`order.sent {"sku":"emma","copies":1}`, `cart.add {"sku":"emma"}`, `cart.clear true`, `cart.remove {"sku":"emma"}`, `ui.theme {"theme":"dark"}`,
	}, browser.Eval[[]string](t, p, `seen`))
	assert.Equal(t, `emma €12.34 €12.34 <a href="/emma">Emma</a> many`, browser.Eval[string](t, p, `(() => {
		const find = (selector) => document.querySelector(selector);
		const link = find('li a').cloneNode(true);
		for (const name of link.getAttributeNames()) if (name.startsWith('data-')) link.removeAttribute(name);
		return [find('b').textContent, find('p span').textContent, find('bus-topic').textContent, link.outerHTML, find('li').className].join(' ');
	})()`))
}

// The first column of the table in docs/HTML.md: all of it is refused on any element.
func TestRefusedAttributesOfTheDocument(t *testing.T) {
	content, err := os.ReadFile(filepath.Join(browser.Root(t), "docs", "HTML.md"))
	require.NoError(t, err)
	_, table, ok := strings.Cut(string(content), "| attributes that are refused |")
	require.True(t, ok)
	table, _, _ = strings.Cut(table, "\n\n")
	var names []string
	for line := range strings.Lines(table) {
		cells := strings.Split(line, "|")
		if len(cells) < 3 {
			continue
		}
		for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			names = append(names, strings.Replace(m[1], "...", "anything", 1))
		}
	}
	require.Greater(t, len(names), 60)
	body, pattern := "", `trolleybus: data-bus-attr-.* refused: the attribute `
	for _, name := range names {
		// Parsed, since HTML takes names that setAttribute does not.
		body += fmt.Sprintf("<p data-bus-attr-%s=\"a\">%s</p>\n<svg data-bus-attr-%[1]s=\"a\"></svg>\n", name, html.EscapeString(name))
	}
	p := browser.Open(t, browser.Serve(t, browser.Mux(t, map[string]string{"index.html": `<!doctype html><html lang="en"><meta charset="utf-8"><title>html</title>
		<script src="/dist/trolleybus.iife.min.js" data-start></script><main>` + body + `</main>`}))+"/")
	p.Allow(pattern)
	browser.Exec(t, p, `trolleybus.pageBus().publish('a', 'alert(1)')`)
	for _, m := range p.Console(t) {
		assert.Regexp(t, pattern, m.Text)
	}
	assert.Len(t, p.Console(t), 2*len(names))
	assert.Empty(t, browser.Eval[[]string](t, p, `[...document.querySelectorAll('main > *')].flatMap((element) => element.getAttributeNames().filter((name) => !name.startsWith('data-bus-attr-')))`))
}
