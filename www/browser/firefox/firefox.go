// Package firefox opens pages in headless Firefox, by WebDriver BiDi, of which puppeteer-core is the client.
package firefox

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"time"
)

// Message is what a page said: by its console (Type is the method's name), or as an exception that nobody caught.
type Message struct{ Type, Text string }

// Serious tells whether a test should fail for the message.
func (m Message) Serious() bool {
	switch m.Type {
	case "warn", "error", "exception", "assert":
		return true
	}
	return false
}

// Run opens the URL in the Firefox at path, waits until the JavaScript expression is defined, and returns its value as
// JSON; said is told what the page says meanwhile. driver is the path of drive.mjs. Firefox ends with Run.
func Run(ctx context.Context, driver, path, url, expression string, said func(Message)) (json.RawMessage, error) {
	command := exec.CommandContext(ctx, "node", driver, path, url, expression)
	var log bytes.Buffer
	command.Stderr = &log
	// Interrupted, the driver takes the browser with it.
	command.Cancel = func() error { return command.Process.Signal(os.Interrupt) }
	command.WaitDelay = 10 * time.Second
	output, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	var value json.RawMessage
	lines := bufio.NewReader(output)
	for {
		line, err := lines.ReadBytes('\n')
		if err != nil {
			break
		}
		var told struct {
			Message
			Value json.RawMessage
		}
		if err := json.Unmarshal(line, &told); err != nil {
			fmt.Fprintf(&log, "%s: %v\n", line, err)
		} else if told.Value != nil {
			value = told.Value
		} else {
			said(told.Message)
		}
	}
	if err := errors.Join(command.Wait(), ctx.Err()); err != nil {
		return nil, fmt.Errorf("firefox: %w\n%s", err, log.Bytes())
	}
	if value == nil {
		return nil, fmt.Errorf("firefox: no value\n%s", log.Bytes())
	}
	return value, nil
}
