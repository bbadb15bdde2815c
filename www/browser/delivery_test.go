package browser_test

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
)

type copied struct {
	Tag, Policy string
	Wasm        struct{ File string }
	Scripts     []struct{ File string }
}

// copyPackage runs the command of the installed package.
func copyPackage(t *testing.T, project, directory string, args ...string) copied {
	t.Helper()
	var result copied
	output := run(t, project, "npx", append([]string{"--offline", "trolleybus", "copy", directory, "--json"}, args...)...)
	require.NoError(t, json.Unmarshal([]byte(output), &result))
	return result
}

// serveUnder serves a directory under a policy that allows nothing else, and no string as code.
func serveUnder(t *testing.T, directory, policy string) string {
	t.Helper()
	files := http.FileServerFS(os.DirFS(directory))
	mux := http.NewServeMux()
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; require-trusted-types-for 'script'; trusted-types 'none'; "+policy)
		w.Header().Set("Cache-Control", "no-store")
		files.ServeHTTP(w, r)
	})
	mux.HandleFunc("/favicon.ico", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	return browser.Serve(t, mux)
}

// The tag and the policy that the command prints are all that a page needs.
func TestCopiedPackage(t *testing.T) {
	project := install(t)

	t.Run("classic script", func(t *testing.T) {
		result := copyPackage(t, project, "classic")
		directory := filepath.Join(project, "classic")
		write(t, directory, "index.html", page(result.Tag+`<script src="app.js"></script>`))
		write(t, directory, "app.js", "{ const { createBus } = trolleybus; "+options(component, "")+"}")
		checkComponent(t, browser.Open(t, serveUnder(t, directory, result.Policy)+"/"))
	})

	t.Run("script and program of another origin", func(t *testing.T) {
		files := http.FileServerFS(os.DirFS(filepath.Join(project, "cdn")))
		cdn := browser.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Access-Control-Allow-Origin", "*")
			files.ServeHTTP(w, r)
		}))
		result := copyPackage(t, project, "cdn", "--base", cdn)
		directory := t.TempDir()
		write(t, directory, "index.html", page(result.Tag+`<script src="app.js"></script>`))
		write(t, directory, "app.js", "{ const { createBus } = trolleybus; "+options(component, "")+"}")
		checkComponent(t, browser.Open(t, serveUnder(t, directory, result.Policy)+"/"))
	})

	t.Run("module with an import map", func(t *testing.T) {
		result := copyPackage(t, project, "module/assets", "--module", "--entry", "mitt", "--base", "/assets")
		directory := filepath.Join(project, "module")
		write(t, directory, "index.html", page(result.Tag+`<script type="module" src="app.js"></script>`))
		write(t, directory, "app.js", "import { createBus } from 'trolleybus'; import mitt from 'trolleybus/mitt'; mitt();"+options(component, ""))
		checkComponent(t, browser.Open(t, serveUnder(t, directory, result.Policy)+"/"))
	})

	t.Run("a changed program is refused, and plain topics go on", func(t *testing.T) {
		result := copyPackage(t, project, "changed")
		directory := filepath.Join(project, "changed")
		program, err := os.OpenFile(filepath.Join(directory, result.Wasm.File), os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = program.Write([]byte{0, 2, 1, 'x'}) // a section that means nothing
		require.NoError(t, err)
		require.NoError(t, program.Close())
		write(t, directory, "index.html", page(result.Tag))
		p := browser.Open(t, serveUnder(t, directory, result.Policy)+"/")
		p.Allow(`integrity|Plain topics go on working`)
		failed := browser.Script[attempt](t, p, options(tryReady, "{}"))
		assert.Equal(t, []string{"TB_UNAVAILABLE", "integrity"}, []string{failed.Code, failed.Reason}, failed.Message)
		assert.Equal(t, []int{1, 2}, failed.Got)
	})

	t.Run("a changed script is refused", func(t *testing.T) {
		result := copyPackage(t, project, "script")
		directory := filepath.Join(project, "script")
		write(t, directory, result.Scripts[0].File, "globalThis.trolleybus = 'another';")
		write(t, directory, "index.html", page(result.Tag))
		p := browser.Open(t, serveUnder(t, directory, result.Policy)+"/")
		p.Allow(`integrity`)
		assert.True(t, browser.Eval[bool](t, p, "globalThis.trolleybus === undefined"))
	})
}

