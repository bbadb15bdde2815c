package jsonschema

import (
	"bytes"
	"encoding/json"
	"fmt"
	"go/types"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/tools/go/packages"

	"github.com/trolleybus/trolleybus/cmd/internal/testmodule"
)

// Random structs of the types in testdata/random: what encoding/json writes of random values is of the schemas, and what
// a schema says of a member (that it may be missing, or null, or of several types) is so of some value.
// RANDOM_SEEDS=20 makes 20 programs, each of its own seed.
func TestRandomTypes(t *testing.T) {
	seeds := uint64(1)
	if text := os.Getenv("RANDOM_SEEDS"); text != "" {
		var err error
		seeds, err = strconv.ParseUint(text, 10, 64)
		require.NoError(t, err)
	}
	for seed := range seeds {
		t.Run(fmt.Sprintf("seed %d", seed), func(t *testing.T) { testRandomTypes(t, seed) })
	}
}

func testRandomTypes(t *testing.T, seed uint64) {
	dir := testmodule.Copy(t, "testdata/random")
	source := newSource(seed, 80)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "made.go"), []byte(source.text()), 0o666))

	loaded, err := packages.Load(&packages.Config{Mode: packages.LoadTypes | packages.NeedSyntax | packages.NeedTypesInfo | packages.NeedDeps | packages.NeedImports, Dir: dir}, ".")
	require.NoError(t, err)
	require.Empty(t, loaded[0].Errors)
	scope := loaded[0].Types.Scope()

	command := exec.Command("go", "run", ".")
	command.Dir = dir
	var failed bytes.Buffer
	command.Stderr = &failed
	out, err := command.Output()
	require.NoError(t, err, failed.String())
	var written map[string][]any
	decoder := json.NewDecoder(bytes.NewReader(out))
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&written))

	g := &Generator{Prefix: "#/", Docs: NewDocs(loaded[0].Fset), Closed: func(p *types.Package) bool { return p == loaded[0].Types }}
	schemas := map[string]*Schema{}
	for name := range written {
		schemas[name], err = g.Of(scope.Lookup(name).Type())
		require.NoError(t, err)
	}
	definitions := g.Definitions()
	for name, values := range written {
		require.Greater(t, len(values), 50, source.of(name))
		seen := sightings{}
		for _, value := range values {
			text, _ := json.Marshal(value)
			v := &validator{definitions: definitions, seen: seen}
			require.Empty(t, v.validate(schemas[name], value, name, 0), "%s: %s\n%s", name, text, source.of(name))
		}
		for _, loose := range seen.loose() {
			t.Errorf("%s\n%s", loose, source.of(name))
		}
	}
	assert.Len(t, written, len(source.names))
}

// source makes random types.
type source struct {
	*rand.Rand
	names []string
	made  map[string]string
}

func newSource(seed uint64, n int) *source {
	s := &source{rand.New(rand.NewPCG(seed, 1)), nil, map[string]string{}}
	for i := range n {
		name := fmt.Sprintf("Made%d", i)
		s.made[name] = s.structure(s.names)
		s.names = append(s.names, name)
	}
	return s
}

func (s *source) of(name string) string { return "type " + name + " " + s.made[name] }

func (s *source) text() string {
	var b strings.Builder
	b.WriteString("package main\n\nimport (\n\t\"encoding/json\"\n\t\"math/big\"\n\t\"net/netip\"\n\t\"reflect\"\n\t\"time\"\n)\n\nvar (\n\t_ json.Number\n\t_ big.Int\n\t_ netip.Addr\n\t_ time.Time\n)\n\nvar made = map[string]reflect.Type{\n")
	for _, name := range s.names {
		fmt.Fprintf(&b, "\t%q: reflect.TypeFor[%s](),\n", name, name)
	}
	b.WriteString("}\n")
	for _, name := range s.names {
		b.WriteString("\n" + s.of(name) + "\n")
	}
	return b.String()
}

