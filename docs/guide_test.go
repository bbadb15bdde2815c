package docs_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the guide shows is what tests run: each block is a file of docs/guide, which go test runs, or of
// www/examples/guide, which the tests of www/browser run in Node, and each of these files is shown.
func TestGuideShowsTheExamplesAsTheyAre(t *testing.T) {
	content, err := os.ReadFile("GUIDE.md")
	require.NoError(t, err)
	text := string(content)
	blocks := regexp.MustCompile("(?m)^<!-- (.*) -->\n```\\w+\n((?s:.*?))^```$").FindAllStringSubmatch(text, -1)
	require.Equal(t, strings.Count(text, "\n```"), 2*len(blocks), "each block is read")
	var shown []string
	for _, m := range blocks {
		source, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(m[1])))
		require.NoError(t, err)
		assert.Equal(t, string(source), m[2], m[1])
		shown = append(shown, m[1])
	}
	var files []string
	for _, glob := range []string{"docs/guide/*_test.go", "www/examples/guide/*.js"} {
		found, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(glob)))
		require.NoError(t, err)
		for _, file := range found {
			files = append(files, filepath.ToSlash(strings.TrimPrefix(file, ".."+string(filepath.Separator))))
		}
	}
	assert.ElementsMatch(t, files, shown)
}
