// Package chromium finds the browser that the tests and the benchmarks drive, and installs it where it can.
package chromium

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
)

// ErrNotFound says that there is no Chromium, and how to get one.
var ErrNotFound = errors.New("no Chromium found: install the package chromium (Debian: apt-get install chromium), " +
	"or Google Chrome, or set CHROME to the path of either")

var names = []string{
	"chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "google-chrome-beta", "google-chrome-unstable",
	"chrome", "headless_shell", "headless-shell",
	"/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
	"/Applications/Chromium.app/Contents/MacOS/Chromium",
}

// Find returns the path of the browser: what the variable CHROME names, else the first of the usual names on the PATH.
// The error is ErrNotFound, or says what is wrong with CHROME.
func Find() (string, error) {
	if named := os.Getenv("CHROME"); named != "" {
		path, err := exec.LookPath(named)
		if err != nil {
			return "", fmt.Errorf("CHROME: %w", err)
		}
		return path, nil
	}
	for _, name := range names {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", ErrNotFound
}
