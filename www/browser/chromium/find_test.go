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

func executable(t *testing.T, directory, name, script string) string {
	t.Helper()
	path := filepath.Join(directory, name)
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700))
	return path
}

func TestFindPrefersTheVariable(t *testing.T) {
	directory := t.TempDir()
	onPath := executable(t, directory, "chromium", "")
	named := executable(t, t.TempDir(), "mine", "")
	t.Setenv("PATH", directory)

	t.Setenv("CHROME", "")
	found, err := chromium.Find()
	require.NoError(t, err)
	assert.Equal(t, onPath, found)

	t.Setenv("CHROME", named)
	found, err = chromium.Find()
	require.NoError(t, err)
	assert.Equal(t, named, found)

	t.Setenv("CHROME", filepath.Join(directory, "missing"))
	_, err = chromium.Find()
	assert.ErrorIs(t, err, os.ErrNotExist)
	assert.ErrorContains(t, err, "CHROME")
}

func TestFindOrInstall(t *testing.T) {
	if _, err := os.Stat("/Applications"); err == nil {
		t.Skip("the browser of this system is not on the PATH")
	}
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
