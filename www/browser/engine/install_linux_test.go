//go:build linux

package engine_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser/engine"
)

// Elsewhere the browsers of the system are not on the PATH.
func TestFindOrInstall(t *testing.T) {
	for pkg, browser := range map[string]engine.Engine{"chromium": engine.Chromium, "firefox-esr": engine.Firefox} {
		t.Run(pkg, func(t *testing.T) {
			directory := t.TempDir()
			t.Setenv(browser.Variable, "")
			t.Setenv("PATH", directory)
			var log bytes.Buffer

			_, err := browser.FindOrInstall(t.Context(), &log)
			require.ErrorIs(t, err, engine.ErrNotFound, "without apt-get there is nothing to install with")
			assert.ErrorContains(t, err, "apt-get install "+pkg)

			if _, err := os.Stat("/etc/debian_version"); err != nil || os.Geteuid() != 0 {
				return
			}
			path := filepath.Join(directory, pkg)
			executable(t, directory, "apt-get", `echo "$@"; [ "$1" != install ] || { echo '#!/bin/sh' > "`+path+`"; /bin/chmod +x "`+path+`"; }`)
			found, err := browser.FindOrInstall(t.Context(), &log)
			require.NoError(t, err)
			assert.Equal(t, path, found)
			assert.Equal(t, "update\ninstall -y --no-install-recommends "+pkg+"\n", log.String())
		})
	}
}
