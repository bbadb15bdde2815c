package apps_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
	"github.com/trolleybus/trolleybus/www/serve/site"
)

const index = `<!doctype html><meta charset="utf-8"><title>bundled</title><script type="module" src="./main.js"></script>`

// The ways to give the program to the bus.
const (
	// Beside the module, which webpack and Vite arrange by themselves.
	byDefault = `import { createBus } from 'trolleybus'; globalThis.bus = createBus();`
	// By the URL that the bundler gives the file.
	byURL = `import { createBus } from 'trolleybus'; import wasm from 'trolleybus/trolleybus.wasm';
		globalThis.bus = createBus({ wasm: new URL(wasm, import.meta.url) });`
	// In a folder of static files, which is copied there as it is.
	byPath = `import { createBus } from 'trolleybus'; globalThis.bus = createBus({ wasm: 'static/trolleybus.wasm' });`
	// In the module.
	inModule = `import { createBus } from 'trolleybus/inline'; globalThis.bus = createBus();`
)

// What a user has to do with each bundler so that Go is found: nothing where none of the files is copied.
func TestBundlers(t *testing.T) {
	webpack := []string{"webpack", "--mode", "production", "--entry", "./main.js", "--output-path", "dist"}
	esbuild := []string{"esbuild", "main.js", "--bundle", "--format=esm", "--minify", "--outdir=dist", "--log-level=warning"}
	rollup := []string{"rollup", "main.js", "--format", "es", "--plugin", "node-resolve", "--dir", "dist", "--silent", "--failAfterWarnings"}
	for _, test := range []struct {
		name, source string
		command      []string
		copied       string // where the program is copied to, in dist
	}{
		{"webpack", byDefault, webpack, ""},
		{"webpack, in development", byDefault, []string{"webpack", "--mode", "development", "--devtool", "source-map", "--entry", "./main.js", "--output-path", "dist"}, ""},
		{"webpack, in the module", inModule, webpack, ""},
		{"esbuild, copied beside the bundle", byDefault, esbuild, "trolleybus.wasm"},
		{"esbuild, the URL of the file", byURL, append(esbuild, "--loader:.wasm=file"), ""},
		{"esbuild, copied elsewhere", byPath, esbuild, "static/trolleybus.wasm"},
		{"esbuild, in the module", inModule, esbuild, ""},
		{"Rollup, copied beside the bundle", byDefault, rollup, "trolleybus.wasm"},
		{"Rollup, copied elsewhere", byPath, rollup, "static/trolleybus.wasm"},
		{"Rollup, in the module", inModule, rollup, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			directory := tinyApp(t, test.source)
			command := exec.CommandContext(t.Context(), bin(t, test.command[0]), test.command[1:]...)
			command.Dir = directory
			command.Env = append(os.Environ(), "NO_COLOR=1")
			output, err := command.CombinedOutput()
			require.NoError(t, err, "%s", output)

			dist := filepath.Join(directory, "dist")
			put(t, filepath.Join(dist, "index.html"), []byte(index))
			if test.copied != "" {
				program, err := fs.ReadFile(browser.Dist(t), "trolleybus.wasm")
				require.NoError(t, err)
				put(t, filepath.Join(dist, test.copied), program)
			}
			p := open(t, browser.Serve(t, site.New(os.DirFS(dist)))+"/")
			browser.Exec(t, p, "await bus.ready")
			assert.Positive(t, browser.Eval[int](t, p, "bus.stats().memory"))
		})
	}
}

// As the guide says: the alias is the one that Vite takes.
func TestWebpackAliasLeavesOutTheProgramOfThePackage(t *testing.T) {
	t.Parallel()
	directory := tinyApp(t, ownProgram)
	component, err := os.ReadFile(filepath.Join(browser.Root(t), "build", "examples", "component.wasm"))
	require.NoError(t, err, "make examples builds it")
	put(t, filepath.Join(directory, "component.wasm"), component)
	put(t, filepath.Join(directory, "webpack.config.mjs"), []byte(`export default { mode: 'production', entry: './main.js', output: { path: import.meta.dirname + '/dist' },
		resolve: { alias: { 'trolleybus/program/../../trolleybus.wasm': import.meta.dirname + '/component.wasm' } } };`))
	command := exec.CommandContext(t.Context(), bin(t, "webpack"))
	command.Dir = directory
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	programs, err := filepath.Glob(filepath.Join(directory, "dist", "*.wasm"))
	require.NoError(t, err)
	assert.Len(t, programs, 1)
	put(t, filepath.Join(directory, "dist", "index.html"), []byte(index))
	p := open(t, browser.Serve(t, site.New(os.DirFS(filepath.Join(directory, "dist"))))+"/")
	browser.Exec(t, p, "await bus.ready")
}

// tinyApp makes an app beside the examples, where it finds the packed package and the tool chains.
func tinyApp(t *testing.T, source string) string {
	t.Helper()
	bin(t, "webpack")
	directory, err := os.MkdirTemp(filepath.Join(browser.Root(t), "www", "examples"), ".copy-bundled-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(directory) })
	put(t, filepath.Join(directory, "package.json"), []byte(`{ "private": true, "type": "module" }`))
	// Without one of its own, esbuild would take the project's, which maps the package to its source.
	put(t, filepath.Join(directory, "tsconfig.json"), []byte(`{}`))
	put(t, filepath.Join(directory, "index.html"), []byte(index))
	put(t, filepath.Join(directory, "main.js"), []byte(source))
	return directory
}

func put(t *testing.T, path string, content []byte) {
	t.Helper()
	require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
	require.NoError(t, os.WriteFile(path, content, 0o600))
}
