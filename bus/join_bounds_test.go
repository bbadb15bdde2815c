package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

func join(t *testing.T, b *bus.Bus) *bus.Joint {
	t.Helper()
	j, err := b.Join("link")
	require.NoError(t, err)
	return j
}

func admit(t *testing.T, j *bus.Joint, draft bus.EventInit) *bus.Event {
	t.Helper()
	e, err := j.Admit(draft)
	require.NoError(t, err)
	return e
}

func TestObserversAreToldOfTheJointAndOfNoInterestOfIts(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	var log []string
	b.Observe(bus.Observer{
		Accepted: func(_ context.Context, e *bus.Event, via string) { log = append(log, e.Topic+" "+via) },
		Interest: func(_ context.Context, pattern string, i bus.Interest) {
			log = append(log, fmt.Sprint("interest ", pattern, i.On))
		},
	})
	j := join(t, b)
	s, err := j.Respond("a", func(context.Context, *bus.Event, func(any, error) bool) {}, bus.Name("mine"))
	require.NoError(t, err)
	assert.Equal(t, "mine", s.Name())
	_, err = j.Subscribe("a", nothing)
	require.NoError(t, err)
	require.NoError(t, b.Publish(t.Context(), "own", nil))
	e := admit(t, j, bus.EventInit{Topic: "far", ID: "1"})
	require.NoError(t, j.Deliver(t.Context(), e))
	assert.Equal(t, "link", j.Via(e))
	assert.Empty(t, j.Via(nil))
	assert.Empty(t, j.Via(b.NewEvent(e.Init())), "a copy is another event")
	j.Close()
	assert.Equal(t, []string{"own ", "far link"}, log)
}

func TestARetainedValueThatWaitsIsOlderThanWhatIsPublishedMeanwhile(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	require.NoError(t, b.Declare("kept", bus.Retain()))
	j := join(t, b)
	var got, dropped []any
	b.Observe(bus.Observer{Dropped: func(_ context.Context, e *bus.Event, s bus.ObservedSubscription, r bus.DropReason) {
		dropped = append(dropped, e.Data, s, r)
	}})
	_, err := b.Subscribe("go", func(ctx context.Context, _ *bus.Event) error {
		for i, data := range []any{"first", "far", "newest"} {
			if data != "far" {
				require.NoError(t, b.Publish(ctx, "kept", data))
				continue
			}
			set, err := j.SetRetained(ctx, admit(t, j, bus.EventInit{Topic: "kept", Data: data, ID: "1"}), bus.Stamp{Time: 1, Origin: "far", Number: uint64(i)})
			require.NoError(t, err)
			assert.True(t, set, "as far as is known")
		}
		return nil
	})
	require.NoError(t, err)
	_, err = b.Subscribe("kept", func(_ context.Context, e *bus.Event) error { got = append(got, e.Data); return nil })
	require.NoError(t, err)
	require.NoError(t, b.Publish(t.Context(), "go", nil))
	assert.Equal(t, []any{"first", "newest"}, got)
	assert.Equal(t, []any{"far", bus.ObservedSubscription{}, bus.DroppedCoalesced}, dropped)
	assert.EqualValues(t, 1, b.Stats().Coalesced)
}

func TestTheWindowOfIdsIsBounded(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	j := join(t, b)
	known := func(id string) bool {
		_, err := j.Admit(bus.EventInit{Topic: "a", ID: id})
		return errors.Is(err, bus.ErrDuplicate)
	}
	for i := range 16_384 {
		require.False(t, known(fmt.Sprint(i)))
	}
	assert.True(t, known("0"))
	require.NoError(t, b.Publish(t.Context(), "a", nil, bus.WithID("own")))
	assert.True(t, known("own"))
	assert.True(t, known("1"))
	assert.False(t, known("0"), "the oldest goes first")
	assert.False(t, known("1"))
	long := strings.Repeat("x", 65_000)
	for i := range 65 { // 4 MiB
		require.False(t, known(long+fmt.Sprint(i)))
	}
	assert.False(t, known(long+"0"))
	assert.True(t, known(long+"64"))
}

