package docs

import (
	"go/scanner"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var code = regexp.MustCompile("^[\"'`](TB_[A-Z_]+)[\"'`]$")

// The codes in string literals of what users run: those that an error can have are written out there.
func codes(t *testing.T) (all []string) {
	add := func(literal string) {
		if m := code.FindStringSubmatch(literal); m != nil && !slices.Contains(all, m[1]) {
			all = append(all, m[1])
		}
	}
	for _, folder := range []string{"../bus", "../jsbridge", "../wasm", "../internal", "../www/src"} {
		require.NoError(t, filepath.WalkDir(folder, func(path string, entry fs.DirEntry, err error) error {
			if name := entry.Name(); name == "bustest" || name == "model" || name == "peers" { // which are tests
				return filepath.SkipDir
			}
			if err != nil || entry.IsDir() || strings.HasSuffix(path, "_test.go") {
				return err
			}
			text, err := os.ReadFile(path)
			switch filepath.Ext(path) {
			case ".go":
				var s scanner.Scanner
				s.Init(token.NewFileSet().AddFile(path, -1, len(text)), text, nil, 0)
				for _, tok, literal := s.Scan(); tok != token.EOF; _, tok, literal = s.Scan() {
					if tok == token.STRING {
						add(literal)
					}
				}
			case ".ts":
				for _, literal := range regexp.MustCompile(`'TB_[A-Z_]+'`).FindAllString(string(text), -1) {
					add(literal)
				}
			}
			return err
		}))
	}
	return all
}

func TestTheGuideListsEveryErrorCode(t *testing.T) {
	guide, err := os.ReadFile("GUIDE.md")
	require.NoError(t, err)
	_, chapter, found := strings.Cut(string(guide), "\n## Errors\n")
	require.True(t, found)
	chapter, _, _ = strings.Cut(chapter, "\n## ")
	var listed []string
	for _, row := range regexp.MustCompile("(?m)^\\| `(TB_[A-Z_]+)` \\| ([^|]+) \\| ([^|]+) \\|$").FindAllStringSubmatch(chapter, -1) {
		listed = append(listed, row[1])
		assert.NotEmpty(t, strings.TrimSpace(row[2]), "what %s means", row[1])
		assert.NotEmpty(t, strings.TrimSpace(row[3]), "what to do about %s", row[1])
	}
	assert.True(t, slices.IsSorted(listed), "in the order of the alphabet: %v", listed)
	assert.ElementsMatch(t, codes(t), listed, "the table is what errors can have")
	assert.NotContains(t, listed, "TB_")
	assert.Greater(t, len(listed), 15)
}
