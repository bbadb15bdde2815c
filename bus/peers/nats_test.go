package peers

import (
	"context"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/internal/idlehost"
	"github.com/trolleybus/trolleybus/bus/peers/natslist"
)

// agree compares one pattern and one topic. '$' is ours alone: NATS gives it no meaning.
func agree(t testing.TB, pattern, topic string) {
	t.Helper()
	if bus.ValidatePattern(pattern) != nil || bus.ValidateTopic(topic) != nil {
		return
	}
	want := server.SubjectMatchesFilter(topic, pattern)
	if strings.HasPrefix(topic, "$") && strings.ContainsAny(pattern[:1], "*>") {
		want = false
	}
	if got := bus.Match(pattern, topic); got != want {
		t.Fatalf("Match(%q, %q) = %v, nats-server says %v", pattern, topic, got, want)
	}
	if !server.IsValidSubject(pattern) || !server.IsValidLiteralSubject(topic) {
		t.Fatalf("%q or %q is no subject of NATS", pattern, topic)
	}
}

func FuzzNATS(f *testing.F) {
	f.Add("a.*.>", "a.b.c")
	f.Add(">", "$a")
	f.Add("*.a", "a.a.a")
	f.Add("größe.*", "größe.日本")
	f.Fuzz(func(t *testing.T, pattern, topic string) { agree(t, pattern, topic) })
}

func TestNATSRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 5))
	toks := []string{"a", "b", "ab", "$a", "*", ">", "é"}
	name := func(n int) string {
		parts := make([]string, 1+r.IntN(5))
		for i := range parts {
			parts[i] = toks[r.IntN(n)]
		}
		return strings.Join(parts, ".")
	}
	compared := 0
	for range 200_000 {
		pattern, topic := name(len(toks)), strings.NewReplacer("*", "a", ">", "b").Replace(name(len(toks)))
		if bus.ValidatePattern(pattern) == nil {
			compared++
		}
		agree(t, pattern, topic)
	}
	if compared < 50_000 {
		t.Fatalf("only %d pairs were compared", compared)
	}
}

// TestNATSSublist compares the whole table with nats-server's, subscriptions coming and going.
func TestNATSSublist(t *testing.T) {
	r := rand.New(rand.NewPCG(6, 6))
	toks := []string{"a", "b", "c", "*"}
	b := bus.New(bus.Options{})
	defer b.Close()
	port, err := b.Attach(&idlehost.Host{})
	if err != nil {
		t.Fatal(err)
	}
	nats := natslist.New()
	type pair struct {
		ours   *bus.Subscription
		theirs natslist.Handle
	}
	var live []pair
	for range 5_000 {
		parts := make([]string, 1+r.IntN(4))
		for i := range parts {
			parts[i] = toks[r.IntN(len(toks))]
		}
		if r.IntN(4) == 0 {
			parts[len(parts)-1] = ">"
		}
		pattern := strings.Join(parts, ".")
		switch {
		case r.IntN(3) > 0:
			s, err := b.Subscribe(pattern, func(context.Context, *bus.Event) error { return nil })
			if err != nil {
				t.Fatal(err)
			}
			n, err := nats.Insert(pattern)
			if err != nil {
				t.Fatal(err)
			}
			live = append(live, pair{s, n})
		case len(live) > 0:
			i := r.IntN(len(live))
			live[i].ours.Unsubscribe()
			if err := nats.Remove(live[i].theirs); err != nil {
				t.Fatal(err)
			}
			live[i] = live[len(live)-1]
			live = live[:len(live)-1]
		}
		topic := strings.NewReplacer("*", "b", ">", "a").Replace(pattern)
		got, err := port.Resolve(topic, nil)
		if err != nil {
			t.Fatal(err)
		}
		if want := nats.Match(topic); len(got) != want {
			t.Fatalf("%s: %d subscriptions, nats-server has %d", topic, len(got), want)
		}
	}
}
