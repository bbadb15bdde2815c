// Package browser drives headless Chromium in tests. One browser serves all tests of a package:
//
//	func TestMain(m *testing.M) { browser.Main(m) }
//
//	func TestPublish(t *testing.T) {
//		server := browser.Serve(t, browser.Mux(t, map[string]string{"index.html": html}))
//		page := browser.Open(t, server+"/")
//		got := browser.Eval[int](t, page, "state.count")
//		...
//	}
//
// Each page is a tab in a profile of its own, and is held to the policy of package site. A test fails when its page
// writes a warning or an error to the console, throws without catching, or breaks the policy, unless the test said
// with Page.Allow that it would. Nothing here sleeps: WaitFor looks at a condition until it holds.
package browser
