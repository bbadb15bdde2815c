package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
)

// FindOrInstall returns the path of the browser, after installing Debian's package if there is none, the system is a
// Debian and the user is root. Everywhere else the error is ErrNotFound. What the installation prints goes to log.
func (e Engine) FindOrInstall(ctx context.Context, log io.Writer) (string, error) {
	path, err := e.Find()
	if !errors.Is(err, ErrNotFound) || !canInstall() {
		return path, err
	}
	// The lists of a fresh machine are empty or old.
	for _, args := range [][]string{{"update"}, {"install", "-y", "--no-install-recommends", e.pkg}} {
		command := exec.CommandContext(ctx, "apt-get", args...)
		command.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
		command.Stdout, command.Stderr = log, log
		if err := command.Run(); err != nil {
			return "", fmt.Errorf("apt-get %s: %w; %w", args[0], err, ErrNotFound)
		}
	}
	return e.Find()
}

func canInstall() bool {
	if os.Geteuid() != 0 {
		return false
	}
	if _, err := os.Stat("/etc/debian_version"); err != nil {
		return false
	}
	_, err := exec.LookPath("apt-get")
	return err == nil
}
