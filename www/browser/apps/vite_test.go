package apps_test

import (
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
	"github.com/trolleybus/trolleybus/www/serve/site"
)

// The versions of Vite in use. The dev server of each moves the package to a folder of what it has bundled in advance,
// by esbuild (5 to 7) or Rolldown (8).
var vites = []string{"vite5", "vite6", "vite7", "vite8"}

// either is one of the versions, another one in each run; all of them with SOAK=1 (make soak).
func either(versions ...string) []string {
	if os.Getenv("SOAK") != "" {
		return versions
	}
	return versions[rand.IntN(len(versions)):][:1]
}

const (
	byViteURL = `import { createBus } from 'trolleybus'; import wasm from 'trolleybus/trolleybus.wasm?url';
		globalThis.bus = createBus({ wasm });`
	// Each subpath is bundled in advance too, and must not bring a core of its own.
	byEntries = `import { createBus, TopicError } from 'trolleybus'; import * as inline from 'trolleybus/inline';
		import mitt from 'trolleybus/mitt'; import { start } from 'trolleybus/html'; import { virtualClock } from 'trolleybus/testing';
		if (inline.TopicError !== TopicError || ![mitt, start, virtualClock].every((f) => typeof f === 'function')) throw new Error('two copies');
		globalThis.bus = createBus();`
	byWorker = `const worker = new Worker(new URL('./worker.js', import.meta.url), { type: 'module' });
		globalThis.bus = { ready: new Promise((resolve) => { worker.onmessage = resolve; }), stats: () => ({ memory: 1 }) };`
	inWorker = `import { createBus } from 'trolleybus'; createBus().ready.then(() => postMessage('ready'));`
	// A component of the app's own.
	ownProgram = `import { createBus } from 'trolleybus'; globalThis.bus = createBus({ wasm: new URL('./component.wasm', import.meta.url) });`
)

// project is an app as it lies on a developer's disk.
type project struct {
	name   string
	app    string // the app's folder in it
	pkg    string // the folder of the package in it, if not node_modules/trolleybus
	link   string // a link to that
	path   string // the path of the page
	config string // of Vite
	source string // of main.js
	files  map[string]string
	env    []string
	policy string // for what is built, in place of that of package site
}

func (p project) lay(t *testing.T) (app string) {
	t.Helper()
	root := t.TempDir()
	app = filepath.Join(root, p.app)
	if p.pkg == "" {
		p.pkg = "node_modules/trolleybus"
	}
	installed := filepath.Join(browser.Root(t), "www", "examples", "node_modules", "trolleybus")
	require.FileExists(t, filepath.Join(installed, "trolleybus.wasm"), "make examples installs it")
	require.NoError(t, os.CopyFS(filepath.Join(root, p.pkg), os.DirFS(installed)))
	if p.link != "" {
		require.NoError(t, os.MkdirAll(filepath.Dir(filepath.Join(root, p.link)), 0o755))
		require.NoError(t, os.Symlink(filepath.Join(root, p.pkg), filepath.Join(root, p.link)))
	}
	if p.source == "" {
		p.source = byDefault
	}
	files := map[string]string{
		"package.json": `{ "private": true, "type": "module" }`, "index.html": index, "main.js": p.source, "worker.js": inWorker,
		"vite.config.js": "export default {" + p.config + "};",
	}
	maps.Copy(files, p.files)
	for name, content := range files {
		if content != "" {
			put(t, filepath.Join(app, name), []byte(content))
		}
	}
	return app
}

// vite is a command of one version.
func vite(t *testing.T, version string, args ...string) []string {
	t.Helper()
	script := filepath.Join(browser.Root(t), "www", "bundlers", "node_modules", version, "bin", "vite.js")
	require.FileExists(t, script, "make bundlers installs it")
	return append([]string{"node", script}, args...)
}

// No setting is needed, however the package is imported.
func TestViteDevServer(t *testing.T) {
	for _, version := range vites {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			sources := map[string]string{"by default": byDefault, "the URL of the file": byViteURL, "in the module": inModule, "several entries": byEntries, "in a worker": byWorker}
			files := map[string]string{}
			for name, source := range sources {
				// One app of several pages: a module that Vite finds late makes it load the page again.
				name = strings.ReplaceAll(name, " ", "-")
				files[name+".html"] = strings.ReplaceAll(index, "main.js", name+".js")
				files[name+".js"] = source
			}
			url := run(t, project{files: files}.lay(t), vite(t, version, "--host", "127.0.0.1", "--strictPort", "--port")...)
			for name := range sources {
				t.Run(name, func(t *testing.T) {
					checkProgram(t, open(t, url+strings.ReplaceAll(name, " ", "-")+".html"))
				})
			}
		})
	}
}

