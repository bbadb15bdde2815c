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
	}, bustest.Features{Replay: true, Requests: true, Concurrent: true, Interceptors: true, Panics: true, Reference: true, Goexit: true, Declarations: true, Joints: true})
}

func TestNativeManaged(t *testing.T) {
	bustest.Run(t, func(testing.TB) bustest.Subject {
		clock := &bustest.Clock{}
		return bustest.NativeManaged(bus.New(bus.Options{Clock: clock, Logger: quiet{}, DeadLetters: 10_000}), clock)
	}, bustest.Features{Interceptors: true, Panics: true, Reference: true, Goexit: true, Policies: true, Bubble: true})
}

// quiet is for the failures that no handler is left to hear.
type quiet struct{}

func (quiet) Error(string, ...any) {}
