package bustest_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

func ExampleReplay() {
	morning := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	recording := []bus.EventInit{ // of a Recorder, or read from a file
		{Topic: "door.opened", Data: "front", Time: morning},
		{Topic: "door.closed", Data: "front", Time: morning.Add(40 * time.Second)},
	}
	clock := bustest.NewClock(recording[0].Time)
	b := bus.New(bus.Options{Clock: clock})
	b.Subscribe("door.opened", func(ctx context.Context, e *bus.Event) error {
		clock.AfterFunc(30*time.Second, func() { fmt.Println(clock.Now().Format(time.TimeOnly), "shut the door!") })
		return nil
	})
	if err := bustest.Replay(context.Background(), b, clock, recording); err != nil {
		fmt.Println(err)
	}
	// Output: 09:00:30 shut the door!
}

func TestReplayOfARecording(t *testing.T) {
	ctx := context.Background()
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	component := func(b *bus.Bus) {
		_, err := b.Subscribe("order.placed", func(ctx context.Context, e *bus.Event) error {
			return b.Publish(ctx, "order.confirmed", e.Data)
		})
		require.NoError(t, err)
	}
	clock := bustest.NewClock(start)
	first := bus.New(bus.Options{Clock: clock})
	component(first)
	recorder := bustest.Record(t, first, ">")
	for i := range 3 {
		clock.Advance(time.Duration(i) * time.Minute)
		require.NoError(t, first.Publish(ctx, "order.placed", i, bus.WithKey("k"), bus.WithVersion("2"), bus.WithSubject("s")))
	}
	recording := recorder.Events()
	require.Len(t, recording, 6)

	again := bustest.NewClock(recording[0].Time)
	second := bus.New(bus.Options{Clock: again})
	component(second)
	recorder = bustest.Record(t, second, ">")
	require.NoError(t, bustest.Replay(ctx, second, again, bustest.Roots(recording)))
	assert.True(t, start.Add(3*time.Minute).Equal(again.Now()))
	var want []bustest.Want
	for _, e := range recording {
		one := bustest.Topic(e.Topic).Data(e.Data).Key(e.Key).Subject(e.Subject).At(e.Time)
		if e.CausationID == "" {
			one = one.ID(e.ID)
		}
		want = append(want, one)
	}
	bustest.ExpectEvents(t, recorder.Take(), want...)

	t.Run("where the wall clock jumped back", func(t *testing.T) {
		now := again.Now()
		back := []bus.EventInit{{Topic: "a", Time: start}, {Topic: "b", Time: start.Add(-time.Hour)}, {Topic: "c", Time: start}}
		require.NoError(t, bustest.Replay(ctx, second, again, back))
		assert.Equal(t, now.Add(time.Hour), again.Now())
	})
	t.Run("without a clock", func(t *testing.T) {
		now := again.Now()
		require.NoError(t, bustest.Replay(ctx, second, nil, recording))
		assert.Equal(t, now, again.Now())
	})
	t.Run("what cannot be published", func(t *testing.T) {
		err := bustest.Replay(ctx, second, nil, []bus.EventInit{{Topic: "fine"}, {Topic: "not fine"}})
		var wrong *bustest.ReplayError
		require.ErrorAs(t, err, &wrong)
		assert.Equal(t, 1, wrong.Index)
		assert.True(t, errors.Is(err, bus.ErrTopic))
		assert.ErrorContains(t, err, "event 1, not fine: ")
	})
}
