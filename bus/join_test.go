package bus_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestJointsPublishReservedTopics(t *testing.T) {
	b := bus.New(bus.Options{})
	var got []string
	_, err := b.Subscribe("$bus.>", func(_ context.Context, e *bus.Event) error { got = append(got, e.Topic); return nil })
	require.NoError(t, err)
	j, err := b.Join("link")
	require.NoError(t, err)
	assert.Equal(t, "link", j.Name())
	require.NoError(t, j.PublishReserved("$bus.link.up", nil))
	require.NoError(t, j.PublishReserved("$nobody", nil))
	for _, topic := range []string{"a", "", "$bus..x", "$bus.*"} {
		assert.Equal(t, "TB_TOPIC", bus.Code(j.PublishReserved(topic, nil)), topic)
	}
	assert.Equal(t, []string{"$bus.link.up"}, got)
	assert.Zero(t, b.Stats().Published)
	j.Close()
	j.Close()
	assert.Equal(t, "TB_CLOSED", bus.Code(j.PublishReserved("$bus.link.up", nil)))
	again, err := b.Join("link")
	require.NoError(t, err, "the name of one that was closed is free")
	require.NoError(t, b.Close())
	assert.Equal(t, "TB_CLOSED", bus.Code(again.PublishReserved("$bus.link.up", nil)))
	again.Close()
	_, err = b.Join("other")
	assert.Equal(t, "TB_CLOSED", bus.Code(err))
}

func TestNamesOfJoints(t *testing.T) {
	b := bus.New(bus.Options{})
	defer b.Close()
	for _, name := range []string{"", "a.b", "a b", "$a", "*", ">", "\xff", "a\x00"} {
		_, err := b.Join(name)
		assert.Equal(t, "TB_OPTION", bus.Code(err), "%q", name)
	}
	_, err := b.Join("a")
	require.NoError(t, err)
	_, err = b.Join("a")
	assert.Equal(t, "TB_OPTION", bus.Code(err))
	_, err = b.Join("b")
	require.NoError(t, err)
}
