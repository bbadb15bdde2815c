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

// Each example in JavaScript of docs/GUIDE.md prints what its last lines say, and so does README's of what the guide teaches.
func TestGuideExamples(t *testing.T) { examplesPrint(t, "guide") }

func TestReadmeDelivery(t *testing.T) { examplesPrint(t, "delivery") }

// examplesPrint runs the examples of a folder in Node.
func examplesPrint(t *testing.T, folder string) {
	t.Helper()
	directory := t.TempDir()
	modules := filepath.Join(directory, "node_modules")
	require.NoError(t, os.Mkdir(modules, 0o700))
	for name, target := range map[string]string{"trolleybus": "dist", "zod": "www/node_modules/zod"} {
		require.NoError(t, os.Symlink(filepath.Join(browser.Root(t), filepath.FromSlash(target)), filepath.Join(modules, name)))
	}
	write(t, directory, "package.json", `{ "private": true, "type": "module" }`)
	for name, source := range example(t, folder) {
		t.Run(name, func(t *testing.T) {
			_, comment, found := strings.Cut(source, "\n// Prints:\n")
			require.True(t, found, "an example says what it prints")
			write(t, directory, name, source)
			assert.Equal(t, regexp.MustCompile(`(?m)^// `).ReplaceAllString(comment, ""), run(t, directory, "node", name))
		})
	}
}
