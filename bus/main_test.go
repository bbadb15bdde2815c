package bus_test

import (
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// inPage: there is one thread and a small stack, and what a million events prove is proved natively.
const inPage = runtime.GOOS == "js"

// some is how much of n is enough here: a tenth in a page and under the race detector, which makes each step ten times as
// long. make test runs the package without it too, and what a hundred thousand steps prove is proved there.
func some(n int) int {
	if inPage || raceEnabled {
		return n / 10
	}
	return n
}

func TestMain(m *testing.M) { bustest.Main(m) }

// failures collects what OnError is told.
type failures struct {
	mu  sync.Mutex
	all []*bus.Failure
}

func (f *failures) note(x *bus.Failure) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, x)
}

func (f *failures) codes() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	var codes []string
	for _, x := range f.all {
		codes = append(codes, bus.Code(x.Err))
	}
	return codes
}

// eventually waits for what another goroutine is about to do.
func eventually(t *testing.T, done func() bool, what string) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !done(); runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal(what)
		}
	}
}
