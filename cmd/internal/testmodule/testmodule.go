// Package testmodule makes modules for the tests of tools that read source.
package testmodule

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"
)

// New makes a module example.com/shop of files, which uses the bus of this checkout.
func New(t *testing.T, files map[string]string) (dir string) {
	t.Helper()
	_, here, _, ok := runtime.Caller(0)
	require.True(t, ok)
	root := filepath.Join(filepath.Dir(here), "..", "..", "..")
	dir = t.TempDir()
	write := func(name, text string) {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o777))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o666))
	}
	write("go.mod", "module example.com/shop\n\ngo 1.26.0\n\nrequire github.com/trolleybus/trolleybus v0.0.0\n\nreplace github.com/trolleybus/trolleybus => "+root+"\n")
	for name, text := range files {
		write(name, text)
	}
	return dir
}

// Copy is New of the files in a directory and those below it.
func Copy(t *testing.T, from string) (dir string) {
	t.Helper()
	dir = New(t, nil)
	require.NoError(t, os.CopyFS(dir, os.DirFS(from)))
	return dir
}
