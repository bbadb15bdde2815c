// Command wasm is the default bundle, trolleybus.wasm: the bus for pages whose components are all JavaScript.
// A page with components in Go loads a program of its own instead, which serves its bus in the same way.
package main
