package browser_test

import (
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
	"github.com/trolleybus/trolleybus/www/serve/site"
)

// The same component in each way of loading the package. It uses the bus from its first line, without waiting for Go.
const component = `
const bus = createBus(OPTIONS);
const got = [];
bus.subscribe('order.*', (data, event) => got.push([event.topic, data.id]));
bus.publish('order.placed', { id: 1 });
Object.assign(globalThis, { bus, got });
`

func page(script string) string {
	return `<!doctype html><meta charset="utf-8"><title>package</title>` + script
}

// checkComponent expects the page to have run the component, and the bus to go on the same once Go is up.
func checkComponent(t *testing.T, p *browser.Page) {
	t.Helper()
	browser.WaitFor(t, p, "globalThis.bus")
	assert.Equal(t, [][]any{{"order.placed", 1.0}}, browser.Eval[[][]any](t, p, "got"), "before Go is up")
	browser.Exec(t, p, "await bus.ready; bus.publish('order.paid', { id: 2 }); bus.publish('unheard', {})")
	assert.Equal(t, [][]any{{"order.placed", 1.0}, {"order.paid", 2.0}}, browser.Eval[[][]any](t, p, "got"))
	assert.Empty(t, browser.Eval[[]string](t, p, "['Go', 'fs', 'path', 'process'].filter((name) => name in globalThis)"),
		"globals of wasm_exec.js are left")
	browser.Exec(t, p, "await bus.close()")
}

// The classic script, for people and for pages.
var classicScripts = []string{"trolleybus.iife.js", "trolleybus.iife.min.js"}

func TestClassicScript(t *testing.T) {
	for _, name := range classicScripts {
		t.Run(name, func(t *testing.T) {
			server := browser.Serve(t, browser.Mux(t, map[string]string{
				"index.html": page(`<script src="/dist/` + name + `"></script><script src="app.js"></script>`),
				"app.js":     "{ const { createBus } = trolleybus; " + options(component, "") + "}",
			}))
			checkComponent(t, browser.Open(t, server+"/"))
		})
	}
}

// What checks a JSON Schema finds the bus's own checks in the script, and does not load the package once more.
func TestClassicScriptWithJSONSchema(t *testing.T) {
	validators, err := os.ReadFile("../../build/test/validators.js")
	require.NoError(t, err)
	script, err := os.ReadFile("../../dist/json-schema.js")
	require.NoError(t, err)
	server := browser.Serve(t, browser.Mux(t, map[string]string{
		"index.html":     page(`<script src="/dist/trolleybus.iife.min.js"></script><script type="module" src="app.js"></script>`),
		"validators.js":  string(validators),
		"json-schema.js": strings.Replace(string(script), `"@cfworker/json-schema"`, `"/validators.js"`, 1),
		"app.js": `
import { jsonSchema } from '/json-schema.js';
const { createBus, OptionError } = trolleybus;
const bus = createBus({ start: 'demand' }), got = [];
const refused = (call) => { try { call(); } catch (error) { return error instanceof OptionError ? error.message : String(error); } };
bus.topic('order.placed', { schema: { type: 'object', required: ['id'] } });
bus.subscribe('order.*', (data) => got.push(data.id));
bus.publish('order.placed', { id: 1 });
const wrong = [() => jsonSchema(7), () => jsonSchema({}, { draft: '5' }), () => jsonSchema({}, { draf: '7' })].map(refused);
let code;
try { bus.publish('order.placed', {}); } catch (error) { ({ code } = error); }
await bus.close();
globalThis.result = [got, code, ...wrong];`,
	}))
	p := browser.Open(t, server+"/")
	browser.WaitFor(t, p, "globalThis.result")
	assert.Equal(t, []any{
		[]any{1.0}, "TB_SCHEMA", "jsonSchema schema: expected a JSON Schema, got 7",
		"jsonSchema option draft: expected '4' or '7' or '2019-09' or '2020-12', got \"5\"", `jsonSchema option draf: expected one of draft, got "draf"`,
	}, browser.Eval[[]any](t, p, "result"))
	assert.Empty(t, browser.Eval[[]string](t, p, "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('/trolleybus.js'))"))
}

func TestESModule(t *testing.T) {
	server := browser.Serve(t, browser.Mux(t, map[string]string{
		"index.html": page(`<script type="module" src="app.js"></script>`),
		"app.js":     "import { createBus } from '/dist/trolleybus.js';" + options(component, ""),
	}))
	checkComponent(t, browser.Open(t, server+"/"))
}

// The script that a bundler imports for its effect is a module there, where `var` makes no global.
func TestClassicScriptImportedAsModule(t *testing.T) {
	for _, name := range classicScripts {
		t.Run(name, func(t *testing.T) {
			server := browser.Serve(t, browser.Mux(t, map[string]string{
				"index.html": page(`<script type="module" src="app.js"></script>`),
				"app.js": "import '/dist/" + name + "'; const { createBus } = globalThis.trolleybus;" +
					options(component, "{ wasm: '/dist/trolleybus.wasm' }"),
			}))
			checkComponent(t, browser.Open(t, server+"/"))
		})
	}
}

