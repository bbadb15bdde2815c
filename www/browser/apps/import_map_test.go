package apps_test

import (
	"crypto/sha256"
	"encoding/base64"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
)

// An import map stands in the page, so that a strict policy has to name its hash.
func TestImportMap(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile(filepath.Join(browser.Root(t), "www", "examples", "import-map", "index.html"))
	require.NoError(t, err)
	found := regexp.MustCompile(`<script type="importmap">([^<]*)</script>`).FindSubmatch(page)
	require.NotNil(t, found)
	sum := sha256.Sum256(found[1])
	policy := "script-src 'self' 'wasm-unsafe-eval' 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; require-trusted-types-for 'script'; trusted-types 'none'"
	testMounts(t, testShop(t, built(t, "import-map", policy)))
}
