package subject

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
	words := []string{"a", "b", "ab", "é", "$x"}
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 15))
		path := func(tokens []string) string {
			path := make([]string, 1+random.IntN(4))
			for i := range path {
				path[i] = tokens[random.IntN(len(tokens))]
			}
			return strings.Join(path, ".")
		}
		var tree Tree[string]
		all := map[string]bool{}
		for range random.IntN(40) {
			if topic := path(words); !all[topic] {
				all[topic] = true
				tree.Add(topic, topic)
			}
		}
		for range 40 {
			pattern := path(append(words, "*", "*"))
			if random.IntN(3) == 0 {
				pattern += ".>"
			}
			var want []string
			found := tree.Match(pattern, nil)
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

// A match visits what its pattern may match and nothing else: what else there is would panic here.
func TestATreeLooksAtWhatThePatternMayMatchOnly(t *testing.T) {
	for pattern, want := range map[string]int{"room.7.temp": 1, "room.7.*": 2, "room.7.>": 2, "room.7": 0, "hall.>": 0} {
		var tree Tree[string]
		for i := range 1000 {
			for _, what := range []string{"temp", "light"} {
				topic := "room." + strconv.Itoa(i) + "." + what
				tree.Add(topic, topic)
			}
		}
		rooms := tree.root.next["room"].next
		for token := range rooms {
			if token != "7" {
				rooms[token] = nil
			}
		}
		assert.Len(t, tree.Match(pattern, nil), want, pattern)
	}
}
