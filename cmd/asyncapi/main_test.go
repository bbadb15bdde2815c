package main

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/cmd/internal/testmodule"
)

var update = flag.Bool("update", false, "write the golden files")

func shop(t *testing.T) string {
	t.Helper()
	return testmodule.Copy(t, "testdata/shop")
}

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o666))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "go test ./asyncapi -update writes it anew")
}

// The document is read by the parser of AsyncAPI in www/test/asyncapi.test.mjs.
func TestDocument(t *testing.T) {
	var out, warnings bytes.Buffer
	require.NoError(t, run([]string{"-C", shop(t), "-title", "Shop", "-version", "1.2.3", "-description", "A shop."}, &out, &warnings))
	assert.Empty(t, warnings.String())
	golden(t, "shop.asyncapi.json", out.Bytes())
}

// The values that encoding/json really writes; the same test checks them against the document's schemas.
func TestSamples(t *testing.T) {
	command := exec.Command("go", "run", ".")
	command.Dir = shop(t)
	var failed bytes.Buffer
	command.Stderr = &failed
	out, err := command.Output()
	require.NoError(t, err, failed.String())
	golden(t, "shop.samples.json", out)
}

func TestOutputFile(t *testing.T) {
	dir := shop(t)
	var out, warnings bytes.Buffer
	// -o is from the directory of -C, as all paths of go -C are.
	require.NoError(t, run([]string{"-C", dir, "-o", "asyncapi.json", "-title", "Shop", "-version", "1.2.3", "-description", "A shop.", "."}, &out, &warnings))
	assert.Empty(t, out.String())
	text, err := os.ReadFile(filepath.Join(dir, "asyncapi.json"))
	require.NoError(t, err)
	golden(t, "shop.asyncapi.json", text)
}

func TestProblems(t *testing.T) {
	const head = "package shop\n\nimport \"github.com/trolleybus/trolleybus/bus\"\n\ntype A struct{ N int }\ntype B struct{ N int }\n\nvar b *bus.Bus\n\nfunc f(name string) {\n"
	for _, tc := range []struct {
		name, body, err, warning string
	}{
		{"two types", `bus.NewTopic[A](b, "x"); bus.NewTopic[B](b, "x")`, "topic x is declared with type example.com/shop.B", ""},
		{"two versions", `bus.NewTopic[A](b, "x", bus.Version(1)); b.Declare("x", bus.Version(2))`, "topic x is declared with version 2", ""},
		{"a type without JSON", `bus.NewTopic[struct{ Done []chan int }](b, "x")`, "struct{Done []chan int}.Done[]: chan int has no JSON form", ""},
		{"a named type without JSON", `type done func(); bus.NewTopic[done](b, "x")`, "has no JSON form", ""},
		{"keys without JSON", `bus.NewTopic[map[float64]int](b, "x")`, "map[float64]int has no JSON form", ""},
		{"a name that is not known", `bus.NewTopic[A](b, name)`, "", "main.go:11:1: the topic is not known"},
		{"a part of a token that is not known", `bus.NewTopic[A](b, "x.y-"+name)`, "", "the topic is not known"},
		{"an option from elsewhere", `o := bus.Version(1); bus.NewTopic[A](b, "x", o)`, "", "an option is not a call on the spot"},
		{"a type parameter", `}; func g[T any]() { bus.NewTopic[[]T](b, "x")`, "", "topic x: the type is a parameter"},
		{"code that does not compile", `bus.NewTopic[C](b, "x")`, "undefined: C", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var out, warnings bytes.Buffer
			err := run([]string{"-C", testmodule.New(t, map[string]string{"main.go": head + tc.body + "\n}\n"})}, &out, &warnings)
			if tc.err == "" {
				require.NoError(t, err)
			} else {
				require.ErrorContains(t, err, tc.err)
				assert.Empty(t, out.String())
			}
			if tc.warning == "" {
				assert.Empty(t, warnings.String())
			} else {
				assert.Contains(t, warnings.String(), tc.warning)
			}
		})
	}
	require.Error(t, run([]string{"-no-such-flag"}, &bytes.Buffer{}, &bytes.Buffer{}))
}

func TestPackagesForThePage(t *testing.T) {
	dir := testmodule.New(t, map[string]string{
		"page.go":  "//go:build js && wasm\n\npackage shop\n\nimport \"github.com/trolleybus/trolleybus/bus\"\n\nvar topic = bus.NewTopic[string](nil, \"in.page\")\n",
		"other.go": "package shop\n",
	})
	for _, tc := range []struct {
		args []string
		want bool
	}{{nil, false}, {[]string{"-goos", "js", "-goarch", "wasm"}, true}} {
		var out bytes.Buffer
		require.NoError(t, run(append([]string{"-C", dir}, tc.args...), &out, &bytes.Buffer{}))
		assert.Equal(t, tc.want, bytes.Contains(out.Bytes(), []byte("in.page")))
	}
}
