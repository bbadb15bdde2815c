package browser_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
)

// block is a fenced block of README.md with the comment before it, which names the file that it shows, or the
// folder that its commands are for.
type block struct{ note, language, text string }

func readme(t *testing.T) (text string, blocks []block) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(browser.Root(t), "README.md"))
	require.NoError(t, err)
	text = string(content)
	for _, m := range regexp.MustCompile("(?m)(?:^<!-- (.*) -->\n)?^```(\\w*)\n((?s:.*?))^```$").FindAllStringSubmatch(text, -1) {
		blocks = append(blocks, block{m[1], m[2], m[3]})
	}
	require.Equal(t, strings.Count(text, "\n```"), 2*len(blocks), "each block is read")
	return text, blocks
}

// commands are what README tells to run in a folder beside a checkout.
func commands(t *testing.T, folder string) string {
	t.Helper()
	_, blocks := readme(t)
	for _, b := range blocks {
		if b.note == "run in "+folder {
			return b.text
		}
	}
	t.Fatalf("README has no commands to run in %s", folder)
	return ""
}

// beside makes a folder that has the checkout beside it as ../trolleybus, and runs README's commands for it there.
func beside(t *testing.T, folder string, files map[string]string) string {
	t.Helper()
	parent := t.TempDir()
	require.NoError(t, os.Symlink(browser.Root(t), filepath.Join(parent, "trolleybus")))
	directory := filepath.Join(parent, folder)
	require.NoError(t, os.Mkdir(directory, 0o700))
	for name, content := range files {
		write(t, directory, name, content)
	}
	command := exec.CommandContext(t.Context(), "bash", "-euc", commands(t, folder))
	command.Dir = directory
	command.Env = append(os.Environ(), "npm_config_offline=true", "npm_config_audit=false", "npm_config_fund=false")
	output, err := command.CombinedOutput()
	require.NoError(t, err, "%s", output)
	return directory
}

// example reads the files of one folder of www/examples.
func example(t *testing.T, folder string) map[string]string {
	t.Helper()
	directory := os.DirFS(filepath.Join(browser.Root(t), "www", "examples", folder))
	files := map[string]string{}
	names, err := fs.Glob(directory, "*")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		content, err := fs.ReadFile(directory, name)
		require.NoError(t, err)
		files[name] = string(content)
	}
	return files
}

func TestReadmeShowsTheExamplesAsTheyAre(t *testing.T) {
	_, blocks := readme(t)
	var shown []string
	for _, b := range blocks {
		if b.language == "sh" {
			continue
		}
		require.NotEmpty(t, b.note, "a block names the file that it was copied from:\n%s", b.text)
		content, err := os.ReadFile(filepath.Join(browser.Root(t), filepath.FromSlash(b.note)))
		require.NoError(t, err)
		assert.Equal(t, string(content), b.text, b.note)
		shown = append(shown, strings.TrimPrefix(b.note, "www/examples/"))
	}
	assert.Subset(t, shown, []string{"script-tag/index.html", "script-tag/app.js", "npm/app.ts", "go-component/main.go", "go-component/app.js"})
}

// The npm package has the same README, where a link relative to the repository leads nowhere.
func TestReadmeNamesFilesThatExist(t *testing.T) {
	text, blocks := readme(t)
	prose := text
	for _, b := range blocks {
		prose = strings.Replace(prose, b.text, "", 1)
	}
	assert.Empty(t, regexp.MustCompile(`\]\((?:[^)h#]|h[^t])[^)]*\)`).FindAllString(prose, -1), "relative links")
	named := regexp.MustCompile("`([\\w./-]+\\.md|(?:www|docs|bus|jsbridge)/[\\w./-]*)`").FindAllStringSubmatch(text, -1)
	assert.NotEmpty(t, named)
	for _, m := range named {
		assert.FileExists(t, filepath.Join(browser.Root(t), filepath.FromSlash(m[1])))
	}
	published, err := fs.ReadFile(browser.Dist(t), "README.md")
	require.NoError(t, err)
	assert.Equal(t, text, string(published), "README.md of dist; make dist copies it")
}

func TestReadmeScriptTag(t *testing.T) {
	p := browser.Open(t, browser.Serve(t, browser.Mux(t, example(t, "script-tag")))+"/")
	p.Do(t, chromedp.Click("#add"))
	browser.WaitFor(t, p, "document.querySelector('#count').value === '1'")
	browser.Exec(t, p, "await bus.ready")
	p.Do(t, chromedp.Click("#add"))
	browser.WaitFor(t, p, "document.querySelector('#count').value === '2'")
}

const npmSays = `1 order.placed A-1
2 order.paid A-1
printer failed at order.paid: Error: no paper
`

func TestReadmeNpm(t *testing.T) {
	files := example(t, "npm")
	files["package.json"] = `{ "private": true, "type": "module" }`
	project := beside(t, "shop", files)
	installed, err := os.Lstat(filepath.Join(project, "node_modules", "trolleybus"))
	require.NoError(t, err)
	require.True(t, installed.IsDir(), "a copy, no link to the checkout")
	tools := filepath.Join(browser.Root(t), "www", "node_modules", ".bin")

	t.Run("types", func(t *testing.T) {
		run(t, project, filepath.Join(tools, "tsc"), "--noEmit", "--strict", "--module", "esnext", "--moduleResolution", "bundler",
			"--target", "es2022", "--lib", "es2022,dom,esnext.disposable", "app.ts")
	})

	// As README says: esbuild does not copy the program.
	run(t, project, filepath.Join(tools, "esbuild"), "app.ts", "--bundle", "--format=esm", "--log-level=warning", "--outfile=app.js")
	program, err := os.ReadFile(filepath.Join(project, "node_modules", "trolleybus", "trolleybus.wasm"))
	require.NoError(t, err)
	write(t, project, "trolleybus.wasm", string(program))

	t.Run("bundled, in Chromium", func(t *testing.T) {
		p := browser.Open(t, serveDirectory(t, project)+"/")
		browser.WaitFor(t, p, "performance.getEntriesByName(new URL('trolleybus.wasm', location).href).length === 1")
		var said strings.Builder
		for _, message := range p.Console(t) {
			said.WriteString(message.Text + "\n")
		}
		assert.Equal(t, npmSays, said.String())
	})

	t.Run("in Node", func(t *testing.T) {
		assert.Equal(t, npmSays, run(t, project, "node", "app.js"))
	})
}

func TestReadmeGoComponent(t *testing.T) {
	files := example(t, "go-component")
	component := beside(t, "component", map[string]string{"main.go": files["main.go"]})
	program, err := os.ReadFile(filepath.Join(component, "component.wasm"))
	require.NoError(t, err)
	files["component.wasm"] = string(program)

	p := browser.Open(t, browser.Serve(t, browser.Mux(t, files))+"/")
	for range 2 { // the first of them most likely before Go is up
		p.Do(t, chromedp.Click("#add"))
	}
	browser.WaitFor(t, p, "document.querySelector('#total').value === '6'")
	p.Do(t, chromedp.Click("#add"))
	browser.WaitFor(t, p, "document.querySelector('#total').value === '9'")
}
