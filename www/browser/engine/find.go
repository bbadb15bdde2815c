// Package engine finds the browsers that the tests and the benchmarks drive, and installs them where it can.
package engine

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// ErrNotFound says that there is no such browser, and how to get one.
var ErrNotFound = errors.New("no such browser found")

// Engine is a browser.
type Engine struct {
	// Name is that of the make target which finds it, and Variable the one of the environment that names its path.
	Name, Variable string

	pkg   string // of Debian
	also  string // what else would do
	names []string
}

// All are the browsers that there are tests in.
var All = []Engine{Chromium, Firefox}

var Chromium = Engine{
	Name: "chromium", Variable: "CHROME", pkg: "chromium", also: ", or Google Chrome",
	names: []string{
		"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "google-chrome-beta", "google-chrome-unstable",
		"chrome", "headless_shell", "headless-shell",
		"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
		"/Applications/Chromium.app/Contents/MacOS/Chromium",
	},
}

var Firefox = Engine{
	Name: "firefox", Variable: "FIREFOX", pkg: "firefox-esr",
	names: []string{
		"firefox-esr", "firefox", "firefox-bin",
		"/Applications/Firefox.app/Contents/MacOS/firefox",
	},
}

// Find returns the path of the browser: what its variable names, else the first of the usual names on the PATH. The
// error is ErrNotFound, or says what is wrong with the variable.
func (e Engine) Find() (string, error) {
	if named := os.Getenv(e.Variable); named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("%s: %w", e.Variable, err)
		}
		return path, nil
	}
	for _, name := range e.names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", fmt.Errorf("%w: install the package %s (Debian: apt-get install %[2]s)%s, or set %s to its path", ErrNotFound, e.pkg, e.also, e.Variable)
}
