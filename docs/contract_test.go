package docs_test

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tests finds the names of all tests in a folder: functions of Go, rows of the conformance suite, tests of JavaScript.
func tests(t *testing.T, folder string) []string {
	t.Helper()
	var names []string
	for _, glob := range []string{"*.go", "*.mjs"} {
		files, err := filepath.Glob(filepath.Join("..", filepath.FromSlash(folder), glob))
		require.NoError(t, err)
		for _, file := range files {
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, m := range regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(|^\t+\{"(\w+/[^"]+)", \w+[,}]|\btest\('((?:[^'\\]|\\.)+)',`).FindAllStringSubmatch(string(source), -1) {
				names = append(names, strings.ReplaceAll(m[1]+m[2]+m[3], `\'`, `'`))
			}
		}
	}
	return names
}

// A promise is proved by nothing if its test has another name by now.
func TestEveryProofExists(t *testing.T) {
	content, err := os.ReadFile("CONTRACT.md")
	require.NoError(t, err)
	contract := string(content)
	known := map[string][]string{}
	for _, folder := range []string{"bus", "bus/bustest", "bus/cloudevents", "bus/jsoncodec", "bus/model", "bus/peers", "bus/subject", "docs", "jsbridge", "www/browser", "www/browser/apps", "www/browser/firefox", "www/test", "www/test/adapters", "www/test/suites"} {
		known[folder] = tests(t, folder)
		require.NotEmpty(t, known[folder], "tests in %s", folder)
	}

	// "`folder`: `test`, `test`"
	count := 0
	for _, list := range regexp.MustCompile("`([\\w/]+)`:\\s((?:\\s*`[^`]+`,?)+)").FindAllStringSubmatch(contract, -1) {
		require.Contains(t, known, list[1])
		for _, name := range spans(list[2]) {
			assert.True(t, slices.Contains(known[list[1]], name), "%s has no test %q", list[1], name)
			count++
		}
	}
	assert.Greater(t, count, 100, "the lists are read")

	all := slices.Concat(slices.Collect(maps.Values(known))...)
	looksLikeTest := regexp.MustCompile(`^(?:(?:Test|Fuzz)[A-Z]|D\d+[ /])`)
	for _, name := range spans(contract) {
		if looksLikeTest.MatchString(name) {
			assert.True(t, slices.Contains(all, name), "there is no test %q", name)
		}
	}
}

// spans are the contents of all code spans, which may be broken over two lines.
func spans(text string) (list []string) {
	for _, m := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(text, -1) {
		list = append(list, strings.Join(strings.Fields(m[1]), " "))
	}
	return list
}
