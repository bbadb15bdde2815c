package browser

import (
	"crypto/sha1"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
)

// echo is a WebSocket that sends one short text back, and is closed by what comes then.
func echo(w http.ResponseWriter, r *http.Request) {
	connection, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		http.Error(w, err.Error(), http.StatusNotImplemented)
		return
	}
	defer connection.Close()
	sum := sha1.Sum([]byte(r.Header.Get("Sec-WebSocket-Key") + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"))
	fmt.Fprintf(buffered, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: %s\r\n\r\n",
		base64.StdEncoding.EncodeToString(sum[:]))
	if buffered.Flush() != nil {
		return
	}
	// A frame of RFC 6455 with less than 126 bytes: two bytes, and of clients a mask.
	var head [6]byte
	if _, err := io.ReadFull(buffered, head[:]); err != nil {
		return
	}
	text := make([]byte, head[1]&0x7f)
	if _, err := io.ReadFull(buffered, text); err != nil {
		return
	}
	for i := range text {
		text[i] ^= head[2+i%4]
	}
	_, _ = connection.Write(append([]byte{head[0], byte(len(text))}, text...))
	if _, err := io.ReadFull(buffered, head[:]); err == nil {
		_, _ = connection.Write([]byte{0x88, 0})
	}
}
