package chromium_test

import (
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
