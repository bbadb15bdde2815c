package browser

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// console collects what a page says. Calls of the console, uncaught exceptions, unhandled rejections and the browser's
// own entries (violations of the policy, failed requests) come as one stream, in order.
type console struct {
	mu       sync.Mutex
	messages []chromedp.ConsoleMessage
	allowed  []*regexp.Regexp
	markers  map[string]chan struct{}
	err      error
	ended    chan struct{}
}

const markerPrefix = "end of what was said: "

func listen(ctx context.Context) *console {
	c := &console{markers: map[string]chan struct{}{}, ended: make(chan struct{})}
	messages := chromedp.Console(ctx)
	go func() {
		defer close(c.ended)
		for message, err := range messages {
			c.add(message, err)
		}
	}()
	return c
}

func (c *console) add(message chromedp.ConsoleMessage, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		c.err = err
		return
	}
	if reached, ok := c.markers[message.Text]; ok {
		close(reached)
		delete(c.markers, message.Text)
		return
	}
	c.messages = append(c.messages, message)
}

// Console returns what the page has said so far.
func (p *Page) Console(t testing.TB) []chromedp.ConsoleMessage {
	t.Helper()
	if err := p.flush(); err != nil {
		t.Fatalf("page: the console could not be read: %v", err)
	}
	p.console.mu.Lock()
	defer p.console.mu.Unlock()
	return append([]chromedp.ConsoleMessage(nil), p.console.messages...)
}

// flush waits until everything said before has arrived, which is when a message said now has.
func (p *Page) flush() error {
	c := p.console
	reached := make(chan struct{})
	c.mu.Lock()
	marker := fmt.Sprint(markerPrefix, len(c.messages), " ", time.Now().UnixNano())
	c.markers[marker] = reached
	c.mu.Unlock()
	ctx, cancel := context.WithTimeout(p.ctx, stepTimeout)
	defer cancel()
	marking := chromedp.Evaluate[chromedp.Void](fmt.Sprintf("console.debug(%q)", marker))
	if _, err := chromedp.Run(ctx, marking); err != nil {
		return err
	}
	select {
	case <-reached:
		return nil
	case <-c.ended:
		c.mu.Lock()
		defer c.mu.Unlock()
		return fmt.Errorf("the console ended: %w", c.err)
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Allow says that the page may write messages whose text, alone or with its source behind it, matches the regular
// expression, whatever their level.
func (p *Page) Allow(pattern string) {
	p.console.mu.Lock()
	defer p.console.mu.Unlock()
	p.console.allowed = append(p.console.allowed, regexp.MustCompile(pattern))
}

// check fails the test for each message that nobody expected.
func (p *Page) check(t testing.TB) {
	if err := p.flush(); err != nil {
		if !t.Failed() {
			t.Errorf("page: did not answer at the end of the test: %v", err)
		}
		return
	}
	for _, message := range p.console.unexpected() {
		t.Errorf("page: unexpected %s", describe(message))
	}
}

func (c *console) unexpected() []chromedp.ConsoleMessage {
	c.mu.Lock()
	defer c.mu.Unlock()
	var found []chromedp.ConsoleMessage
	for _, message := range c.messages {
		if serious(message) && !c.allows(message) {
			found = append(found, message)
		}
	}
	return found
}

func serious(message chromedp.ConsoleMessage) bool {
	switch message.Type {
	case chromedp.ConsoleWarning, chromedp.ConsoleError, chromedp.ConsoleException, "assert":
		return true
	}
	return false
}

func (c *console) allows(message chromedp.ConsoleMessage) bool {
	for _, pattern := range c.allowed {
		if pattern.MatchString(message.Text) || pattern.MatchString(describe(message)) {
			return true
		}
	}
	return false
}

// IsPolicyViolation tells whether a message says that the page broke the Content-Security-Policy, Trusted Types
// included.
func IsPolicyViolation(message chromedp.ConsoleMessage) bool {
	return strings.Contains(message.Text, "Content Security Policy") || strings.Contains(message.Text, "requires 'Trusted")
}

func describe(message chromedp.ConsoleMessage) string {
	if message.URL == "" {
		return message.String()
	}
	return fmt.Sprintf("%s (%s:%d:%d)", message, message.URL, message.Line+1, message.Column+1)
}

// since lists what the page has said, as a hint for the reader of a failure.
func (c *console) since() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var text strings.Builder
	for _, message := range c.messages {
		text.WriteString("\nconsole: " + describe(message))
	}
	return text.String()
}
