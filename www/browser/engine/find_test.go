package engine_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser/engine"
)

func executable(t *testing.T, directory, name, script string) string {
	t.Helper()
	path := filepath.Join(directory, name)
	require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o700))
	return path
}

func TestFindPrefersTheVariable(t *testing.T) {
	for _, browser := range engine.All {
		t.Run(browser.Name, func(t *testing.T) {
			directory := t.TempDir()
			onPath := executable(t, directory, browser.Name, "")
			named := executable(t, t.TempDir(), "mine", "")
			t.Setenv("PATH", directory)

			t.Setenv(browser.Variable, "")
			found, err := browser.Find()
			require.NoError(t, err)
			assert.Equal(t, onPath, found)

			t.Setenv(browser.Variable, named)
			found, err = browser.Find()
			require.NoError(t, err)
			assert.Equal(t, named, found)

			t.Setenv(browser.Variable, filepath.Join(directory, "missing"))
			_, err = browser.Find()
			assert.ErrorIs(t, err, os.ErrNotExist)
			assert.ErrorContains(t, err, browser.Variable)
		})
	}
}
