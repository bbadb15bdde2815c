// Package apps holds the browser tests of the example apps: one shop, built with each framework and tool chain.
package apps
