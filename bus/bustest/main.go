package bustest

import (
	"flag"
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Gauge counts something that tests must give back, such as live js.Func values.
type Gauge struct {
	Name string
	Live func() int
}

// Main runs the tests and exits, with an error if more goroutines, or more of what a gauge counts, live
// afterwards than before. Use it as
//
//	func TestMain(m *testing.M) { bustest.Main(m) }
func Main(m *testing.M, gauges ...Gauge) {
	gauges = append(gauges, Gauge{"goroutines", goroutines})
	before := make([]int, len(gauges))
	for i, g := range gauges {
		before[i] = g.Live()
	}
	code := m.Run()
	if code == 0 && !fuzzing() {
		for i, g := range gauges {
			if live := settled(g, before[i]); live > before[i] {
				os.Stderr.WriteString("FAIL: leaked " + g.Name + ": " + strconv.Itoa(before[i]) + " before, " + strconv.Itoa(live) + " after\n")
				os.Stderr.Write(stacks())
				code = 1
			}
		}
	}
	os.Exit(code)
}

// fuzzing reports whether this process fuzzes: then package testing leaves goroutines of its own behind.
func fuzzing() bool {
	for _, name := range []string{"test.fuzz", "test.fuzzworker"} {
		if f := flag.Lookup(name); f != nil && f.Value.String() != f.DefValue {
			return true
		}
	}
	return false
}

// settled gives what is about to end the time to do so: a goroutine that was told to end needs to run once more.
func settled(g Gauge, want int) int {
	live := g.Live()
	for deadline := time.Now().Add(10 * time.Second); live > want && time.Now().Before(deadline); live = g.Live() {
		runtime.GC()
		runtime.Gosched()
	}
	return live
}

// goroutines counts those of programs. In JavaScript the runtime has one of its own while it waits for
// events, which runtime.NumGoroutine counts.
func goroutines() int {
	n := 0
	for g := range strings.SplitSeq(string(stacks()), "\n\n") {
		if !strings.Contains(g, "\nruntime.handleEvent(") {
			n++
		}
	}
	return n
}

func stacks() []byte {
	buf := make([]byte, 1<<20)
	return buf[:runtime.Stack(buf, true)]
}
