package bustest_test

import (
	"testing"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

func TestMain(m *testing.M) { bustest.Main(m) }

func TestNative(t *testing.T) {
	bustest.Run(t, func(testing.TB) bustest.Subject {
		return bustest.Native(bus.New(bus.Options{Logger: quiet{}}))
	}, bustest.Features{Concurrent: true, Interceptors: true, Panics: true, Reference: true, Goexit: true, Replay: true})
}

// quiet is for the failures that no handler is left to hear.
type quiet struct{}

func (quiet) Error(string, ...any) {}
