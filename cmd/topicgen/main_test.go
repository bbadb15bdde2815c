package main

import (
	"bytes"
	"encoding/json"
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

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		require.NoError(t, os.WriteFile(path, got, 0o666))
	}
	want, err := os.ReadFile(path)
	require.NoError(t, err)
	assert.Equal(t, string(want), string(got), "go test ./topicgen -update writes it anew")
}

// The golden types are compiled in www/test/topicgen.test.mjs.
func TestTypeScript(t *testing.T) {
	dir := testmodule.Copy(t, "testdata/shop")
	for name, args := range map[string][]string{"shop.topics.ts": nil, "shop.never-nil.ts": {"-never-nil"}} {
		var out, warnings bytes.Buffer
		require.NoError(t, run(append([]string{"-C", dir}, args...), &out, &warnings))
		assert.Empty(t, warnings.String())
		golden(t, name, out.Bytes())
		var again bytes.Buffer
		require.NoError(t, run(append([]string{"-C", dir}, args...), &again, &warnings))
		assert.Equal(t, out.String(), again.String())
	}
}

// The schemas of all topics in one file, by the name of the file that each has.
func TestSchemas(t *testing.T) {
	dir, schemas := testmodule.Copy(t, "testdata/shop"), filepath.Join(t.TempDir(), "new", "schemas")
	require.NoError(t, run([]string{"-C", dir, "-schemas", schemas}, nil, &bytes.Buffer{}))
	entries, err := os.ReadDir(schemas)
	require.NoError(t, err)
	written := map[string]json.RawMessage{}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(schemas, entry.Name()))
		require.NoError(t, err)
		written[entry.Name()] = text
	}
	text, err := json.MarshalIndent(written, "", " ")
	require.NoError(t, err)
	golden(t, "shop.schemas.json", append(text, '\n'))
}

// The values that encoding/json really writes; www/test/topicgen.test.mjs checks them against types and schemas.
func TestSamples(t *testing.T) {
	command := exec.Command("go", "run", ".")
	command.Dir = testmodule.Copy(t, "testdata/shop")
	var failed bytes.Buffer
	command.Stderr = &failed
	out, err := command.Output()
	require.NoError(t, err, failed.String())
	golden(t, "shop.samples.json", out)
}
