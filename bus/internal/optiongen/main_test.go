//go:build !js

package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestTheOptionsOfGoAreThoseOfTheTable(t *testing.T) {
	root := filepath.Join("..", "..", "..")
	files, err := generate(root)
	require.NoError(t, err)
	require.Len(t, files, 2)
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got), "%s is not what bus/options.json says: make options", name)
	}
}
