package browser_test

import (
	"encoding/json"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/www/browser"
)

type sample struct {
	Pattern, Topic                      string
	PatternIsValid, TopicIsValid, Match bool
}

// randomName makes names that are often legal, and often nearly so.
func randomName(random *rand.Rand) string {
	tokens := []string{"a", "b", "ab", "*", ">", "a", "é", "日本", "😀", "$", "$bus", "__proto__", "a-b", "*", "", " ", "a*", "x>y", "\u2003", "\u0085", "\ufeff", "\x7f", "\t"}
	count := 1 + random.IntN(4)
	if random.IntN(50) == 0 {
		count = 30 + random.IntN(5)
	}
	parts := make([]string, count)
	for i := range parts {
		parts[i] = tokens[min(random.IntN(len(tokens)), random.IntN(len(tokens)))]
	}
	name := strings.Join(parts, ".")
	if random.IntN(50) == 0 {
		name += strings.Repeat("y", 250-random.IntN(8))
	}
	return name
}

// generalize makes a pattern that is likely to match.
func generalize(random *rand.Rand, topic string) string {
	tokens := strings.Split(topic, ".")
	for i := range tokens {
		if random.IntN(3) == 0 {
			tokens[i] = "*"
		}
	}
	if random.IntN(4) == 0 {
		tokens = append(tokens[:random.IntN(len(tokens))], ">")
	}
	return strings.Join(tokens, ".")
}

// Provisional routing is the one place where the grammar and the matching exist a second time.
func TestProvisionalRoutingAgreesWithGo(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 1))
	samples := make([]sample, 20_000)
	matching := 0
	for i := range samples {
		s := sample{Pattern: randomName(random), Topic: randomName(random)}
		if i%2 == 0 {
			s.Pattern = generalize(random, s.Topic)
		}
		s.PatternIsValid = bus.ValidatePattern(s.Pattern) == nil
		s.TopicIsValid = bus.ValidateTopic(s.Topic) == nil && !strings.HasPrefix(s.Topic, "$")
		s.Match = s.PatternIsValid && s.TopicIsValid && bus.Match(s.Pattern, s.Topic)
		if s.Match {
			matching++
		}
		samples[i] = s
	}
	require.Greater(t, matching, 500, "the samples prove something")
	list, err := json.Marshal(samples)
	require.NoError(t, err)

	p := openWith(t, serveWasm("application/wasm", program(t)))
	wrong := browser.Script[[]string](t, p, `
		const bus = trolleybus.createBus({ start: 'demand' }), wrong = [];
		const valid = (call) => {
			try { call(); return true; } catch (error) {
				if (error.code !== 'TB_TOPIC') throw error;
				return false;
			}
		};
		for (const { Pattern, Topic, PatternIsValid, TopicIsValid, Match } of `+string(list)+`) {
			let match = false, off = () => {};
			const pattern = valid(() => { off = bus.subscribe(Pattern, () => { match = true; }); });
			const topic = valid(() => bus.publish(Topic));
			off();
			if (pattern !== PatternIsValid) wrong.push('pattern ' + JSON.stringify(Pattern) + ': Go says ' + PatternIsValid);
			if (topic !== TopicIsValid) wrong.push('topic ' + JSON.stringify(Topic) + ': Go says ' + TopicIsValid);
			if (match !== Match) wrong.push(JSON.stringify([Pattern, Topic]) + ': Go says ' + Match);
		}
		return wrong;`)
	assert.Empty(t, wrong, "seed %d", seed)
}