func TestTombstonesAreBoundedInTimeAndNumber(t *testing.T) {
	clock := &bustest.Clock{}
	b := bus.New(bus.Options{Clock: clock})
	defer b.Close()
	j := join(t, b)
	clear := func(topic string) bool {
		cleared, err := j.ClearRetained(topic, bus.Stamp{Time: 1, Origin: "far"})
		require.NoError(t, err)
		return cleared
	}
	assert.True(t, clear("a"))
	assert.False(t, clear("a"))
	clock.Advance(time.Hour - 1)
	assert.False(t, clear("a"))
	clock.Advance(1)
	assert.True(t, clear("a"))
	assert.Equal(t, []string{"a"}, j.RetainedTopics())
	for i := range 4_096 {
		require.True(t, clear(fmt.Sprint("t.", i)))
	}
	assert.Len(t, j.RetainedTopics(), 4_096)
	assert.True(t, clear("a"), "the oldest goes first")
}

func TestForgottenEventsAreNotKeptAndNoDeadLetters(t *testing.T) {
	b := bus.New(bus.Options{Clock: &bustest.Clock{}})
	defer b.Close()
	require.NoError(t, b.Declare("a", bus.History(bus.Keep{Count: 10})))
	j := join(t, b)
	_, err := b.Subscribe("a", func(context.Context, *bus.Event) error { return errNo }, bus.Retry(bus.Backoff{Attempts: 1}))
	require.NoError(t, err)
	for _, id := range []string{"1", "2", "3"} {
		set, err := j.SetRetained(t.Context(), admit(t, j, bus.EventInit{Topic: "a", ID: id}), bus.Stamp{Time: 5, Origin: id})
		require.NoError(t, err)
		require.True(t, set)
	}
	eventually(t, func() bool { return b.Stats().Dead == 3 }, "no dead letters")
	require.NoError(t, j.Forget("3", "1", "x"))
	letters, err := b.DeadLetters("")
	require.NoError(t, err)
	require.Len(t, letters, 1)
	assert.Equal(t, "2", letters[0].Event.ID())
	assert.Equal(t, 1, b.Stats().Retained)
	v, err := j.Retained("a")
	require.NoError(t, err)
	assert.Equal(t, "2", v.Event.ID())
	assert.Equal(t, bus.Stamp{Time: 5, Origin: "3"}, v.Stamp, "what is left is no newer value")
}

func TestARetainedValueNeedsATopicThatKeeps(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	j := join(t, b)
	e := admit(t, j, bus.EventInit{Topic: "a", ID: "1"})
	_, err := j.SetRetained(t.Context(), e, bus.Stamp{Time: 1, Origin: "far"})
	assert.ErrorIs(t, err, bus.ErrOption)
	require.NoError(t, j.Deliver(t.Context(), e), "it may still be delivered")
	_, err = j.Respond("a", nil)
	assert.ErrorIs(t, err, bus.ErrOption)
}

func TestHostsGetWhatJointsDeliver(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	require.NoError(t, b.Declare("a", bus.Validate(func(n int) error {
		if n < 0 {
			return errNo
		}
		return nil
	})))
	p := hosted(t, b, 0)
	j := join(t, b)
	var got []*bus.Event
	p.add(t, 1, "a", func(e *bus.Event) error { got = append(got, e); return nil })
	at := time.Unix(1700000000, 0)
	require.NoError(t, j.Deliver(t.Context(), admit(t, j, bus.EventInit{Topic: "a", Data: 1, ID: "1", Source: "far", Time: at, CausationID: "0"})))
	require.Len(t, got, 1)
	assert.Equal(t, []any{"1", "far", "0", uint64(1), "link"}, []any{got[0].ID(), got[0].Source(), got[0].CausationID(), got[0].Seq, p.port.Via(got[0])})
	assert.True(t, at.Equal(got[0].Time()))
	p.port.SetCause(got[0], "x", "y", "")
	assert.Equal(t, "0", got[0].CausationID())
	_, err := j.Admit(bus.EventInit{Topic: "a", Data: -1, ID: "2"})
	assert.ErrorIs(t, err, bus.ErrSchema)
	require.Len(t, p.reported, 1)
	assert.Equal(t, "2", p.reported[0].Event.ID())
}
