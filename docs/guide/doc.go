// Package guide has the examples in Go of GUIDE.md, which shows them as they are.
package guide
