package bus_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/subject"
)

// The bus says of names what package subject says, and has room for those of its own.
func TestNamesAreJudgedByPackageSubject(t *testing.T) {
	long, deep := strings.Repeat("a", bus.MaxTopicBytes), strings.Repeat("a.", bus.MaxTopicTokens-1)+"a"
	for _, name := range []string{"", "a", "a.b", "a..b", "*", "a.>", "a b", "\xff", long, long + "a", deep, deep + ".a", "$bus.error", "$x..y"} {
		assert.Equal(t, subject.Check(name), bus.ValidateTopic(name), name)
		assert.Equal(t, subject.CheckPattern(name), bus.ValidatePattern(name), name)
	}
	b := bus.New(bus.Options{})
	defer b.Close()
	for _, name := range []string{bus.DeadTopic + long, bus.DeadTopic + deep} {
		require.NoError(t, bus.ValidateTopic(name))
		require.Error(t, subject.Check(name))
		require.Equal(t, &bus.TopicError{Input: name, Reason: "topics that begin with '$' are published by the bus only"}, b.Publish(t.Context(), name, nil))
	}
	var wrong *bus.TopicError
	require.ErrorAs(t, bus.ValidateTopic(bus.DeadTopic+long+"a"), &wrong)
	assert.Equal(t, "is longer than 265 bytes", wrong.Reason)
	assert.ErrorIs(t, wrong, bus.ErrTopic)
	assert.Equal(t, "TB_TOPIC", bus.Code(wrong))
}
