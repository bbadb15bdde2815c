//go:build !js

package jsbridge_test

import (
	"bufio"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const (
	tag = "//go:build js && wasm"
	// The other way round is for tests that run natively, like this one.
	nativeTag = "//go:build !js"
)

// A file without the tag would break `go build ./...` on every other system, or bring syscall/js to servers.
func TestFilesAreBuiltForThePageOnly(t *testing.T) {
	for _, directory := range []string{".", filepath.Join("..", "wasm")} {
		files, err := filepath.Glob(filepath.Join(directory, "*.go"))
		require.NoError(t, err)
		require.NotEmpty(t, files, directory)
		for _, path := range files {
			name := filepath.Base(path)
			switch constraint := constraintOf(t, path); {
			case name == "doc.go":
				assert.Empty(t, constraint, "%s gives the package to go doc on every system", path)
			case strings.HasSuffix(name, "_test.go") && constraint == nativeTag:
			default:
				assert.Equal(t, tag, constraint, path)
			}
		}
	}
}

// constraintOf returns the build constraint, from where the compiler looks for it: above the package clause.
func constraintOf(t *testing.T, path string) string {
	t.Helper()
	file, err := os.Open(path)
	require.NoError(t, err)
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() && !strings.HasPrefix(lines.Text(), "package ") {
		if strings.HasPrefix(lines.Text(), "//go:build ") {
			return lines.Text()
		}
	}
	require.NoError(t, lines.Err())
	return ""
}

// The tests in the page count the js.Func values that one helper makes; that says something about all of them
// as long as nobody else makes any. The package itself exports functions instead, which cost a hundredth.
func TestOnlyTheCountingHelperMakesFuncs(t *testing.T) {
	files, err := filepath.Glob("*.go")
	require.NoError(t, err)
	made := map[string]int{}
	for _, path := range files {
		source, err := os.ReadFile(path)
		require.NoError(t, err)
		if n := strings.Count(string(source), "js."+"FuncOf("); n > 0 {
			made[path] = n
		}
	}
	assert.Equal(t, map[string]int{"script_test.go": 1}, made)
}
