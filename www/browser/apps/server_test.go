package apps_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/www/browser"
)

// run starts an example's own server in a directory, with a free port as the last argument, and returns its URL when it
// answers. Like a shell it takes NAME=value in front of the command.
func run(t *testing.T, directory string, command ...string) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	require.NoError(t, listener.Close())

	env := append(os.Environ(), "NO_COLOR=1", "NEXT_TELEMETRY_DISABLED=1", "NG_CLI_ANALYTICS=false", "CI=1")
	for strings.Contains(command[0], "=") {
		env, command = append(env, command[0]), command[1:]
	}
	server := exec.Command(command[0], append(command[1:], port)...)
	server.Dir = directory
	server.Env = env
	// Tool chains start processes of their own: they end together.
	server.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	log, err := os.Create(filepath.Join(t.TempDir(), "log"))
	require.NoError(t, err)
	server.Stdout, server.Stderr = log, log
	require.NoError(t, server.Start())
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	t.Cleanup(func() {
		_ = syscall.Kill(-server.Process.Pid, syscall.SIGKILL)
		<-ended
		log.Close()
	})

	url := "http://127.0.0.1:" + port + "/"
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute) // ends what hangs: five servers build at once
	defer cancel()
	for retry := time.NewTicker(50 * time.Millisecond); ; {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		require.NoError(t, err)
		if response, err := http.DefaultClient.Do(request); err == nil {
			response.Body.Close()
			return url
		}
		select {
		case <-retry.C:
			continue
		case err := <-ended:
			ended <- err
		case <-ctx.Done():
		}
		output, _ := os.ReadFile(log.Name())
		t.Fatalf("%v did not answer:\n%s", command, output)
	}
}

// workingCopy copies an example to beside it, so that a test can change its files.
func workingCopy(t *testing.T, name string) string {
	t.Helper()
	examples := filepath.Join(browser.Root(t), "www", "examples")
	directory, err := os.MkdirTemp(examples, ".copy-"+name+"-")
	require.NoError(t, err)
	t.Cleanup(func() { os.RemoveAll(directory) })
	require.NoError(t, os.CopyFS(directory, os.DirFS(filepath.Join(examples, name))))
	return directory
}

// bin is a command of the examples' tool chains.
func bin(t *testing.T, name string) string {
	t.Helper()
	path := filepath.Join(browser.Root(t), "www", "examples", "node_modules", ".bin", name)
	_, err := os.Stat(path)
	require.NoError(t, err, "make examples installs it")
	return path
}

func replaceIn(t *testing.T, file, old, new string) {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	require.Contains(t, string(content), old)
	require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(content), old, new, 1)), 0o600))
}
