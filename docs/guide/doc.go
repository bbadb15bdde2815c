// Package guide has the examples in Go of docs/GUIDE.md, which go test runs.
package guide
