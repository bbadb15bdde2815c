package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// start serves a directory with one page, and returns the URLs that it prints, one for each address.
func start(t *testing.T, server *http.Server, addrs, hosts []string) (urls []*url.URL, stop func() error) {
	t.Helper()
	directory := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(directory, "index.html"), []byte("hello"), 0o600))
	output, log := io.Pipe()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() {
		err := serve(ctx, log, server, addrs, hosts, directory)
		log.CloseWithError(io.EOF)
		ended <- err
	}()
	lines := bufio.NewScanner(output)
	for range addrs {
		require.True(t, lines.Scan())
		address := regexp.MustCompile(`http://[\w.:\[\]]+:\d+/`).FindString(lines.Text())
		require.NotEmpty(t, address, lines.Text())
		u, err := url.Parse(address)
		require.NoError(t, err)
		urls = append(urls, u)
	}
	stop = func() error {
		cancel()
		err := <-ended
		ended <- err
		return err
	}
	t.Cleanup(func() { _ = stop() })
	return urls, stop
}

func TestServePrintsItsAddressesAndEnds(t *testing.T) {
	urls, stop := start(t, newServer(), []string{"127.0.0.1:0", "127.0.0.1:0"}, nil)
	assert.NotEqual(t, urls[0].Host, urls[1].Host, "two origins")
	for _, u := range urls {
		response, err := http.Get(u.String())
		require.NoError(t, err)
		content, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, "hello", string(content))
	}
	assert.NoError(t, stop())
	for _, u := range urls {
		_, err := net.Dial("tcp", u.Host)
		assert.Error(t, err, "nobody listens any more")
	}
}

func TestServeErrors(t *testing.T) {
	one := []string{"127.0.0.1:0"}
	assert.ErrorIs(t, serve(t.Context(), io.Discard, newServer(), one, nil, filepath.Join(t.TempDir(), "missing")), os.ErrNotExist)
	assert.Error(t, serve(t.Context(), io.Discard, newServer(), []string{"127.0.0.1:0", "127.0.0.1:-1"}, nil, t.TempDir()))
	assert.ErrorContains(t, serve(t.Context(), io.Discard, newServer(), one, []string{"http://demo.example/"}, t.TempDir()), "no name of a host")
}

// say sends a text over a connection of its own and returns the status of the answer; "" if the connection ends without one.
func say(t *testing.T, host, text string) string {
	t.Helper()
	conn, err := net.Dial("tcp", host)
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.SetDeadline(time.Now().Add(time.Minute)))
	_, err = io.WriteString(conn, text)
	require.NoError(t, err)
	reader := bufio.NewReader(conn)
	line, err := reader.ReadString('\n')
	if err != nil {
		require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "the server waits for ever")
		return ""
	}
	_, err = io.Copy(io.Discard, reader)
	require.NotErrorIs(t, err, os.ErrDeadlineExceeded, "the connection stays open")
	return strings.Fields(line)[1]
}

// Each of these would keep its connection for as long as it likes. The limits are short here; none decides the test.
func TestNoConnectionLastsForEver(t *testing.T) {
	server := newServer()
	server.ReadHeaderTimeout, server.ReadTimeout, server.IdleTimeout = 50*time.Millisecond, 100*time.Millisecond, 50*time.Millisecond
	urls, _ := start(t, server, []string{"127.0.0.1:0"}, nil)
	host := urls[0].Host
	for _, test := range []struct{ name, text, status string }{
		{"nothing is sent", "", ""},
		{"a header without an end", "GET / HTTP/1.1\r\nHost: " + host + "\r\nX-More: ", ""},
		{"idle after an answer", "GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n", "200"},
		{"a header that is too long", "GET / HTTP/1.1\r\nHost: " + host + "\r\nX-More: " + strings.Repeat("x", 64<<10) + "\r\n\r\n", "431"},
	} {
		t.Run(test.name, func(t *testing.T) { assert.Equal(t, test.status, say(t, host, test.text)) })
	}
}

