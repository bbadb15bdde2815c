package docs

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Dependencies point one way, and what a page would pay for dearly is none of them.
func TestDependenciesPointOneWay(t *testing.T) {
	const module = "github.com/trolleybus/trolleybus/"
	for pkg, own := range map[string][]string{
		"bus/subject": {"bus/internal/brief"},
		"bus":         {"bus/internal/brief", "bus/internal/formats", "bus/subject"},
		"jsbridge":    {"bus", "bus/internal/brief", "bus/internal/formats", "bus/subject", "internal/timers"},
	} {
		list := exec.Command("go", "list", "-deps", module+pkg)
		if pkg == "jsbridge" {
			list.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
		}
		out, err := list.Output()
		require.NoError(t, err)
		for dep := range strings.FieldsSeq(string(out)) {
			rest, ours := strings.CutPrefix(dep, module)
			if ours {
				assert.True(t, rest == pkg || slices.Contains(own, rest), "%s imports %s", pkg, rest)
				continue
			}
			assert.NotContains(t, []string{"fmt", "encoding/json", "log/slog", "regexp", "net/http"}, dep, pkg)
			assert.False(t, strings.Contains(strings.Split(dep, "/")[0], ".") && !strings.HasPrefix(dep, "vendor/"), "%s imports %s", pkg, dep)
		}
	}
}
