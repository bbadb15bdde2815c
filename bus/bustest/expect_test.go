package bustest_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// told is a T that keeps what it was told.
type told struct{ text string }

func (*told) Helper()                          {}
func (r *told) Errorf(format string, a ...any) { r.text += fmt.Sprintf(format, a...) }

func ExampleExpectEvents() {
	t := &told{} // in a test, its *testing.T
	events := []bus.EventInit{
		{Topic: "order.placed", Data: "A-1"},
		{Topic: "order.paid", Data: 20},
		{Topic: "mail.sent", Data: "thanks"},
		{Topic: "order.shipped", Data: "A-1"},
	}
	fmt.Println(bustest.ExpectEvents(t, events,
		bustest.Topic("order.placed"),
		bustest.Topic("order.paid").Data(20),
		bustest.Others(),
		bustest.Topic("order.*").Data("A-1"),
	))
	fmt.Println(bustest.ExpectEvents(t, events,
		bustest.Topic("order.placed").Data("A-1"),
		bustest.Topic("order.paid").Data(30),
		bustest.Topic("order.shipped"),
	))
	fmt.Print(t.text)
	// Output:
	// true
	// false
	// events are not as expected:
	//     order.placed "A-1"
	//   - order.paid, data 30
	//   + order.paid 20   (data is 20)
	//   + mail.sent "thanks"
	//     order.shipped "A-1"
}

func TestExpectEvents(t *testing.T) {
	at := time.Date(2026, 5, 1, 12, 0, 0, 0, time.UTC)
	events := []bus.EventInit{
		{Topic: "a.b", Data: 1, ID: "1", Key: "k", Subject: "s", Time: at},
		{Topic: "a.c", Data: []int{1, 2}, ID: "2", CausationID: "1", Time: at.Add(time.Second)},
		{Topic: "a.b", Data: nil, ID: "3", CausationID: "elsewhere"},
	}
	one, two, three := bustest.Topic("a.b"), bustest.Topic("a.c"), bustest.Topic("*.b")
	for name, want := range map[string][]bustest.Want{
		"topics":               {one, two, three},
		"all that can be said": {one.Data(1).ID("1").Key("k").Subject("s").At(at).CausedBy(""), two.Data([]int{1, 2}).CausedBy("*.b"), three.Data(nil).Where("no key", func(e bus.EventInit) bool { return e.Key == "" })},
		"others at the start":  {bustest.Others(), three},
		"others at the end":    {one, bustest.Others()},
		"others for nothing":   {one, bustest.Others(), two, bustest.Others(), bustest.Others(), three, bustest.Others()},
		"others alone":         {bustest.Others()},
		"others that could take what comes after them": {bustest.Others(), one, bustest.Others(), one.Data(nil)},
	} {
		assert.True(t, bustest.ExpectEvents(t, events, want...), name)
	}
	assert.True(t, bustest.ExpectEvents(t, nil))

	for name, tc := range map[string]struct {
		want []bustest.Want
		diff string
	}{
		"one too many": {[]bustest.Want{one, two}, `
    a.b 1 key "k"
    a.c []int{1, 2}
  + a.b <nil>`},
		"one too few": {[]bustest.Want{one, two, three, bustest.Topic("d")}, `
    a.b 1 key "k"
    a.c []int{1, 2}
    a.b <nil>
  - d`},
		"in another order": {[]bustest.Want{two, one, three}, `
  - a.c
    a.b 1 key "k"
  + a.c []int{1, 2}
    a.b <nil>`},
		"what is wrong with it": {[]bustest.Want{one.Data(2), two.CausedBy("x.*"), three.CausedBy(">")}, `
  - a.b, data 2
  - a.c, caused by x.*
  - *.b, caused by >
  + a.b 1 key "k"   (data is 1)
  + a.c []int{1, 2}   (caused by a.b)
  + a.b <nil>   (its cause was not recorded)`},
		"more that is wrong": {[]bustest.Want{one.Key("x"), two.Where("is large", func(bus.EventInit) bool { return false }), three.Data(false)}, `
  - a.b, key "x"
  - a.c, is large
  - *.b, data false
  + a.b 1 key "k"   (key is "k")
  + a.c []int{1, 2}   (not so: is large)
  + a.b <nil>   (data is <nil>)`},
		"times and types": {[]bustest.Want{one.Data(int8(1)), two.At(at), three.Data(nil).CausedBy("")}, `
  - a.b, data 1
  - a.c, at 2026-05-01T12:00:00Z
  - *.b, data <nil>, caused by nothing
  + a.b 1 key "k"   (data is a int, not a int8)
  + a.c []int{1, 2}   (it was at 2026-05-01T12:00:01Z, 1s off)
  + a.b <nil>   (caused by elsewhere)`},
		"an event that others do not stand for": {[]bustest.Want{one, bustest.Others(), two, bustest.Topic("x")}, `
    a.b 1 key "k"
    a.c []int{1, 2}
  - x
  + a.b <nil>   (topic is a.b)`},
		"nothing expected": {nil, `
  + a.b 1 key "k"
  + a.c []int{1, 2}
  + a.b <nil>`},
	} {
		t.Run(name, func(t *testing.T) {
			r := &told{}
			require.False(t, bustest.ExpectEvents(r, events, tc.want...))
			assert.Equal(t, tc.diff, strings.TrimSuffix(strings.TrimPrefix(r.text, "events are not as expected:"), "\n"))
		})
	}
}

