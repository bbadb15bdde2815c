// Command component is the Go side of the benchmark of managed publishing: the same work behind subscriptions and
// behind js.FuncOf functions.
package main
