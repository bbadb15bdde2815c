//go:build !js

package jsbridge_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

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
