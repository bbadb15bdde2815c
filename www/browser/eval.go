package browser

import (
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// Eval evaluates a JavaScript expression, waits for its promise if it is one, and decodes the value from JSON. The
// test ends if the expression throws or rejects, or if the value does not fit T.
func Eval[T any](t testing.TB, p *Page, expression string) T {
	t.Helper()
	return evalWithin[T](t, p, expression, stepTimeout)
}

func evalWithin[T any](t testing.TB, p *Page, expression string, limit time.Duration) T {
	t.Helper()
	return get(t, p, expression, limit, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
}

// Script is Eval for the body of an async function, whose value comes by `return`.
func Script[T any](t testing.TB, p *Page, body string) T {
	t.Helper()
	return Eval[T](t, p, "(async () => {\n"+body+"\n})()")
}

// Exec is Script for its effects.
func Exec(t testing.TB, p *Page, body string) {
	t.Helper()
	Script[chromedp.Void](t, p, body)
}

// WaitFor returns when the JavaScript expression (or its promise) has become true. The test ends if it throws, or if
// it is still false after two minutes.
func WaitFor(t testing.TB, p *Page, expression string) {
	t.Helper()
	WaitForWithin(t, p, expression, stepTimeout/2)
}

// WaitForWithin is WaitFor with a limit of its own, for a test that proves a limit.
func WaitForWithin(t testing.TB, p *Page, expression string, limit time.Duration) {
	t.Helper()
	// The page looks by itself: asking from here would race with pages that navigate, and cost a round trip a look.
	evalWithin[chromedp.Void](t, p, fmt.Sprintf(`new Promise((resolve, reject) => {
		const limit = performance.now() + %d;
		const look = async () => {
			try {
				if (await (%s)) resolve();
				else if (performance.now() > limit) reject(new Error(%s));
				else setTimeout(look, 4);
			} catch (error) { reject(error); }
		};
		look();
	})`, limit.Milliseconds(), expression, strconv.Quote(fmt.Sprintf("still false after %v: %s", limit, expression))), limit+stepTimeout)
}
