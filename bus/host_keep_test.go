package bus_test

import (
	"context"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/internal/idlehost"
)

// keepingHost has what topics keep: any number of events. Whenever the bus asks it, it uses the bus.
type keepingHost struct {
	idlehost.Host
	lacks bool
	use   func()
	told  []bus.Keep
	kept  []*bus.Event
}

func (h *keepingHost) Lacks(feature string) bool { return h.lacks && feature == "keeping" }

func (h *keepingHost) asked() {
	if use := h.use; use != nil {
		h.use = nil
		use()
		h.use = use
	}
}

func (h *keepingHost) Keep(_ string, k bus.Keep) {
	h.asked()
	h.told = append(h.told, k)
}

func (h *keepingHost) Kept(pattern string, last int, after uint64) []*bus.Event {
	h.asked()
	var found []*bus.Event
	for _, e := range h.kept {
		if bus.Match(pattern, e.Topic) && e.Seq > after {
			found = append(found, e)
		}
	}
	if last > 0 {
		found = found[max(0, len(found)-last):]
	}
	return found
}

func (h *keepingHost) KeptCounts() map[string]int {
	h.asked()
	counts := map[string]int{}
	for _, e := range h.kept {
		counts[e.Topic]++
	}
	return counts
}

func (h *keepingHost) ClearKept(pattern string) ([]string, int) {
	h.asked()
	topics, before := map[string]bool{}, len(h.kept)
	h.kept = slices.DeleteFunc(h.kept, func(e *bus.Event) bool {
		gone := bus.Match(pattern, e.Topic)
		topics[e.Topic] = topics[e.Topic] || gone
		return gone
	})
	maps.DeleteFunc(topics, func(_ string, gone bool) bool { return !gone })
	return slices.Collect(maps.Keys(topics)), before - len(h.kept)
}

func (h *keepingHost) ForgetKept(ids []string) {
	h.asked()
	h.kept = slices.DeleteFunc(h.kept, func(e *bus.Event) bool { return slices.Contains(ids, e.ID()) })
}

func (h *keepingHost) keep(b *bus.Bus, topic string, seq uint64) {
	h.kept = append(h.kept, b.NewEvent(bus.EventInit{Topic: topic, Data: int(seq), Seq: seq}))
}

// attachKeeping attaches a host that gets what the bus has kept.
func attachKeeping(t *testing.T, b *bus.Bus) (*keepingHost, map[string]bus.Keep) {
	t.Helper()
	h := &keepingHost{}
	p, err := b.Attach(h)
	require.NoError(t, err)
	var topics map[string]bus.Keep
	topics, h.kept = p.HandOver()
	return h, topics
}

func TestWhatTopicsKeptIsHandedOver(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	require.NoError(t, b.Declare("b", bus.History(bus.Keep{Count: 2, Age: time.Hour})))
	require.NoError(t, b.Declare("a", bus.Retain()))
	data := &retained{}
	for i := range 4 {
		for _, topic := range []string{"b", "a", "none"} {
			require.NoError(t, b.Publish(t.Context(), topic, i))
		}
	}
	require.NoError(t, b.Publish(t.Context(), "b", data))
	h, topics := attachKeeping(t, b)
	assert.Equal(t, map[string]bus.Keep{"a": {}, "b": {Count: 2, Age: time.Hour}}, topics)
	var got []any
	for _, e := range h.kept {
		got = append(got, e.Topic, e.Data)
	}
	assert.Equal(t, []any{"b", 3, "a", 3, "b", data}, got, "in the order in which they were recorded")
	assert.Equal(t, 1, data.holds, "it is the host's to release")
	assert.Equal(t, 3, b.Stats().Retained)
	require.NoError(t, b.Close())
	assert.Equal(t, 1, data.holds)
}

func TestAHostIsToldOnceWhatATopicKeeps(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	h, _ := attachKeeping(t, b)
	for _, o := range []bus.TopicOption{bus.Retain(), bus.Retain(), bus.Version(1), bus.History(bus.Keep{Count: 5}), bus.Retain(), bus.Version(1), bus.History(bus.Keep{Bytes: 9})} {
		require.NoError(t, b.Declare("a", o))
	}
	assert.Equal(t, []bus.Keep{{}, {Count: 5}, {Bytes: 9}}, h.told)
}

// Whatever reads what topics keep asks the host, which may use the bus meanwhile.
func TestWhatAHostKeepsIsReadThere(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	topic := bus.NewTopic[int](b, "a", bus.Retain())
	require.NoError(t, topic.Publish(t.Context(), 0))
	h, _ := attachKeeping(t, b)
	j, err := b.Join("link")
	require.NoError(t, err)
	uses := 0
	h.use = func() {
		uses++
		b.Last("a")
		b.Topics()
		b.Stats()
		_, _ = j.Retained("a")
		_, _ = b.Clear("other")
		_, _ = b.Subscribe("other", func(context.Context, *bus.Event) error { return nil }, bus.Replay(1))
	}
	for i := range 4 {
		h.keep(b, "a", uint64(i+1))
		h.keep(b, "b", uint64(i+11))
	}
	v, ok := topic.Value()
	assert.True(t, ok)
	assert.Equal(t, 4, v)
	_, ok = b.Last("*")
	assert.False(t, ok, "a pattern is no topic")
	assert.Equal(t, 9, b.Stats().Retained)
	kept := map[string]int{}
	for _, info := range b.Topics() {
		kept[info.Topic] = info.Retained
	}
	assert.Equal(t, 5, kept["a"])
	assert.Equal(t, 4, kept["b"])
	assert.ElementsMatch(t, []string{"a", "b"}, j.RetainedTopics())
	for _, replay := range []struct {
		option bus.SubscribeOption
		want   []int
	}{{bus.Replay(1), []int{14}}, {bus.ReplayAll(), []int{11, 12, 13, 14}}, {bus.ReplayAfter(12), []int{13, 14}}} {
		var got []int
		gather(t, b, "b", &got, replay.option).Unsubscribe()
		assert.Equal(t, replay.want, got)
	}
	value, err := j.Retained("b")
	require.NoError(t, err)
	assert.Equal(t, 14, value.Event.Data)
	require.NoError(t, j.Forget(h.kept[len(h.kept)-1].ID()))
	value, err = j.Retained("b")
	require.NoError(t, err)
	assert.Equal(t, 13, value.Event.Data)
	cleared, err := j.ClearRetained("b", bus.Stamp{Time: 99, Origin: "far"})
	require.NoError(t, err)
	assert.True(t, cleared)
	value, err = j.Retained("b")
	require.NoError(t, err)
	assert.True(t, value.Removed)
	n, err := b.Clear(">")
	require.NoError(t, err)
	assert.Equal(t, 5, n)
	value, err = j.Retained("a")
	require.NoError(t, err)
	assert.True(t, value.Removed)
	assert.Zero(t, b.Stats().Retained)
	assert.NotZero(t, uses)
}

func TestAHostThatKeepsNothingIsNotAsked(t *testing.T) {
	b := bus.New(bus.Options{Logger: quiet{}})
	defer b.Close()
	h := &keepingHost{lacks: true}
	h.use = func() { assert.Fail(t, "it was asked") }
	_, err := b.Attach(h)
	require.NoError(t, err)
	assert.ErrorIs(t, b.Declare("a", bus.Retain()), bus.ErrFeature)
	_, ok := b.Last("a")
	assert.False(t, ok)
	n, err := b.Clear(">")
	assert.NoError(t, err)
	assert.Zero(t, n)
	assert.Zero(t, b.Stats().Retained)
	assert.Empty(t, b.Topics())
}
