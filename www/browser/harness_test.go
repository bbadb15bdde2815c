package browser_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
)

const empty = `<!doctype html><meta charset="utf-8"><title>empty</title>`

func openEmpty(t testing.TB) *browser.Page {
	t.Helper()
	return browser.Open(t, browser.Serve(t, browser.Mux(t, map[string]string{"index.html": empty}))+"/")
}

// recorder is a test that fails without failing the one that runs it.
type recorder struct {
	testing.TB
	mu       sync.Mutex
	failures []string
	cleanups []func()
}

func (r *recorder) Helper() {}
func (r *recorder) Errorf(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failures = append(r.failures, fmt.Sprintf(format, args...))
}
func (r *recorder) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}
func (r *recorder) Failed() bool { return len(r.failures) > 0 }
func (r *recorder) Cleanup(f func()) {
	r.cleanups = append(r.cleanups, f)
}

// failures runs a test of its own and returns what it complained about.
func failures(t *testing.T, test func(t testing.TB)) []string {
	t.Helper()
	r := &recorder{TB: t}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			for _, f := range slices.Backward(r.cleanups) {
				f()
			}
		}()
		test(r)
	}()
	<-done
	return r.failures
}

func TestEval(t *testing.T) {
	page := openEmpty(t)
	assert.Equal(t, 3, browser.Eval[int](t, page, "1 + 2"))
	assert.Equal(t, "late", browser.Eval[string](t, page, "new Promise((resolve) => setTimeout(resolve, 1, 'late'))"))
	assert.Equal(t, []string{"a", "b"}, browser.Script[[]string](t, page, "const list = ['a']; list.push('b'); return list;"))
	browser.Exec(t, page, "window.touched = true")
	assert.True(t, browser.Eval[bool](t, page, "touched"))

	got := failures(t, func(t testing.TB) { browser.Exec(t, page, "throw new RangeError('too far')") })
	require.Len(t, got, 1)
	assert.Contains(t, got[0], "RangeError: too far")
	got = failures(t, func(t testing.TB) { browser.Eval[int](t, page, "'text'") })
	assert.Len(t, got, 1, "a value that does not fit the type")
}

func TestWaitFor(t *testing.T) {
	page := openEmpty(t)
	browser.Exec(t, page, "setTimeout(() => { window.arrived = true; }, 20)")
	browser.WaitFor(t, page, "window.arrived")
	browser.WaitFor(t, page, "Promise.resolve(arrived)")

	got := failures(t, func(t testing.TB) { browser.WaitForWithin(t, page, "window.never", time.Millisecond) })
	require.Len(t, got, 1)
	assert.Contains(t, got[0], "still false after 1ms: window.never")
	got = failures(t, func(t testing.TB) { browser.WaitFor(t, page, "missing.property") })
	require.Len(t, got, 1)
	assert.Contains(t, got[0], "ReferenceError")
}

func TestUnexpectedMessagesFailTheTest(t *testing.T) {
	for _, test := range []struct{ name, script, want string }{
		{"error", "console.error('broken %d', 7)", "broken 7"},
		{"warning", "console.warn('careful')", "careful"},
		{"exception", "setTimeout(() => { throw new Error('thrown'); }); await new Promise((r) => setTimeout(r));", "thrown"},
		{"rejection", "Promise.reject(new Error('rejected')); await new Promise((r) => setTimeout(r));", "rejected"},
		{"failed request", "await fetch('/missing')", "404"},
		{"inline script", "document.head.append(Object.assign(document.createElement('style'), { textContent: 'a{}' }))", "Content Security Policy"},
		{"trusted types", "try { document.body.innerHTML = '<b>x</b>'; } catch {}", "requires 'TrustedHTML'"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := failures(t, func(t testing.TB) { browser.Exec(t, openEmpty(t), test.script) })
			require.NotEmpty(t, got)
			assert.Contains(t, strings.Join(got, "\n"), test.want)

			got = failures(t, func(t testing.TB) {
				page := openEmpty(t)
				page.Allow(".")
				browser.Exec(t, page, test.script)
			})
			assert.Empty(t, got)
		})
	}
}

