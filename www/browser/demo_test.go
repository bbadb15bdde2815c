package browser_test

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"

	"github.com/trolleybus/trolleybus/www/browser"
)

func openDemo(t *testing.T) *browser.Page {
	t.Helper()
	built := filepath.Join(browser.Root(t), "build", "demo")
	if _, err := os.Stat(filepath.Join(built, "index.html")); err != nil {
		t.Fatalf("%v; make demo-build builds it", err)
	}
	p := browser.Open(t, browser.Serve(t, browser.Files(built))+"/")
	browser.WaitFor(t, p, `document.querySelector('[data-testid=go-state]').dataset.state === 'up'`)
	return p
}

func byTest(id string) string { return `[data-testid=` + id + `]` }

func TestDemoReplaysRecordedEventsThroughJavaScriptAndGo(t *testing.T) {
	p := openDemo(t)
	browser.WaitFor(t, p, `document.querySelectorAll('[data-testid=feed-item]').length > 5`)
	browser.WaitFor(t, p, `document.querySelectorAll('[data-testid=log-row]').length > 5`)
	browser.WaitFor(t, p, `document.querySelectorAll('[data-testid=summary-row]').length > 3`)
	browser.WaitFor(t, p, `Number(document.querySelector('[data-testid=throughput]').textContent.replaceAll(',', '')) > 0`)
	// The log shows sequence numbers in order, newest first.
	assert.True(t, browser.Eval[bool](t, p, `(() => {
		const seqs = [...document.querySelectorAll('[data-testid=log-row]')].map((row) => Number(row.cells[0].textContent.replace(/\D/g, '')));
		return seqs.every((seq, i) => i === 0 || seq < seqs[i - 1]);
	})()`))
}

func TestDemoFiltersByPatternFromTheKeyboard(t *testing.T) {
	p := openDemo(t)
	input := byTest("filter-input")
	p.Do(t, chromedp.SendKeys(input, kb.End+" x"))
	browser.WaitFor(t, p, `document.querySelector('[data-testid=filter-error]').textContent.startsWith('TB_TOPIC: ')`)
	browser.Exec(t, p, `document.querySelector('[data-testid=filter-input]').select()`)
	p.Do(t, chromedp.SendKeys(input, "quake.>"))
	browser.WaitFor(t, p, `document.querySelector('[data-testid=filter-error]').textContent === ''`)
	browser.WaitFor(t, p, `(() => {
		const items = [...document.querySelectorAll('[data-testid=feed-item]')];
		return items.length > 3 && items.every((item) => item.textContent.includes('quake.'));
	})()`)
}

func TestDemoShowsFailuresAndSurvivesACrashOfGo(t *testing.T) {
	p := openDemo(t)
	// What Go writes when it panics, and what the bus says of it.
	p.Allow(`goroutine|panic|created by|main\.|github\.com|\.go:\d+|exit code|trolleybus: .*Go is started again|^\s*$`)
	p.Do(t, chromedp.Click(byTest("fail-button")))
	browser.WaitFor(t, p, `document.querySelector('[data-testid=error-row]')?.textContent.includes('deliberate')`)
	p.Do(t, chromedp.Click(byTest("go-panic-button")))
	browser.WaitFor(t, p, `document.querySelector('[data-testid=error-row]')?.textContent.includes('TB_PANIC')`)
	p.Do(t, chromedp.Click(byTest("crash-button")))
	browser.WaitFor(t, p, `document.querySelector('[data-testid=go-state]').textContent.includes('restarted')`)
	// The new instance counts again: another window gives other counts.
	counts := `[...document.querySelectorAll('[data-testid=summary-row]')].map((row) => row.cells[1].textContent).join()`
	p.Do(t, chromedp.Click(byTest("pause")))
	browser.WaitFor(t, p, `document.querySelector('[data-testid=pause]').dataset.playing === 'false'`)
	before := browser.Eval[string](t, p, counts)
	browser.Exec(t, p, `const select = document.querySelector('#window'); select.value = '6'; select.dispatchEvent(new Event('change', { bubbles: true }))`)
	browser.WaitFor(t, p, counts+" !== "+strconv.Quote(before))
}

func TestDemoPublishesTheVisitorsOwnEvents(t *testing.T) {
	p := openDemo(t)
	p.Do(t, chromedp.SendKeys(byTest("note-input"), "hello board"+kb.Enter))
	browser.WaitFor(t, p, `document.querySelector('#visitor-note').textContent === '1'`)
	browser.WaitFor(t, p, `Number(document.querySelector('#visitor-input').textContent) > 0`)
	p.Do(t, chromedp.Click(byTest("pause")))
	browser.WaitFor(t, p, `document.querySelector('[data-testid=pause]').dataset.playing === 'false'`)
	browser.WaitFor(t, p, `Number(document.querySelector('#visitor-click').textContent) > 0`)
}

func TestDemoFitsPhoneAndWideScreenInLightAndDark(t *testing.T) {
	p := openDemo(t)
	browser.WaitFor(t, p, `document.querySelectorAll('[data-testid=feed-item]').length > 5`)
	for _, size := range []struct {
		name          string
		width, height int64
	}{{"phone", 360, 740}, {"wide", 1600, 1000}} {
		for _, scheme := range []string{"light", "dark"} {
			t.Run(size.name+" "+scheme, func(t *testing.T) {
				p.Emulate(t, size.width, size.height, map[string]string{"prefers-color-scheme": scheme})
				assert.LessOrEqual(t, browser.Eval[int64](t, p, `document.documentElement.scrollWidth`), size.width, "nothing is wider than the page")
				p.Screenshot(t, "demo-"+size.name+"-"+scheme)
			})
		}
	}
}