func TestExpectEventsOfLongLists(t *testing.T) {
	var events []bus.EventInit
	var want []bustest.Want
	for i := range 3000 {
		events = append(events, bus.EventInit{Topic: "n", Data: i})
		want = append(want, bustest.Topic("n").Data(i))
	}
	require.True(t, bustest.ExpectEvents(t, events, want...))
	want[1000] = want[1000].Key("k")
	r := &told{}
	require.False(t, bustest.ExpectEvents(r, events, want...))
	assert.Contains(t, r.text, "    (997 that are as expected)\n    n 997\n    n 998\n    n 999\n  - n, data 1000, key \"k\"\n  + n 1000   (key is \"\")\n    n 1001\n")
	assert.Contains(t, r.text, "(up to 1800 more are not compared)")
	r = &told{}
	bustest.ExpectEvents(r, []bus.EventInit{{Topic: "long", Data: strings.Repeat("é", 1000)}})
	assert.Less(t, len(r.text), 600)
}

func TestRecord(t *testing.T) {
	ctx := context.Background()
	clock := bustest.NewClock(time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC))
	b := bus.New(bus.Options{Name: "shop", Clock: clock})
	recorder := bustest.Record(t, b, "order.>")
	_, err := b.Subscribe("order.placed", func(ctx context.Context, e *bus.Event) error {
		clock.Advance(time.Second)
		return b.Publish(ctx, "order.confirmed", e.Data, bus.WithKey("k"))
	})
	require.NoError(t, err)
	require.NoError(t, b.Publish(ctx, "other", 0))
	require.NoError(t, b.Publish(ctx, "order.placed", "A-1", bus.WithID("first"), bus.WithSubject("s")))
	events := recorder.Events()
	bustest.ExpectEvents(t, events,
		bustest.Topic("order.placed").Data("A-1").ID("first").Subject("s").At(clock.Now().Add(-time.Second)).CausedBy(""),
		bustest.Topic("order.confirmed").Data("A-1").Key("k").At(clock.Now()).CausedBy("order.placed"),
	)
	assert.Equal(t, "shop", events[1].Source)
	assert.Equal(t, "first", events[1].CorrelationID)
	assert.Equal(t, events[:1], bustest.Roots(events))
	events[0].Topic = "changed"
	assert.Equal(t, "order.placed", recorder.Take()[0].Topic)
	assert.Empty(t, recorder.Events())
	recorder.Stop()
	require.NoError(t, b.Publish(ctx, "order.placed", "A-2"))
	assert.Empty(t, recorder.Take())
}