var (
	parts = strings.Fields(`bool string int int8 uint8 uint32 uintptr float32 float64 any time.Time time.Duration time.Weekday json.Number
		json.RawMessage big.Int netip.Addr Word Status Level Bytes Small SmallText Words ByWord PInt PWords PPlain PInline Plain hidden Text PText
		NumberText JSON PJSON WordJSON ListText NoText NoMarshaler Zero PZero ZeroWords Zeroes Box[int] Box[*Words] Ring[bool] Tree Moment Textual lower`)
	keys = strings.Fields(`string Word Status int int8 uint8 Small Level Text *PText NumberText NoText time.Time netip.Addr`)
	// Structs without methods, by the names of whose fields others are hidden, and types that are no structs.
	embedded = strings.Fields(`Plain *Plain hidden *hidden Zeroes *Zeroes Word lower *Word Words Level Box[int] *Box[int] NoMarshaler Bytes ByWord Zero`)
	// What the option string is for, or looks as if it were.
	quotables = strings.Fields(`int *int **int PInt *PInt string *string bool float64 Status *Level Small json.Number *json.Number NumberText *PText WordJSON NoText time.Duration lower`)
	tags      = []string{"a", "b", "A", "h", "ü", "x.y", "-", `q\"q`, "", ""}
	options   = []string{"omitempty", "omitzero", "string", "nonsense"}
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// structure is a struct of others, which come before it, and of itself behind pointers.
func (s *source) structure(others []string) string {
	var b strings.Builder
	b.WriteString("struct {\n")
	within := map[string]bool{}
	for range s.IntN(3) {
		name := pick(s.Rand, embedded)
		if len(others) > 0 && s.IntN(4) == 0 {
			name = pick(s.Rand, others)
		}
		bare, _, _ := strings.Cut(strings.TrimPrefix(name, "*"), "[")
		if within[bare] {
			continue
		}
		within[bare] = true
		tag := ""
		if s.IntN(3) == 0 && bare != "hidden" && bare != "lower" {
			tag = s.tag()
		}
		b.WriteString("\t" + name + tag + "\n")
	}
	for i := range 1 + s.IntN(5) {
		part, tag := s.part(2, others), s.tag()
		if s.IntN(4) == 0 {
			part, tag = pick(s.Rand, quotables), " `json:\""+pick(s.Rand, tags)+pick(s.Rand, []string{",string", ",omitempty,string", ",string,omitzero"})+"\"`"
		}
		fmt.Fprintf(&b, "\t%c%d %s%s\n", "FFfH"[s.IntN(4)], i, part, tag)
	}
	return b.String() + "}"
}

func (s *source) part(depth int, others []string) string {
	if depth > 0 {
		inner := func() string { return s.part(depth-1, others) }
		switch s.IntN(12) {
		case 0, 1, 2:
			return "*" + inner()
		case 3, 4:
			return "[]" + inner()
		case 5:
			return fmt.Sprintf("[%d]%s", s.IntN(3), inner())
		case 6, 7:
			return "map[" + pick(s.Rand, keys) + "]" + inner()
		case 8:
			if len(others) > 0 {
				return pick(s.Rand, others)
			}
		}
	}
	return pick(s.Rand, parts)
}

func (s *source) tag() string {
	if s.IntN(4) == 0 {
		return ""
	}
	text := pick(s.Rand, tags)
	for range s.IntN(3) {
		text += "," + pick(s.Rand, options)
	}
	return " `json:\"" + text + "\"`"
}

// sightings are what was seen of the members of the outermost struct.
type sightings map[string]*sighting

type sighting struct {
	schema            *Schema
	required          bool
	there, missing    bool
	types, alternates map[string]bool
}

// loose are promises of the schema that no value keeps.
func (s sightings) loose() (list []string) {
	for name, seen := range s {
		if seen.required == seen.missing && seen.there {
			list = append(list, fmt.Sprintf("%s: required %t, missing %t", name, seen.required, seen.missing))
		}
		if !seen.there {
			continue // as deep as that no value was made
		}
		for kind := range seen.alternates {
			if !seen.types[kind] {
				list = append(list, fmt.Sprintf("%s is never %s", name, kind))
			}
		}
	}
	slices.Sort(list)
	return list
}
