package model

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/trolleybus/trolleybus/bus/bustest"
	"pgregory.net/rapid"
)

func TestMain(m *testing.M) {
	preset("RAPID_CHECKS", "rapid.checks", "120")
	preset("RAPID_STEPS", "rapid.steps", "60")
	preset("RAPID_NOFAILFILE", "rapid.nofailfile", "true") // the seed is enough
	bustest.Main(m)
}

// preset gives a flag of rapid a default of our own, which its variable and the flag itself still override.
func preset(variable, name, value string) {
	if os.Getenv(variable) == "" {
		_ = flag.Set(name, value)
	}
}

// TestModel plays random programs on the bus and on the model.
func TestModel(t *testing.T) { rapid.Check(t, compare) }

// TestPolicies plays random programs with policies: retries, dead letters, dedupe, queue groups, bounded queues,
// time-outs.
func TestPolicies(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { rapid.SyncTest(t, comparePolicies) })
}

func compare(t *rapid.T) { play(t, rapid.Custom(drawConfig).Draw(t, "options")) }

func comparePolicies(t *rapid.T) { play(t, rapid.Custom(drawManaged).Draw(t, "options")) }

func play(t *rapid.T, c config) {
	got, want := newPlayer(), newPlayer()
	ours := newNative(got, c)
	defer ours.leave()
	got.subject, want.subject = ours, newSequential(want, c)
	do := func(o op) {
		want.step(o)
		got.step(o)
	}
	if c.managed {
		do(op{verb: subscribe, spec: spec{pattern: ">", settles: true}})
	}
	t.Repeat(map[string]func(*rapid.T){
		"step": func(t *rapid.T) { do(rapid.Custom(c.drawStep).Draw(t, "step")) },
		"": func(t *rapid.T) {
			if diff := differ(got, want); diff != "" {
				t.Fatal(diff)
			}
		},
	})
}

// differ says where the bus and the model parted, or nothing.
func differ(got, want *player) string {
	for i := 0; i < max(len(got.log), len(want.log)); i++ {
		if g, w := line(got.log, i), line(want.log, i); g != w {
			return fmt.Sprintf("the bus and the model part:\n%s\nbus:   %s\nmodel: %s", before(want.log, i), g, w)
		}
	}
	if g, w := got.asides(), want.asides(); g != w {
		return fmt.Sprintf("calls began in another order:\n%s\nbus: %s\nmodel: %s", before(got.log, len(got.log)), g, w)
	}
	if i, why := renumbered(got.sights, want.sights); i >= 0 {
		return fmt.Sprintf("%s\n%s", before(got.log, i+1), why)
	}
	g, w := got.subject.state(), want.subject.state()
	for topic := range g.Reached {
		// Neither promises to know the other's topics, only to be right about those that both know.
		if !knows(topic) {
			return "the bus knows of a topic that was not published on: " + topic
		}
	}
	for topic := range w.Reached {
		if _, cached := g.Reached[topic]; !cached {
			delete(w.Reached, topic)
		}
	}
	if gs, ws := g.lines(), w.lines(); !slices.Equal(gs, ws) {
		only := func(a, b []string) string {
			return strings.Join(slices.DeleteFunc(slices.Clone(a), func(s string) bool { return slices.Contains(b, s) }), "\n       ")
		}
		return fmt.Sprintf("the states differ:\n%s\nbus:   %s\nmodel: %s", before(got.log, len(got.log)), only(gs, ws), only(ws, gs))
	}
	return ""
}

func line(log []string, i int) string {
	if i < len(log) {
		return log[i]
	}
	return "(nothing)"
}

// before is the log up to a line, as far as anybody wants to read.
func before(log []string, n int) string {
	const most = 60
	from := max(0, n-most)
	s := ""
	if from > 0 {
		s = "...\n"
	}
	return s + strings.Join(log[from:n], "\n")
}

// renumbered compares what the subjects chose themselves: each id of one must be one id of the other, and the
// sequence numbers must have the same order. It returns the line and what is wrong, or -1.
func renumbered(got, want []numbered) (int, string) {
	there, back := map[string]string{}, map[string]string{}
	seqs := map[uint64]uint64{}
	for i, g := range got {
		w := want[i]
		for _, pair := range [][3]string{{g.ids.own, w.ids.own, "id"}, {g.ids.cause, w.ids.cause, "causation id"}, {g.ids.root, w.ids.root, "correlation id"}} {
			a, b := pair[0], pair[1]
			if t, ok := there[a]; ok && t != b || (a == "") != (b == "") {
				return g.line, fmt.Sprintf("%s is %q: that of %q before, now of %q", pair[2], a, t, b)
			}
			if t, ok := back[b]; ok && t != a {
				return g.line, fmt.Sprintf("%s is %q, which was %q before", pair[2], a, t)
			}
			there[a], back[b] = b, a
		}
		if g.seq == 0 {
			continue
		}
		if s, ok := seqs[w.seq]; ok && s != g.seq {
			return g.line, fmt.Sprintf("one event has the numbers %d and %d", s, g.seq)
		}
		seqs[w.seq] = g.seq
	}
	last := uint64(0)
	order := make([]uint64, 0, len(seqs))
	for w := range seqs {
		order = append(order, w)
	}
	slices.Sort(order)
	for _, w := range order {
		if seqs[w] <= last {
			return got[len(got)-1].line, fmt.Sprintf("sequence number %d was given after %d", seqs[w], last)
		}
		last = seqs[w]
	}
	return -1, ""
}
