// Command serve serves a directory to browsers on this machine, under the policy that the demo and the browser tests
// are held to. It prints its addresses when it listens; given several, the pages of each are of an origin of their own.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/trolleybus/trolleybus/www/serve/site"
)

// list is a flag that may be given several times.
type list []string

func (l *list) String() string { return strings.Join(*l, " ") }

func (l *list) Set(value string) error {
	*l = append(*l, value)
	return nil
}

func main() {
	var addrs, hosts list
	flag.Var(&addrs, "addr", "`address` to listen on, 127.0.0.1:0 if none is given; port 0 is a free one; may be given several times")
	flag.Var(&hosts, "host", "`name` of this server, beside localhost and the addresses that it listens on; may be given several times")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: serve [-addr host:port]... [-host name]... directory")
		flag.PrintDefaults()
	}
	flag.Parse()
	if flag.NArg() != 1 {
		flag.Usage()
		os.Exit(2)
	}
	if len(addrs) == 0 {
		addrs = list{"127.0.0.1:0"}
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := serve(ctx, os.Stdout, newServer(), addrs, hosts, flag.Arg(0)); err != nil {
		fmt.Fprintln(os.Stderr, "serve:", err)
		os.Exit(1)
	}
}

// newServer has limits for connections: nobody keeps one for ever, or sends more than a request for a file takes.
func newServer() *http.Server {
	return &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      5 * time.Minute,
		IdleTimeout:       time.Minute,
		MaxHeaderBytes:    16 << 10,
		// OPTIONS * is answered as every method that is not served.
		DisableGeneralOptionsHandler: true,
	}
}

func serve(ctx context.Context, log io.Writer, server *http.Server, addrs, hosts []string, directory string) error {
	root, err := os.OpenRoot(directory)
	if err != nil {
		return err
	}
	defer root.Close()
	handler, err := site.WithHeaders(root.FS(), site.New(root.FS()))
	if err != nil {
		return err
	}
	listeners, err := listen(addrs)
	if err != nil {
		return err
	}
	for _, addr := range addrs {
		// A name that it is told to listen on is one of its names.
		if host, _, err := net.SplitHostPort(addr); err == nil && host != "" {
			hosts = append(hosts, host)
		}
	}
	if handler, err = site.Hosts(handler, hosts...); err != nil {
		return errors.Join(err, closeAll(listeners))
	}
	server.Handler = handler
	served := make(chan error, len(listeners))
	for _, listener := range listeners {
		fmt.Fprintf(log, "Serving %s at http://%s/ (Ctrl-C ends it)\n", directory, listener.Addr())
		go func() { served <- server.Serve(listener) }()
	}
	select {
	case err = <-served:
	case <-ctx.Done():
	}
	timeout, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	if errors.Is(server.Shutdown(timeout), context.DeadlineExceeded) {
		// Who still reads something then is left with a part of it.
		return errors.Join(err, server.Close())
	}
	return err
}

func listen(addrs []string) (listeners []net.Listener, err error) {
	for _, addr := range addrs {
		listener, err := net.Listen("tcp", addr)
		if err != nil {
			return nil, errors.Join(err, closeAll(listeners))
		}
		listeners = append(listeners, listener)
	}
	return listeners, nil
}

func closeAll(listeners []net.Listener) (err error) {
	for _, listener := range listeners {
		err = errors.Join(err, listener.Close())
	}
	return err
}
