package bus_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
	"github.com/trolleybus/trolleybus/bus/internal/idlehost"
)

// onlyClock hides that a clock knows the time of day.
type onlyClock struct{ bus.Clock }

func TestTimesAreByTheWallClock(t *testing.T) {
	clock := bustest.NewClock(time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC))
	for name, tc := range map[string]struct {
		clock bus.Clock
		want  time.Time
	}{
		"a clock with a time of day": {clock, time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)},
		"a clock without":            {onlyClock{clock}, time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)},
	} {
		t.Run(name, func(t *testing.T) {
			var failed []*bus.Failure
			b := bus.New(bus.Options{Clock: tc.clock, OnError: func(f *bus.Failure) { failed = append(failed, f) }})
			clock.JumpWall(-365 * 24 * time.Hour)
			defer clock.JumpWall(365 * 24 * time.Hour)
			_, err := b.Subscribe("a", func(_ context.Context, e *bus.Event) error {
				assert.True(t, tc.want.Equal(e.Time()))
				return assert.AnError
			})
			require.NoError(t, err)
			require.NoError(t, b.Publish(context.Background(), "a", nil))
			require.Len(t, failed, 1)
			assert.True(t, tc.want.Equal(failed[0].Time))
		})
	}
}

func TestSystemClock(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := bus.New(bus.Options{})
		first := b.NewEvent(bus.EventInit{Topic: "a"}).Time()
		assert.True(t, time.Now().Equal(first))
		time.Sleep(time.Hour)
		second := b.NewEvent(bus.EventInit{Topic: "a"}).Time()
		assert.Equal(t, time.Hour, second.Sub(first))
	})
}

func TestTheClockOfAHost(t *testing.T) {
	own, hosts := bustest.NewClock(time.Unix(1000, 0)), bustest.NewClock(time.Unix(2000, 0))
	b := bus.New(bus.Options{Clock: own})
	now := func() int64 { return b.NewEvent(bus.EventInit{Topic: "a"}).Time().Unix() }
	assert.EqualValues(t, 1000, now())
	_, err := b.Attach(&idlehost.Host{Clock: hosts})
	require.NoError(t, err)
	assert.EqualValues(t, 2000, now())
	hosts.Advance(time.Second)
	own.Advance(time.Minute)
	assert.EqualValues(t, 2001, now())
}

func TestHostWithItsOwnRandomNumbers(t *testing.T) {
	b := bus.New(bus.Options{Random: func() float64 { return 0.25 }})
	assert.Equal(t, 0.25, bus.RandomOf(b))
	_, err := b.Attach(randomHost{&idlehost.Host{}})
	require.NoError(t, err)
	assert.Equal(t, 0.5, bus.RandomOf(b))
	r := bus.RandomOf(bus.New(bus.Options{}))
	assert.True(t, r >= 0 && r < 1)
}

type randomHost struct{ *idlehost.Host }

func (randomHost) Random() float64 { return 0.5 }
