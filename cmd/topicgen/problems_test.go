package main

import (
	"bytes"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"

	"github.com/trolleybus/trolleybus/cmd/internal/jsonschema"
	"github.com/trolleybus/trolleybus/cmd/internal/testmodule"
	"github.com/trolleybus/trolleybus/cmd/internal/topics"
)

const head = `package shop

import (
	"context"
	"github.com/trolleybus/trolleybus/bus"
)

type A struct{ N int }
type B struct{ N int }

var (
	b *bus.Bus
	ctx context.Context
)

func f(name string) {
`

// is makes a test of an error's type.
func is[E error](t *testing.T, err error) {
	t.Helper()
	var want E
	assert.True(t, errors.As(err, &want), "%T", err)
}

func TestMistakes(t *testing.T) {
	for _, tc := range []struct {
		name, body string
		typed      func(*testing.T, error)
		want       []string
	}{
		{"two types", "bus.NewTopic[A](b, \"x\")\nbus.NewTopic[B](b, \"x\")", is[*topics.ConflictError], []string{"main.go:18:1: topic x is declared with type example.com/shop.B, and at ", "main.go:17:1 with example.com/shop.A"}},
		{"two types of a request", `bus.NewTopic[A](b, "x"); bus.Respond(b, "x", func(context.Context, B) (int, error) { return 0, nil })`, is[*topics.ConflictError], []string{"topic x is declared with type example.com/shop.B"}},
		{"two replies", `bus.Respond(b, "x", func(context.Context, A) (int, error) { return 0, nil }); bus.Respond(b, "x", func(context.Context, A) (string, error) { return "", nil })`, is[*topics.ConflictError], []string{"topic x is declared with reply type string"}},
		{"a wildcard", `bus.NewTopic[A](b, "x.*")`, is[*topics.NameError], []string{`main.go:17:1: topic "x.*": wildcard in a topic at byte 2`}},
		{"an empty name", `bus.NewTopic[A](b, "")`, is[*topics.NameError], []string{`topic "": empty`}},
		{"a wrong constant part", `bus.NewTopic[A](b, "x y."+name)`, is[*topics.NameError], []string{"white space at byte 1"}},
		{"a reserved name", `bus.NewTopic[A](b, "$x")`, is[*topics.NameError], []string{"'$' is reserved"}},
		{"a wrong requested name", `bus.Request[A](ctx, b, "x..y", 1)`, is[*topics.NameError], []string{"empty token at byte 2"}},
		{"channels", `bus.NewTopic[struct{ Done []chan int }](b, "x")`, is[*jsonschema.TypeError], []string{"main.go:17:1: topic x: struct{Done []chan int}.Done[]: chan int has no JSON form"}},
		{"functions in an answer", `bus.Request[map[string]func()](ctx, b, "x", 1)`, is[*jsonschema.TypeError], []string{"topic x: map[string]func()[]: func() has no JSON form"}},
		{"complex numbers", `type C struct { V complex128 }; bus.NewTopic[*C](b, "x")`, is[*jsonschema.TypeError], []string{"*shop.C.V: complex128 has no JSON form"}},
		{"keys", `bus.NewTopic[map[A]int](b, "x")`, is[*typeError], []string{"map[example.com/shop.A]int has no JSON form"}},
		{"two mistakes", `bus.NewTopic[chan int](b, "x"); bus.NewTopic[func()](b, "y")`, is[*typeError], []string{"topic x: ", "topic y: "}},
		{"code that does not compile", `bus.NewTopic[C](b, "x")`, is[packages.Error], []string{"main.go:17:14: undefined: C"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			output := filepath.Join(t.TempDir(), "topics.ts")
			err := run([]string{"-C", testmodule.New(t, map[string]string{"main.go": head + tc.body + "\n}\n"}), "-o", output}, nil, &bytes.Buffer{})
			require.Error(t, err)
			tc.typed(t, err)
			for _, text := range tc.want {
				assert.ErrorContains(t, err, text)
			}
			assert.NoFileExists(t, output)
		})
	}
}

