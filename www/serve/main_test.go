package main

import (
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestServePrintsItsAddressAndEnds(t *testing.T) {
	directory := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(directory, "index.html"), []byte("hello"), 0o600))
	output, writer, err := os.Pipe()
	require.NoError(t, err)
	defer output.Close()
	stdout := os.Stdout
	os.Stdout = writer
	defer func() { os.Stdout = stdout }()

	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- serve(ctx, "127.0.0.1:0", directory) }()

	line := make([]byte, 1024)
	n, err := output.Read(line)
	require.NoError(t, err)
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+/`).FindString(string(line[:n]))
	require.NotEmpty(t, address, "%s", line[:n])
	response, err := http.Get(address)
	require.NoError(t, err)
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	assert.Equal(t, "hello", string(content))

	cancel()
	assert.NoError(t, <-ended)
	writer.Close()
}

func TestServeErrors(t *testing.T) {
	assert.ErrorIs(t, serve(t.Context(), "127.0.0.1:0", filepath.Join(t.TempDir(), "missing")), os.ErrNotExist)
	assert.Error(t, serve(t.Context(), "127.0.0.1:-1", t.TempDir()))
}