// Nor wherever the package, and what Vite makes of it, lie. Vite 6 bundles in advance as 7 does, 8 knows what it moves.
func TestViteDevServerFindsThePackage(t *testing.T) {
	for _, test := range []project{
		{name: "hoisted to a workspace", app: "packages/shop", files: map[string]string{"../../package.json": `{ "private": true, "workspaces": ["packages/*"] }`}},
		{name: "linked by pnpm", pkg: "node_modules/.pnpm/trolleybus@1.0.0/node_modules/trolleybus", link: "node_modules/trolleybus"},
		{name: "linked from elsewhere", app: "shop", pkg: "trolleybus", link: "shop/node_modules/trolleybus", config: `server: { fs: { allow: ['..'] } }`},
		{name: "below a path", config: `base: '/shop/'`, path: "shop/"},
		{name: "no package.json", files: map[string]string{"package.json": ""}},
		{name: "a cache of its own", config: `cacheDir: '.cache/vite'`},
		{name: "a root below", config: `root: 'src'`, files: map[string]string{"src/index.html": index, "src/main.js": byDefault}},
		{name: "told to bundle it", config: `optimizeDeps: { include: ['trolleybus'] }`},
		{name: "told not to", config: `optimizeDeps: { exclude: ['trolleybus'] }`},
		{name: "in production", env: []string{"NODE_ENV=production"}},
	} {
		for _, version := range either("vite5", "vite7") {
			t.Run(version+", "+test.name, func(t *testing.T) {
				t.Parallel()
				command := append(test.env, vite(t, version, "--host", "127.0.0.1", "--strictPort", "--port")...)
				checkProgram(t, open(t, run(t, test.lay(t), command...)+test.path))
			})
		}
	}
}

// Where even Vite cannot find the package, the error says which line helps.
func TestViteDevServerThatLosesTheProgram(t *testing.T) {
	for _, version := range vites {
		t.Run(version, func(t *testing.T) {
			t.Parallel()
			cache := filepath.Join(t.TempDir(), "cache")
			lost := project{config: "cacheDir: '" + cache + "'"}
			p := open(t, run(t, lost.lay(t), vite(t, version, "--host", "127.0.0.1", "--strictPort", "--port")...))
			p.Allow(`.`)
			browser.WaitFor(t, p, "globalThis.bus")
			message := browser.Script[string](t, p, "return bus.ready.then(() => 'ready', (error) => error.code + ' ' + error.message)")
			if version == "vite8" {
				assert.Equal(t, "ready", message)
				return
			}
			assert.Contains(t, message, "TB_UNAVAILABLE")
			assert.Contains(t, message, "optimizeDeps: { exclude: ['trolleybus'] }")
		})
	}
}

func TestViteBuild(t *testing.T) {
	component, err := os.ReadFile(filepath.Join(browser.Root(t), "build", "examples", "component.wasm"))
	require.NoError(t, err, "make examples builds it")
	own := map[string]string{"component.wasm": string(component)}
	// Between 5 and 8 nothing has changed of what one of them shows.
	for _, test := range []struct {
		project
		programs []string // their names without a hash
		versions []string
	}{
		{project{name: "by default"}, []string{"trolleybus"}, vites},
		// As the guide says.
		{project{name: "a component in place of the default", source: ownProgram, files: own,
			config: `resolve: { alias: { 'trolleybus/program/../../trolleybus.wasm': import.meta.dirname + '/component.wasm' } }`}, []string{"component"}, vites},
		{project{name: "the URL of the file", source: byViteURL}, []string{"trolleybus"}, either("vite5", "vite8")},
		{project{name: "in the module", source: inModule}, []string{"trolleybus"}, either("vite5", "vite8")},
		{project{name: "several entries", source: byEntries}, []string{"trolleybus"}, either("vite5", "vite8")},
		{project{name: "in a worker", source: byWorker, config: `worker: { format: 'es' }`, policy: untrusted}, []string{"trolleybus"}, either("vite5", "vite8")},
		{project{name: "a component", source: ownProgram, files: own}, []string{"component", "trolleybus"}, either("vite5", "vite8")},
	} {
		for _, version := range test.versions {
			t.Run(version+", "+test.name, func(t *testing.T) {
				t.Parallel()
				directory := test.lay(t)
				line := vite(t, version, "build", "--base", "./", "--logLevel", "warn")
				command := exec.CommandContext(t.Context(), line[0], line[1:]...)
				command.Dir = directory
				command.Env = append(os.Environ(), "NO_COLOR=1")
				output, err := command.CombinedOutput()
				require.NoError(t, err, "%s", output)
				files, err := filepath.Glob(filepath.Join(directory, "dist", "assets", "*.wasm"))
				require.NoError(t, err)
				var programs []string
				for _, file := range files {
					name, _, _ := strings.Cut(filepath.Base(file), "-")
					programs = append(programs, name)
				}
				assert.Equal(t, test.programs, slices.Sorted(slices.Values(programs)))
				handler := site.New(os.DirFS(filepath.Join(directory, "dist")))
				if test.policy != "" {
					handler = withPolicy(handler, test.policy)
				}
				checkProgram(t, open(t, browser.Serve(t, handler)+"/"))
			})
		}
	}
}

// checkProgram expects Go to come up, from the first file that was asked for.
func checkProgram(t *testing.T, p *browser.Page) {
	t.Helper()
	browser.WaitFor(t, p, "globalThis.bus")
	browser.Exec(t, p, "await bus.ready")
	assert.Positive(t, browser.Eval[int](t, p, "bus.stats().memory"))
	assert.LessOrEqual(t, browser.Eval[int](t, p, "performance.getEntriesByType('resource').filter(({ name }) => name.includes('.wasm') && !name.includes('?')).length"), 1)
}
