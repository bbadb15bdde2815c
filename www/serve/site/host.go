package site

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// Hosts answers requests for hosts that the server is: the address that the connection came to, names of this machine
// (localhost), and those given. A page of elsewhere whose name was pointed at this machine reads nothing that way (DNS
// rebinding); it gets status 421.
func Hosts(next http.Handler, names ...string) (http.Handler, error) {
	var known []string
	for _, name := range names {
		host := hostOf(name)
		if host == "" || strings.ContainsAny(name, "/@*? ") || host != strings.ToLower(strings.Trim(name, "[].")) {
			return nil, fmt.Errorf("%q is no name of a host, such as demo.example or 192.0.2.1", name)
		}
		known = append(known, host)
	}
	return Secure(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := hostOf(r.Host)
		if !slices.Contains(known, host) && !isLocal(host) && !isAddress(host, r.Context().Value(http.LocalAddrContextKey)) {
			leaveBody(w, r)
			http.Error(w, "this server is not the host that was asked for; serve -host NAME adds a name", http.StatusMisdirectedRequest)
			return
		}
		next.ServeHTTP(w, r)
	})), nil
}

// hostOf is the host of a Host header in its plain form, without the port.
func hostOf(header string) string {
	host, _, err := net.SplitHostPort(header)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(header, "["), "]")
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// isLocal tells whether a name always means the machine that asks (RFC 6761).
func isLocal(host string) bool {
	if address, err := netip.ParseAddr(host); err == nil {
		return address.IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

func isAddress(host string, local any) bool {
	address, err := netip.ParseAddr(host)
	tcp, ok := local.(*net.TCPAddr)
	return err == nil && ok && address.Unmap().WithZone("") == tcp.AddrPort().Addr().Unmap().WithZone("")
}
