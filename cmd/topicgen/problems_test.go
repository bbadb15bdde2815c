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
		{"a wildcard", `bus.NewTopic[A](b, "x.*")`, is[*topics.NameError], []string{`main.go:17:1: topic "x.*": '*' belongs in patterns, not in topics (at byte 2)`}},
		{"an empty name", `bus.NewTopic[A](b, "")`, is[*topics.NameError], []string{`topic "": is empty`}},
		{"a wrong constant part", `bus.NewTopic[A](b, "x y."+name)`, is[*topics.NameError], []string{"has white space (at byte 1)"}},
		{"a reserved name", `bus.NewTopic[A](b, "$x")`, is[*topics.NameError], []string{"published by the bus only"}},
		{"a wrong requested name", `bus.Request[A](ctx, b, "x..y", 1)`, is[*topics.NameError], []string{"has an empty token (at byte 2)"}},
		{"channels", `bus.NewTopic[struct{ Done []chan int }](b, "x")`, is[*jsonschema.TypeError], []string{"main.go:17:1: topic x: struct{Done []chan int}.Done[]: chan int has no JSON form"}},
		{"functions in an answer", `bus.Request[map[string]func()](ctx, b, "x", 1)`, is[*jsonschema.TypeError], []string{"topic x: map[string]func()[]: func() has no JSON form"}},
		{"complex numbers", `type C struct { V complex128 }; bus.NewTopic[*C](b, "x")`, is[*jsonschema.TypeError], []string{"*shop.C.V: complex128 has no JSON form"}},
		{"a pointer to itself", `type P *P; bus.NewTopic[P](b, "x")`, is[*jsonschema.TypeError], []string{"topic x: shop.P: example.com/shop.P, a pointer that leads to pointers only, has no JSON form"}},
		{"pointers to each other, in other types", `bus.NewTopic[struct{ In map[string][]ring1 }](b, "x") }; type ring1 **ring2; type ring2 *ring1; func _() {`, is[*jsonschema.TypeError], []string{".In[][]: example.com/shop.ring1, a pointer that leads to pointers only, has no JSON form"}},
		{"a generic pointer to itself", `bus.NewTopic[[2]ring[int]](b, "x") }; type ring[T any] *ring[T]; func _() {`, is[*jsonschema.TypeError], []string{"example.com/shop.ring[int], a pointer that leads to pointers only"}},
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

// Types that lead back to themselves by something that is a value.
func TestRecursiveTypes(t *testing.T) {
	for declaration, want := range map[string]string{
		"type P *[]P":                "export type P = P[] | null;",
		"type P []P":                 "export type P = P[] | null;",
		"type P []*P":                "export type P = (P | null)[] | null;",
		"type P map[string]P":        "export type P = { [key: string]: P } | null;",
		"type P *map[int]*P":         "export type P = { [key: number]: P | null } | null;",
		"type P [2]*P":               "export type P = [P | null, P | null];",
		"type P *struct{ Next P }":   "export type P = {\n  Next: P;\n} | null;",
		"type P struct{ *P; N int }": "export interface P {\n  N: number;\n}",
		"type P = *Q[int]; type Q[T any] struct{ *Q[T]; N T }": "export interface QInt {\n  N: number;\n}",
	} {
		t.Run(declaration, func(t *testing.T) {
			var out bytes.Buffer
			require.NoError(t, run([]string{"-C", testmodule.New(t, map[string]string{"main.go": head + "}\n\n" + declaration + "\n\nfunc _() { bus.NewTopic[P](b, \"x\") }\n"})}, &out, &bytes.Buffer{}))
			assert.Contains(t, out.String(), want)
		})
	}
}

// A type of another module may get more constants: it is open unless asked for.
func TestConstantsOfOtherModules(t *testing.T) {
	const constants = "const (\n\tOne ResourceName = \"one\"\n\tTwo ResourceName = \"two\"\n)\n\n"
	dir := testmodule.New(t, map[string]string{
		"main.go": "package shop\n\nimport (\n\t\"time\"\n\n\t\"example.com/other/names\"\n\t\"example.com/shop/own\"\n\t\"github.com/trolleybus/trolleybus/bus\"\n)\n\n" +
			"type Data struct {\n\tOther names.ResourceName\n\tPhase names.Phase\n\tDay time.Weekday\n\tKeys map[names.ResourceName]int\n\tMine own.ResourceName\n}\n\nvar topic = bus.NewTopic[Data](nil, \"x\")\n",
		"own/own.go":           "package own\n\ntype ResourceName string\n\n" + constants,
		"other/go.mod":         "module example.com/other\n",
		"other/names/names.go": "package names\n\ntype ResourceName string\n\n" + constants + "type Phase int\n\nconst (\n\tBefore Phase = iota\n\tAfter\n)\n",
	})
	mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "go.mod"), append(mod, "require example.com/other v0.0.0\nreplace example.com/other => ./other\n"...), 0o666))
	const (
		openNames, openPhase, openDay = "type NamesResourceName = string;", "type Phase = number;", "type Weekday = number;"
		closedNames, closedPhase      = "type NamesResourceName = 'one' | 'two';", "type Phase =\n  /** Before */\n  | 0\n  /** After */\n  | 1;"
	)
	for _, tc := range []struct {
		args []string
		want []string
	}{
		{nil, []string{openNames, openPhase, openDay, "Keys: { [key: string]: number } | null"}},
		{[]string{"-closed", "example.com/other/names"}, []string{closedNames, closedPhase, openDay, "Keys: { [key in NamesResourceName]?: number } | null"}},
		{[]string{"-closed", "example.com/other/..."}, []string{closedNames, closedPhase, openDay}},
		{[]string{"-closed", "example.com/othe/...", "-closed", "time"}, []string{openNames, openPhase, "type Weekday =\n"}},
		{[]string{"-closed", "..."}, []string{closedNames, closedPhase, "type Weekday =\n"}},
	} {
		var out bytes.Buffer
		require.NoError(t, run(append([]string{"-C", dir}, tc.args...), &out, &bytes.Buffer{}))
		for _, text := range append(tc.want, "type OwnResourceName = 'one' | 'two';") {
			assert.Contains(t, out.String(), text, tc.args)
		}
	}
}

// As of go -C, all paths are from there.
func TestPathsAreFromTheDirectoryOfC(t *testing.T) {
	dir := testmodule.New(t, map[string]string{"main.go": head + "bus.NewTopic[A](b, \"x\")\n}\n"})
	t.Chdir(filepath.Dir(dir))
	args := []string{"-C", filepath.Base(dir), "-o", "topics.ts", "-schemas", "schemas"}
	require.NoError(t, run(args, nil, &bytes.Buffer{}))
	assert.FileExists(t, filepath.Join(dir, "topics.ts"))
	assert.FileExists(t, filepath.Join(dir, "schemas", "x.schema.json"))
	require.NoError(t, run(append(args, "-check"), nil, &bytes.Buffer{}))
	require.NoError(t, os.Remove(filepath.Join(dir, "topics.ts")))
	require.ErrorContains(t, run(append(args, "-check"), nil, &bytes.Buffer{}), filepath.Join(filepath.Base(dir), "topics.ts")+" is stale: it does not exist")
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