func TestConsole(t *testing.T) {
	page := openEmpty(t)
	page.Allow("Content Security Policy")
	browser.Exec(t, page, "console.log('one', 2); console.info('three')")
	browser.Exec(t, page, `await new Promise((resolve) => {
		addEventListener('securitypolicyviolation', resolve);
		new Image().src = 'http://example.invalid/x.png';
	})`)
	messages := page.Console(t)
	require.Len(t, messages, 3)
	assert.Equal(t, "one 2", messages[0].Text)
	assert.Equal(t, "three", messages[1].Text)
	assert.False(t, browser.IsPolicyViolation(messages[0]))
	assert.True(t, browser.IsPolicyViolation(messages[2]), messages[2].Text)
}

func TestThePolicyForbidsEvalButNotWebAssembly(t *testing.T) {
	// Not by the tools' own evaluation, which may do what the page may not.
	page := browser.Open(t, browser.Serve(t, browser.Mux(t, map[string]string{
		"index.html": `<!doctype html><meta charset="utf-8"><script type="module" src="probe.js"></script>`,
		"probe.js": `
			try { new Function('return 1')(); window.evaluated = true; } catch (error) { window.evaluated = error.name; }
			const module = await WebAssembly.compile(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
			window.compiled = module instanceof WebAssembly.Module;`,
	}))+"/")
	page.Allow("Content Security Policy|requires 'TrustedScript'")
	browser.WaitFor(t, page, "window.compiled")
	assert.Equal(t, "EvalError", browser.Eval[string](t, page, "evaluated"))
}

func TestPagesShareNothing(t *testing.T) {
	server := browser.Serve(t, browser.Mux(t, map[string]string{"index.html": empty}))
	first := browser.Open(t, server+"/")
	browser.Exec(t, first, "localStorage.setItem('owner', 'first')")
	second := browser.Open(t, server+"/")
	assert.Nil(t, browser.Eval[*string](t, second, "localStorage.getItem('owner')"))
	beside := first.OpenBeside(t, server+"/")
	assert.Equal(t, "first", browser.Eval[string](t, beside, "localStorage.getItem('owner')"))
}

func TestFramesAndTimersRunInEveryPage(t *testing.T) {
	pages := []*browser.Page{openEmpty(t), openEmpty(t)}
	for _, page := range pages {
		assert.True(t, browser.Eval[bool](t, page, "new Promise((resolve) => requestAnimationFrame(() => resolve(true)))"))
		assert.Equal(t, "visible", browser.Eval[string](t, page, "document.visibilityState"))
	}
}

func TestMeasureHeap(t *testing.T) {
	page := openEmpty(t)
	before := browser.MeasureHeap(t, page)
	assert.Positive(t, before.JavaScript)
	browser.Exec(t, page, "window.kept = Array.from({ length: 1e5 }, (_, i) => ({ i })); window.memory = new WebAssembly.Memory({ initial: 160 })")
	held := browser.MeasureHeap(t, page)
	assert.Greater(t, held.JavaScript, before.JavaScript+1e6)
	browser.Exec(t, page, "kept = undefined")
	assert.Less(t, browser.MeasureHeap(t, page).JavaScript, held.JavaScript-1e6)
}

func TestEmulate(t *testing.T) {
	page := openEmpty(t)
	page.Emulate(t, 390, 844, map[string]string{"prefers-color-scheme": "dark"})
	assert.Equal(t, 390, browser.Eval[int](t, page, "innerWidth"))
	assert.True(t, browser.Eval[bool](t, page, "matchMedia('(prefers-color-scheme: dark)').matches"))
	page.Emulate(t, 1280, 800, map[string]string{"prefers-color-scheme": "light"})
	assert.False(t, browser.Eval[bool](t, page, "matchMedia('(prefers-color-scheme: dark)').matches"))
	assert.FileExists(t, page.Screenshot(t, "harness"))
}
