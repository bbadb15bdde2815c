package bus

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What the tree finds is what comparing the pattern with each topic finds.
func TestTopicTreeAgreesWithMatch(t *testing.T) {
	words := []string{"a", "b", "ab", "é"}
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 15))
		path := func(tokens []string) string {
			path := make([]string, 1+random.IntN(4))
			for i := range path {
				path[i] = tokens[random.IntN(len(tokens))]
			}
			return strings.Join(path, ".")
		}
		var tree topicTree
		all := map[string]bool{}
		for range random.IntN(40) {
			if topic := path(words); !all[topic] {
				all[topic] = true
				tree.add(&history{topic: topic}, 0)
			}
		}
		for range 40 {
			pattern := path(append(words, "*", "*"))
			if random.IntN(3) == 0 {
				pattern += ".>"
			}
			var found, want []string
			for _, h := range tree.match(pattern, 0, false, nil) {
				found = append(found, h.topic)
			}
			for topic := range all {
				if Match(pattern, topic) {
					want = append(want, topic)
				}
			}
			slices.Sort(found)
			slices.Sort(want)
			require.Equal(t, want, found, "seed %d, pattern %s", seed, pattern)
		}
	}
}

// A replay visits what its pattern may match and nothing else: what else there is would panic here.
func TestAReplayLooksAtWhatItsPatternMatchesOnly(t *testing.T) {
	for pattern, want := range map[string]int{"room.7.temp": 1, "room.7.*": 2, "room.7.>": 2, "room.7": 0, "hall.>": 0} {
		b := New(Options{})
		for i := range 1000 {
			for _, what := range []string{"temp", "light"} {
				require.NoError(t, b.Declare("room."+strconv.Itoa(i)+"."+what, Retain()))
			}
		}
		hs := &b.histories
		for token := range hs.tree.next["room"].next {
			if token != "7" {
				hs.tree.next["room"].next[token] = nil
			}
		}
		for topic := range hs.of {
			if topic != pattern {
				hs.of[topic] = nil
			}
		}
		found, _ := b.matching(pattern, b.clock.Now())
		assert.Len(t, found, want, pattern)
	}
}