// Scripts are all, bundled or not, under the strict policy: no program is there to be loaded.
func TestInlineProgram(t *testing.T) {
	for name, index := range map[string]string{
		"as it is": `<script type="module" src="app.js"></script>`,
		"bundled":  `<script type="module" src="bundle.js"></script>`,
	} {
		t.Run(name, func(t *testing.T) {
			directory := t.TempDir()
			for file, content := range modules(t) {
				write(t, directory, file, content)
			}
			write(t, directory, "app.js", "import { createBus } from './inline.js';"+options(component, ""))
			if name == "bundled" {
				esbuild := filepath.Join(browser.Root(t), "www", "node_modules", ".bin", "esbuild")
				run(t, directory, esbuild, "app.js", "--bundle", "--format=esm", "--minify", "--log-level=warning", "--outfile=bundle.js")
			}
			write(t, directory, "index.html", page(index))
			p := browser.Open(t, serveUnder(t, directory, "script-src 'self' 'wasm-unsafe-eval'")+"/")
			checkComponent(t, p)
			assert.Empty(t, browser.Eval[[]string](t, p, "performance.getEntriesByType('resource').map(({ name }) => name).filter((name) => name.endsWith('.wasm'))"))
		})
	}
}

// modules are those of the package, by their names.
func modules(t *testing.T) map[string]string {
	t.Helper()
	dist := browser.Dist(t)
	names, err := fs.Glob(dist, "*.js")
	require.NoError(t, err)
	all := map[string]string{}
	for _, name := range names {
		content, err := fs.ReadFile(dist, name)
		require.NoError(t, err)
		all[name] = string(content)
	}
	return all
}

// data-wasm names the program of every bus of the page, also of one that a script makes; it is relative to the page.
func TestProgramNamedByTheScriptTag(t *testing.T) {
	mux := browser.Mux(t, map[string]string{
		"index.html": page(`<script src="/dist/trolleybus.iife.min.js" data-wasm="program"></script>`),
	})
	mux.Handle("/program", serveWasm("application/wasm", program(t)))
	mux.Handle("/dist/trolleybus.wasm", http.NotFoundHandler())
	p := browser.Open(t, browser.Serve(t, mux)+"/")
	assert.Equal(t, attempt{Got: []int{1, 2}}, browser.Script[attempt](t, p, options(tryReady, "{}")))
}

// All copies of one version share the bus of the page; a copy of a version that cannot says so once.
func TestCopiesOnOnePage(t *testing.T) {
	manifest, err := fs.ReadFile(browser.Dist(t), "package.json")
	require.NoError(t, err)
	var published struct{ Version string }
	require.NoError(t, json.Unmarshal(manifest, &published))
	const other = "99.1.0"
	quoted := `"` + published.Version + `"`
	files := map[string]string{}
	for name, content := range modules(t) {
		files["copy/"+name] = content
		files["other/"+name] = strings.ReplaceAll(content, quoted, `"`+other+`"`)
	}
	require.NotEqual(t, files["copy/kernel.js"], files["other/kernel.js"])

	files["index.html"] = page(`<script src="/dist/trolleybus.iife.min.js" data-start></script><script type="module" src="app.js"></script>`)
	files["app.js"] = `
			import * as module from '/dist/trolleybus.js';
			import * as copy from './copy/trolleybus.js';
			import * as other from './other/trolleybus.js';
			globalThis.copies = { module, copy, other };`
	p := browser.Open(t, browser.Serve(t, browser.Mux(t, files))+"/")
	p.Allow(`cannot share a bus`)
	browser.WaitFor(t, p, "globalThis.copies")
	browser.Exec(t, p, `
		const { module, copy, other } = copies;
		globalThis.warnings = [];
		const { warn } = console;
		console.warn = (...text) => { warnings.push(text.join(' ')); warn(...text); };
		globalThis.seen = [];
		trolleybus.pageBus().subscribe('a', (data) => seen.push(data));
		module.pageBus().publish('a', 1);
		copy.pageBus().publish('a', 2);
		globalThis.apart = other.pageBus({ wasm: '/dist/trolleybus.wasm' });
		apart.publish('a', 3);
		other.pageBus();
		await module.pageBus().ready;
		await apart.ready;`)
	assert.Equal(t, []int{1, 2}, browser.Eval[[]int](t, p, "seen"))
	warnings := browser.Eval[[]string](t, p, "warnings")
	require.Len(t, warnings, 1)
	assert.Contains(t, warnings[0], published.Version)
	assert.Contains(t, warnings[0], other)
	assert.True(t, browser.Eval[bool](t, p, "copies.other.pageBus() === apart && copies.copy.pageBus() === trolleybus.pageBus()"))
}