// Neither the answer nor the end of the connection waits for a body that nobody reads, whatever the limits are.
func TestABodyIsNotWaitedFor(t *testing.T) {
	server := newServer()
	server.ReadTimeout = 0
	urls, _ := start(t, server, []string{"127.0.0.1:0"}, nil)
	host := urls[0].Host
	for _, body := range []string{"Content-Length: 5\r\n\r\nabc", "Content-Length: 999999999\r\n\r\nabc", "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "Content-Length: 5\r\nExpect: 100-continue\r\n\r\n"} {
		for request, status := range map[string]string{
			"POST / HTTP/1.1\r\nHost: " + host:              "405",
			"GET / HTTP/1.1\r\nHost: " + host:               "200",
			"GET /missing HTTP/1.1\r\nHost: " + host:        "404",
			"GET / HTTP/1.1\r\nHost: attacker.example":      "421",
			"POST /missing HTTP/1.1\r\nHost: attacker.test": "421",
		} {
			t.Run(fmt.Sprintf("%.30q %.20q", request, body), func(t *testing.T) {
				assert.Equal(t, status, say(t, host, request+"\r\n"+body))
			})
		}
	}
}

func TestOnlyTheHostThatItIs(t *testing.T) {
	urls, _ := start(t, newServer(), []string{"127.0.0.1:0", "localhost:0"}, []string{"Demo.Example.", "192.0.2.7"})
	host, port := urls[0].Host, urls[0].Port()
	for name, status := range map[string]string{
		host:                         "200",
		"127.0.0.1":                  "200",
		"localhost:" + port:          "200",
		"LOCALHOST":                  "200",
		"app.localhost:" + port:      "200",
		"[::1]:" + port:              "200",
		"demo.example":               "200",
		"demo.example:443":           "200",
		"DEMO.example.:" + port:      "200",
		"192.0.2.7":                  "200",
		"attacker.example":           "421",
		"attacker.example:" + port:   "421",
		"localhost.attacker.example": "421",
		"notlocalhost":               "421",
		"demo.example.attacker":      "421",
		"192.0.2.8":                  "421",
		"":                           "421",
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, status, say(t, host, "GET / HTTP/1.1\r\nHost: "+name+"\r\nConnection: close\r\n\r\n"))
		})
	}
	t.Run("of a target", func(t *testing.T) {
		assert.Equal(t, "421", say(t, host, "GET http://attacker.example/ HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n"))
	})
	t.Run("missing", func(t *testing.T) {
		assert.Equal(t, "421", say(t, host, "GET / HTTP/1.0\r\n\r\n"))
	})
}

// The address that a connection came to is one of the server's, which listens on all of the machine here.
func TestTheAddressOfTheMachineIsAHost(t *testing.T) {
	urls, _ := start(t, newServer(), []string{":0"}, nil)
	addresses, err := net.InterfaceAddrs()
	require.NoError(t, err)
	for _, address := range addresses {
		ip := address.(*net.IPNet).IP
		if ip.To4() == nil || ip.IsLoopback() {
			continue
		}
		host := net.JoinHostPort(ip.String(), urls[0].Port())
		assert.Equal(t, "200", say(t, host, "GET / HTTP/1.1\r\nHost: "+host+"\r\nConnection: close\r\n\r\n"))
		assert.Equal(t, "421", say(t, host, "GET / HTTP/1.1\r\nHost: attacker.example\r\nConnection: close\r\n\r\n"))
	}
}

func TestMethodsThatAreNotServed(t *testing.T) {
	urls, _ := start(t, newServer(), []string{"127.0.0.1:0"}, nil)
	for _, line := range []string{"OPTIONS *", "OPTIONS /", "POST /", "PUT /index.html", "DELETE /", "TRACE /", "PATCH /", "BREW /"} {
		t.Run(line, func(t *testing.T) {
			assert.Equal(t, "405", say(t, urls[0].Host, line+" HTTP/1.1\r\nHost: "+urls[0].Host+"\r\nConnection: close\r\n\r\n"))
		})
	}
}
