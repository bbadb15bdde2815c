package bustest

import (
	"strconv"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func at(time uint64, origin string) bus.Stamp { return bus.Stamp{Time: time, Origin: origin} }

// sets brings a retained value, whose data is its id.
func (k *kit) sets(j Joint, topic, id string, s bus.Stamp) bool {
	k.Helper()
	set, err := j.SetRetained(k.ctx, k.admit(j, bus.EventInit{Topic: topic, Data: id, ID: id, Source: "far"}), s)
	require.NoError(k.T, err)
	return set
}

func (k *kit) clears(j Joint, topic string, s bus.Stamp) bool {
	k.Helper()
	cleared, err := j.ClearRetained(topic, s)
	require.NoError(k.T, err)
	return cleared
}

func (k *kit) retained(j Joint, topic string) Retained {
	k.Helper()
	v, err := j.Retained(topic)
	require.NoError(k.T, err)
	return v
}

func jointRetained(k *kit) {
	k.keep("a", 1)
	j := k.join("link")
	k.texts("a")
	assert.Zero(k.T, k.retained(j, "a"))
	assert.True(k.T, k.sets(j, "a", "1", at(5, "m")))
	assert.False(k.T, k.sets(j, "a", "2", at(4, "z")))
	assert.False(k.T, k.sets(j, "a", "3", at(5, "l")))
	assert.False(k.T, k.sets(j, "a", "4", at(5, "m")), "a stamp is no greater than itself")
	assert.Equal(k.T, Retained{Data: "1", ID: "1", Stamp: at(5, "m")}, k.retained(j, "a"))
	assert.True(k.T, k.sets(j, "a", "5", bus.Stamp{Time: 5, Origin: "m", Number: 1}))
	assert.True(k.T, k.sets(j, "a", "6", at(5, "n")))
	assert.True(k.T, k.sets(j, "a", "7", at(6, "a")))
	k.logged("a 1", "a 5", "a 6", "a 7") // nobody sees a value go back
	k.notes("a", Options{Replay: 1})
	k.logged("a 7")
	data, ok := k.keeper().Last("a")
	assert.True(k.T, ok)
	assert.Equal(k.T, "7", data)
	assert.EqualValues(k.T, 3, k.s.Stats().Coalesced)
	k.failures(0)
}

func jointTombstone(k *kit) {
	k.keep("a", 1)
	j := k.join("link")
	k.sets(j, "a", "1", at(5, "m"))
	assert.False(k.T, k.clears(j, "a", at(4, "m")))
	assert.False(k.T, k.clears(j, "a", at(5, "m")))
	assert.True(k.T, k.clears(j, "a", at(6, "m")))
	assert.Equal(k.T, Retained{Stamp: at(6, "m"), Removed: true}, k.retained(j, "a"))
	_, ok := k.keeper().Last("a")
	assert.False(k.T, ok)
	assert.False(k.T, k.sets(j, "a", "2", at(5, "z")))
	assert.False(k.T, k.clears(j, "a", at(5, "z")))
	assert.True(k.T, k.sets(j, "a", "3", at(6, "n")))
	assert.Equal(k.T, Retained{Data: "3", ID: "3", Stamp: at(6, "n")}, k.retained(j, "a"))
	// The tombstone may come before its value.
	k.keep("b", 1)
	assert.True(k.T, k.clears(j, "b", at(9, "m")))
	assert.False(k.T, k.sets(j, "b", "4", at(8, "m")))
	_, ok = k.keeper().Last("b")
	assert.False(k.T, ok)
}

func jointRetainedHere(k *kit) {
	k.keep("a", 1)
	k.publish(k.ctx, "a", "before")
	j := k.join("link")
	before := k.retained(j, "a")
	assert.Equal(k.T, "before", before.Data)
	assert.NotZero(k.T, before.Stamp.Time)
	assert.NotEmpty(k.T, before.Stamp.Origin)
	assert.Equal(k.T, before, k.retained(j, "a"), "it has one stamp")
	assert.True(k.T, k.sets(j, "a", "far", at(before.Stamp.Time+100, "far")))
	k.publish(k.ctx, "a", "here")
	here := k.retained(j, "a")
	assert.Equal(k.T, "here", here.Data)
	assert.Greater(k.T, here.Stamp.Time, before.Stamp.Time+100)
	assert.False(k.T, k.sets(j, "a", "late", at(before.Stamp.Time+100, "zzz")))
	require.NoError(k.T, k.keeper().Clear("a"))
	gone := k.retained(j, "a")
	assert.True(k.T, gone.Removed)
	assert.Equal(k.T, 1, gone.Stamp.Compare(here.Stamp))
	assert.Equal(k.T, here.Stamp.Origin, gone.Stamp.Origin)
	assert.False(k.T, k.sets(j, "a", "later", here.Stamp))
	assert.True(k.T, k.sets(j, "a", "last", at(gone.Stamp.Time+1, "far")))
	// A chain in which each counts on from the other.
	for i := range 10 {
		s := k.retained(j, "a").Stamp
		require.True(k.T, k.sets(j, "a", "far"+strconv.Itoa(i), at(s.Time+1, "far")))
		k.publish(k.ctx, "a", "own")
		require.Equal(k.T, "own", k.retained(j, "a").Data)
		require.Equal(k.T, 1, k.retained(j, "a").Stamp.Compare(at(s.Time+1, "far")))
	}
}

func jointStamps(k *kit) {
	k.keep("a", 1)
	j := k.join("link")
	for _, s := range []bus.Stamp{{}, {Time: 1}, at(0, "m"), at(1<<52+1, "m"), {Time: 1, Origin: "m", Number: 1 << 53}, at(1, "\xff"), at(1, string(make([]byte, 65536)))} {
		_, err := j.SetRetained(k.ctx, k.admit(j, bus.EventInit{Topic: "a"}), s)
		k.code("TB_OPTION", err)
		_, err = j.ClearRetained("a", s)
		k.code("TB_OPTION", err)
	}
	for _, topic := range []string{"", "a.*", "$bus.error"} {
		_, err := j.ClearRetained(topic, at(1, "m"))
		k.code("TB_TOPIC", err)
		_, err = j.Retained(topic)
		k.code("TB_TOPIC", err)
	}
	assert.Zero(k.T, k.retained(j, "a"))
	assert.True(k.T, k.sets(j, "a", "greatest", at(1<<52, "m")))
	k.publish(k.ctx, "a", "own")
	assert.Equal(k.T, "own", k.retained(j, "a").Data)
}

// jointConverges brings the same values and removals in different orders: what is there at the end is the same.
func jointConverges(k *kit) {
	const values = 6
	for order := range 40 {
		topic := "t." + strconv.Itoa(order)
		k.keep(topic, 1)
		j := k.join("j" + strconv.Itoa(order))
		seed := uint32(order + 1)
		for i := range values * 3 {
			seed = seed*1664525 + 1013904223
			n := uint64(seed>>16) % values
			s := bus.Stamp{Time: 1 + n/2, Origin: "o", Number: n}
			if id := topic + "#" + strconv.Itoa(int(n)) + "." + strconv.Itoa(i); n%3 == 1 {
				k.clears(j, topic, s)
			} else {
				k.sets(j, topic, id, s)
			}
		}
		for n := range uint64(values) { // each has come at least once
			s := bus.Stamp{Time: 1 + n/2, Origin: "o", Number: n}
			if n%3 == 1 {
				k.clears(j, topic, s)
			} else {
				k.sets(j, topic, topic+"#last"+strconv.Itoa(int(n)), s)
			}
		}
		v := k.retained(j, topic)
		require.Equal(k.T, bus.Stamp{Time: 1 + (values-1)/2, Origin: "o", Number: values - 1}, v.Stamp)
		require.False(k.T, v.Removed)
		require.Equal(k.T, v.ID, v.Data)
	}
}