func TestWarnings(t *testing.T) {
	for _, tc := range []struct {
		name, body, warning, key string // key is that of what is written nevertheless
	}{
		{"a name that is not known", `bus.NewTopic[A](b, name)`, "main.go:17:1: the topic is not known from the source", ""},
		{"a part of a token", `bus.NewTopic[A](b, "x.y-"+name)`, "main.go:17:1: the topic is not known", ""},
		{"a type parameter", `}; func g[T any]() { bus.NewTopic[struct{ V map[string]T }](b, "x")`, "main.go:17:22: topic x: the type is a parameter", ""},
		{"responses to a pattern", `bus.Respond(b, "x.*", func(context.Context, A) (B, error) { return B{}, nil })`, "main.go:17:1: responses to the pattern x.*", ""},
		{"requesters that disagree", "bus.Request[A](ctx, b, \"x\", 1)\nbus.Request[B](ctx, b, \"x\", 1)", "topic x is declared with reply type example.com/shop.B", "'x': A"},
		{"a parameter that stands for a topic of another type", `bus.NewTopic[A](b, "x."+name); bus.NewTopic[B](b, "x.y.z")`, "main.go:17:1: topic x.{name} is left out: x.y.z, at ", "'x.y.z': B"},
		{"two names with parameters for one topic", `bus.NewTopic[A](b, "x."+name); bus.NewTopic[B](b, name+".y")`, "topic x.{name} is left out", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			var out, warnings bytes.Buffer
			require.NoError(t, run([]string{"-C", testmodule.New(t, map[string]string{"main.go": head + tc.body + "\n}\n"})}, &out, &warnings))
			assert.Contains(t, warnings.String(), tc.warning)
			if tc.key == "" {
				assert.Contains(t, out.String(), "export interface Topics {\n}\n")
			} else {
				assert.Contains(t, out.String(), tc.key)
			}
		})
	}
}

func TestNoWarnings(t *testing.T) {
	for name, body := range map[string]string{
		"a parameter that stands for a topic of its type": `bus.NewTopic[A](b, "x."+name); bus.NewTopic[A](b, "x.y")`,
		"a parameter beside another topic":                `bus.NewTopic[A](b, "x."+name+".z"); bus.NewTopic[B](b, "x.y")`,
		"braces that are no parameter":                    `bus.NewTopic[A](b, "x."+name+".{name}"); bus.NewTopic[B](b, "x.y.z")`,
		"a responder and a requester of a part":           `bus.Request[A](ctx, b, "x", 1); bus.Respond(b, "x", func(context.Context, A) (B, error) { return B{}, nil })`,
	} {
		t.Run(name, func(t *testing.T) {
			var out, warnings bytes.Buffer
			require.NoError(t, run([]string{"-C", testmodule.New(t, map[string]string{"main.go": head + body + "\n}\n"})}, &out, &warnings))
			assert.Empty(t, warnings.String())
		})
	}
}

func TestWrongCommandLine(t *testing.T) {
	for _, args := range [][]string{{"-no-such-flag"}, {"-check"}} {
		var wrong *usageError
		require.ErrorAs(t, run(args, nil, &bytes.Buffer{}), &wrong)
	}
	require.ErrorIs(t, run([]string{"-h"}, nil, &bytes.Buffer{}), flag.ErrHelp)
}

func TestCheck(t *testing.T) {
	dir := testmodule.New(t, map[string]string{"main.go": head + "bus.NewTopic[A](b, \"x\")\n}\n"})
	output, schemas := filepath.Join(dir, "topics.ts"), filepath.Join(dir, "sche[m]as")
	args := []string{"-C", dir, "-o", output, "-schemas", schemas}
	check := func() error { return run(append([]string{"-check"}, args...), nil, &bytes.Buffer{}) }
	stale := func(texts ...string) {
		t.Helper()
		err := check()
		is[*staleError](t, err)
		for _, text := range texts {
			assert.ErrorContains(t, err, text)
		}
	}
	stale(output+" is stale: it does not exist", filepath.Join(schemas, "x.schema.json")+" is stale")
	assert.NoFileExists(t, output)

	require.NoError(t, run(args, nil, &bytes.Buffer{}))
	require.NoError(t, check())

	source := filepath.Join(dir, "main.go")
	require.NoError(t, os.WriteFile(source, []byte(head+"bus.NewTopic[B](b, \"y\")\n}\n"), 0o666))
	other := filepath.Join(schemas, "mine.schema.json")
	require.NoError(t, os.WriteFile(other, []byte("{}"), 0o666))
	stale(output+` is stale: line 5 is "  'x': A;" instead of "  'y': B;"`, "y.schema.json is stale: it does not exist", "x.schema.json is stale: no topic is declared")

	require.NoError(t, run(args, nil, &bytes.Buffer{}))
	require.NoError(t, check())
	assert.NoFileExists(t, filepath.Join(schemas, "x.schema.json"))
	assert.FileExists(t, other, "not written by topicgen")

	text, err := os.ReadFile(output)
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(output, append(text, "more\n"...), 0o666))
	stale(`is "more" instead of ""`)
	require.NoError(t, os.WriteFile(output, text[:len(text)-1], 0o666))
	stale("is missing")
}

func TestSchemasOfNamesThatDifferInCaseOnly(t *testing.T) {
	dir := testmodule.New(t, map[string]string{"main.go": head + `bus.NewTopic[A](b, "x"); bus.NewTopic[B](b, "X")` + "\n}\n"})
	require.ErrorContains(t, run([]string{"-C", dir, "-schemas", t.TempDir()}, nil, &bytes.Buffer{}), "topics X and x have one file name")
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