func TestInstalledPackage(t *testing.T) {
	project := install(t)

	t.Run("Node", func(t *testing.T) {
		write(t, project, "check.mjs", "import { createBus } from 'trolleybus';"+options(component, "")+`
			await bus.ready;
			bus.publish('order.paid', { id: 2 });
			await bus.close();
			console.log(JSON.stringify(got));`)
		assert.Equal(t, `[["order.placed",1],["order.paid",2]]`+"\n", run(t, project, "node", "check.mjs"),
			"the process ends by itself, and has said nothing else")
	})

	t.Run("served from node_modules", func(t *testing.T) {
		write(t, project, "index.html", page(`<script type="module" src="relative.js"></script>`))
		write(t, project, "relative.js", "import { createBus } from './node_modules/trolleybus/trolleybus.js';"+options(component, ""))
		checkComponent(t, browser.Open(t, serveDirectory(t, project)+"/"))
	})

	t.Run("bundled", func(t *testing.T) {
		write(t, project, "source.js", "import { createBus } from 'trolleybus';"+
			options(component, "{ wasm: new URL('node_modules/trolleybus/trolleybus.wasm', document.baseURI) }"))
		esbuild := filepath.Join(browser.Root(t), "www", "node_modules", ".bin", "esbuild")
		run(t, project, esbuild, "source.js", "--bundle", "--format=esm", "--minify", "--log-level=warning", "--outfile=bundle.js")
		write(t, project, "bundled.html", page(`<script type="module" src="bundle.js"></script>`))
		checkComponent(t, browser.Open(t, serveDirectory(t, project)+"/bundled.html"))
	})

	t.Run("without a page or a bus", func(t *testing.T) {
		write(t, project, "import.mjs", `
			const before = Object.getOwnPropertyNames(globalThis);
			const exported = await import('trolleybus');
			console.log(typeof exported.createBus, Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name)).length);`)
		assert.Equal(t, "function 0\n", run(t, project, "node", "import.mjs"))
	})

	t.Run("files beside the script", func(t *testing.T) {
		write(t, project, "resolve.mjs", `
			import { readFileSync } from 'node:fs';
			import { fileURLToPath } from 'node:url';
			const file = (name) => readFileSync(fileURLToPath(import.meta.resolve('trolleybus/' + name)));
			console.log(WebAssembly.validate(file('trolleybus.wasm')), file('wasm_exec.js').includes('globalThis.Go'), JSON.parse(file('package.json')).name);`)
		assert.Equal(t, "true true trolleybus\n", run(t, project, "node", "resolve.mjs"))
	})
}

// install packs dist and installs the result into a project of its own, as a user would.
func install(t *testing.T) string {
	t.Helper()
	browser.Dist(t)
	project := t.TempDir()
	tarball := run(t, filepath.Join(browser.Root(t), "dist"), "npm", "pack", "--silent", "--pack-destination", project)
	write(t, project, "package.json", `{ "private": true, "type": "module" }`)
	run(t, project, "npm", "install", "--offline", "--no-audit", "--no-fund", "--silent", "./"+strings.TrimSpace(tarball))
	installed, err := fs.Glob(os.DirFS(project), "node_modules/trolleybus/*")
	require.NoError(t, err)
	for _, name := range []string{"trolleybus.js", "testing.js", "testing.d.ts", "inline.js", "inline.d.ts", "cli.js", "trolleybus.iife.js", "trolleybus.iife.min.js", "trolleybus.iife.min.js.map", "trolleybus.d.ts", "trolleybus.iife.d.ts", "trolleybus.wasm", "wasm_exec.js", "package.json", "LICENSE", "README.md"} {
		assert.Contains(t, installed, "node_modules/trolleybus/"+name)
	}
	return project
}

func options(script, value string) string {
	return strings.Replace(script, "OPTIONS", value, 1)
}

func write(t *testing.T, directory, name, content string) {
	t.Helper()
	require.NoError(t, os.WriteFile(filepath.Join(directory, name), []byte(content), 0o600))
}

func run(t *testing.T, directory, name string, args ...string) string {
	t.Helper()
	command := exec.CommandContext(t.Context(), name, args...)
	command.Dir = directory
	output, err := command.Output()
	var log []byte
	if exit, ok := err.(*exec.ExitError); ok {
		log = exit.Stderr
	}
	require.NoError(t, err, "%s %v\n%s%s", name, args, output, log)
	return string(output)
}

func serveDirectory(t *testing.T, directory string) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/", site.New(os.DirFS(directory)))
	mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return browser.Serve(t, mux)
}
