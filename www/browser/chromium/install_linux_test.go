//go:build linux

package chromium_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/www/browser/chromium"
)

// Elsewhere the browser of the system is not on the PATH.
func TestFindOrInstall(t *testing.T) {
	directory := t.TempDir()
	t.Setenv("CHROME", "")
	t.Setenv("PATH", directory)
	var log bytes.Buffer

	_, err := chromium.FindOrInstall(t.Context(), &log)
	require.ErrorIs(t, err, chromium.ErrNotFound, "without apt-get there is nothing to install with")
	assert.ErrorContains(t, err, "apt-get install chromium")

	if _, err := os.Stat("/etc/debian_version"); err != nil || os.Geteuid() != 0 {
		return
	}
	executable(t, directory, "apt-get", `echo "$@"; [ "$1" != install ] || { echo '#!/bin/sh' > "`+directory+`/chromium"; /bin/chmod +x "`+directory+`/chromium"; }`)
	found, err := chromium.FindOrInstall(t.Context(), &log)
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(directory, "chromium"), found)
	assert.Equal(t, "update\ninstall -y --no-install-recommends chromium\n", log.String())
}
