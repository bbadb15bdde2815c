package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/trolleybus/trolleybus/www/browser/engine"
)

// kept are the variables that the browser and the tests need.
var kept = []string{"HOME", "TMPDIR", "LANG", "TZ", "WASM_HEADLESS", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY"}

// environment returns the variables for wasmbrowsertest. They are few, since it copies them all into the program,
// where Go allows 8 KiB for arguments and environment together and dies beyond.
func environment(directory, goroot string) ([]string, error) {
	env := []string{"GOROOT=" + goroot}
	for _, name := range kept {
		if value, ok := os.LookupEnv(name); ok {
			env = append(env, name+"="+value)
		}
	}
	bin, err := browserPath(directory)
	if err != nil {
		return nil, err
	}
	return append(env, "PATH="+bin+string(filepath.ListSeparator)+"/usr/bin"+string(filepath.ListSeparator)+"/bin"), nil
}

// browserPath makes a folder where the first name that wasmbrowsertest looks for is the browser that was found.
func browserPath(directory string) (string, error) {
	path, err := engine.Chromium.Find()
	if err != nil {
		return "", err
	}
	path, err = filepath.Abs(path)
	if err != nil {
		return "", err
	}
	if strings.Contains(path, "'") {
		return "", fmt.Errorf("%s: %w", path, errors.ErrUnsupported)
	}
	bin := filepath.Join(directory, "bin")
	if err := os.Mkdir(bin, 0o755); err != nil {
		return "", err
	}
	script := "#!/bin/sh\nexec '" + path + "' \"$@\"\n"
	return bin, os.WriteFile(filepath.Join(bin, "headless_shell"), []byte(script), 0o755)
}
