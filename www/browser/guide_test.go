package browser_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
)

// Each example in JavaScript of docs/GUIDE.md prints what its last lines say.
func TestGuideExamples(t *testing.T) {
	directory := t.TempDir()
	modules := filepath.Join(directory, "node_modules")
	require.NoError(t, os.Mkdir(modules, 0o700))
	for name, target := range map[string]string{"trolleybus": "dist", "zod": "www/node_modules/zod"} {
		require.NoError(t, os.Symlink(filepath.Join(browser.Root(t), filepath.FromSlash(target)), filepath.Join(modules, name)))
	}
	write(t, directory, "package.json", `{ "private": true, "type": "module" }`)
	for name, source := range example(t, "guide") {
		t.Run(name, func(t *testing.T) {
			_, comment, found := strings.Cut(source, "\n// Prints:\n")
			require.True(t, found, "an example says what it prints")
			write(t, directory, name, source)
			assert.Equal(t, regexp.MustCompile(`(?m)^// `).ReplaceAllString(comment, ""), run(t, directory, "node", name))
		})
	}
}
