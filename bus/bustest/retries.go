package bustest

import (
	"context"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func attemptsAndPauses(d *desk) {
	d.on("a", "x", refusesFirst(3, 1), Options{Retry: &Retry{Attempts: 4}})
	d.on("b", "x", refuses, Options{Retry: &Retry{Attempts: 4, Initial: time.Second, Factor: 3, Max: 2 * time.Second}})
	d.publish("x", 1)
	d.m.Advance(time.Hour)
	d.inOrder("0 a1", "0 b1", "100 a1", "300 a1", "700 a1", "1000 b1", "3000 b1", "5000 b1")
	require.Len(d.T, d.letters(""), 1)
	st := d.m.Stats()
	require.Equal(d.T, []uint64{1, 6, 1, 0}, []uint64{st.Delivered, st.Retried, st.Dead, st.Failed})
}

func othersDoNotWait(d *desk) {
	d.on("a", "x", refusesFirst(1, 1), Options{Retry: &Retry{}})
	d.publish("x", 1, 2, 3)
	d.inOrder("0 a1", "0 a2", "0 a3")
	d.m.Advance(time.Minute)
	d.inOrder("100 a1")
}

func orderByKey(d *desk) {
	odd := func(e Event) string { return strconv.Itoa(numberOf(e) % 2) }
	d.on("a", "x", refusesFirst(2, 1), Options{Retry: &Retry{Key: odd}})
	d.publish("x", 1, 2, 3, 4, 5)
	d.inOrder("0 a1", "0 a2", "0 a4")
	d.m.Advance(time.Minute)
	d.inOrder("100 a1", "300 a1", "300 a3", "300 a5")
}

func deadLetterContents(d *desk) {
	d.on("a", "order.*", refuses, Options{Retry: &Retry{Attempts: 2}, Name: "billing"})
	d.publish("order.placed", 7)
	d.m.Advance(time.Minute)
	d.inOrder("0 a7", "100 a7")
	all := d.letters("order.>")
	require.Len(d.T, all, 1)
	l := all[0]
	require.NotEmpty(d.T, l.ID)
	require.Equal(d.T, []any{"order.placed", 7.0, "order.*", "billing", 2, 0, "refused"},
		[]any{l.Topic, l.Data, l.Pattern, l.Subscription, l.Attempts, l.Redrives, l.Err.Error()})
	require.Equal(d.T, all, d.letters(l.ID))
	require.Empty(d.T, d.letters("other"))
	_, err := d.m.DeadLetters("a..b")
	require.Equal(d.T, "TB_TOPIC", bus.Code(err))
}

func deadLetterPublished(d *desk) {
	d.on("a", "x.y", refuses, Options{Retry: &Retry{Attempts: 1}})
	d.on("after", "x.y", nil, Options{})
	_, err := d.m.Subscribe("$bus.dead.x.*", func(_ context.Context, e Event) error {
		d.say(e.Topic)
		return nil
	}, Options{})
	require.NoError(d.T, err)
	d.publish("x.y", 1)
	d.inOrder("0 a1", "0 after1", "0 $bus.dead.x.y")
	require.Empty(d.T, d.m.Failures(), "the policy sees to it")
}

func timeoutEndsAttempt(d *desk) {
	d.on("a", "x", d.promise, Options{Timeout: time.Second, Retry: &Retry{Attempts: 2}, Concurrency: 1, Name: "slow"})
	d.publish("x", 1)
	d.m.Advance(time.Minute)
	d.inOrder("0 a1", "1100 a1")
	l := d.letters("")[0]
	require.Equal(d.T, "TB_TIMEOUT", bus.Code(l.Err))
	require.Equal(d.T, 2, l.Attempts)
	for _, p := range d.open {
		p.Settle(nil) // too late
	}
	d.heard()
	require.Zero(d.T, d.m.Stats().Delivered)
}

func neverSettles(d *desk) {
	d.on("a", "x", func(n int) error {
		if n == 1 {
			return d.promise(n)
		}
		return nil
	}, Options{Timeout: time.Second, Concurrency: 1})
	d.publish("x", 1, 2, 3)
	d.m.Advance(time.Minute)
	d.inOrder("0 a1", "1000 a2", "1000 a3")
	all := d.m.Failures()
	require.Len(d.T, all, 1)
	require.Equal(d.T, "TB_TIMEOUT", bus.Code(all[0].Err))
	d.open[0].Settle(errRefused)
	d.heard()
	require.Len(d.T, d.m.Failures(), 1)
}

func redrives(d *desk) {
	ill := true
	d.on("a", "x", func(int) error {
		if ill {
			return errRefused
		}
		return nil
	}, Options{Retry: &Retry{Attempts: 1}})
	d.publish("x", 1, 2, 3)
	d.inOrder("0 a1", "0 a2", "0 a3")
	d.redrive(1, d.letters("")[1].ID, "", 0)
	require.Len(d.T, d.letters(""), 2, "it is none any more")
	d.heard("0 a2")
	all := d.letters("")
	require.Len(d.T, all, 3)
	require.Equal(d.T, []int{0, 0, 1}, []int{all[0].Redrives, all[1].Redrives, all[2].Redrives})
	ill = false
	d.redrive(3, "x", "", 2)
	d.m.Advance(time.Minute)
	d.inOrder("0 a1", "500 a3", "1000 a2")
	require.Empty(d.T, d.letters(""))
	require.EqualValues(d.T, 4, d.m.Stats().Redriven)
	_, err := d.m.Redrive("x", "", -1)
	require.Equal(d.T, "TB_OPTION", bus.Code(err))
}

func redriveTo(d *desk) {
	d.on("a", "x", refuses, Options{Retry: &Retry{Attempts: 1}})
	d.on("parked", "y", nil, Options{})
	d.publish("x", 1)
	_, err := d.m.Redrive("x", "$bus.y", 0)
	require.Equal(d.T, "TB_TOPIC", bus.Code(err))
	d.redrive(1, "", "y", 0)
	d.inOrder("0 a1", "0 parked1")
	require.Empty(d.T, d.letters(""))
}

func redriveToHeir(d *desk) {
	off := d.on("a", "x", refuses, Options{Retry: &Retry{Attempts: 1}, Name: "mine"})
	d.publish("x", 1)
	off()
	d.redrive(0, "", "", 0)
	d.on("b", "x", nil, Options{Retry: &Retry{}, Name: "another"})
	d.redrive(0, "", "", 0)
	d.on("c", "x", nil, Options{Retry: &Retry{}, Name: "mine"})
	d.redrive(1, "", "", 0)
	d.inOrder("0 a1", "0 c1")
}

func discards(d *desk) {
	d.on("a", ">", refuses, Options{Retry: &Retry{Attempts: 1}})
	d.publish("x", 1, 2)
	d.publish("y", 3)
	n, err := d.m.Discard(d.letters("")[0].ID)
	require.NoError(d.T, err)
	require.Equal(d.T, 1, n)
	n, err = d.m.Discard("*")
	require.NoError(d.T, err)
	require.Equal(d.T, 2, n)
	require.Empty(d.T, d.letters(""))
}

func redriveLoop(d *desk) {
	tries := 0
	d.on("a", "x", func(int) error { d.said = nil; tries++; return errRefused }, Options{Retry: &Retry{Attempts: 1}})
	_, err := d.m.Subscribe("$bus.dead.x", func(context.Context, Event) error {
		_, err := d.m.Redrive("x", "", 0)
		return err
	}, Options{})
	require.NoError(d.T, err)
	d.publish("x", 1)
	d.m.Advance(time.Minute)
	require.Equal(d.T, 1001, tries)
	all := d.m.Failures()
	require.Len(d.T, all, 1)
	require.Equal(d.T, "TB_RECURSION", bus.Code(all[0].Err))
	require.Len(d.T, d.letters(""), 1)
}

func onceRetried(d *desk) {
	d.on("a", "x", refusesFirst(2, 1), Options{Once: true, Retry: &Retry{}})
	d.publish("x", 1, 2)
	d.m.Advance(time.Minute)
	d.inOrder("0 a1", "100 a1", "300 a1")
	require.Zero(d.T, d.m.Stats().Subscriptions)
}

func unsubscribeBetween(d *desk) {
	off := d.on("a", "x", refuses, Options{Retry: &Retry{}})
	d.publish("x", 1)
	off()
	d.m.Advance(time.Minute)
	d.inOrder("0 a1")
	require.Len(d.T, d.letters(""), 1, "what failed is not forgotten")
}

// accountedFor publishes 10,000 events to handlers that fail at random by a seed.
func accountedFor(d *desk) {
	n := max(some(10_000), 3000)
	r := rand.New(rand.NewPCG(3, 9))
	handled := map[int]int{}
	_, err := d.m.Subscribe("x", func(_ context.Context, e Event) error {
		if r.Float64() < 0.5 {
			return errRefused
		}
		handled[numberOf(e)]++
		return nil
	}, Options{Retry: &Retry{Attempts: 3}, Concurrency: 1, Overflow: &Overflow{600, "drop-oldest"}})
	require.NoError(d.T, err)
	for from := 0; from < n; from += 1000 {
		for i := range 1000 {
			d.publish("x", from+i)
		}
		d.m.Advance(10 * ms)
	}
	d.m.Advance(time.Hour)
	st := d.m.Stats()
	require.EqualValues(d.T, n, st.Published)
	require.Equal(d.T, st.Published, st.Delivered+st.Dead+st.Dropped, "%+v", st)
	require.NotZero(d.T, st.Dead)
	require.Len(d.T, handled, int(st.Delivered))
	for i, times := range handled {
		require.Equal(d.T, 1, times, "event %d", i)
	}
	for _, l := range d.letters("") {
		require.Zero(d.T, handled[int(l.Data.(float64))], "handled, and a dead letter")
	}
}
