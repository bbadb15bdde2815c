package browser_test

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/www/browser"
)

type sample struct {
	Pattern, Topic           string
	PatternError, TopicError string // as JavaScript writes it; empty where it is valid
	Match                    bool
}

// faults are what a name may have where it should not, for names with several of them.
var faults = []string{".", "..", " ", "\t", "\x00", "\x7f", "\u0085", "\u00a0", "\u2003", "\u3000", "*", ">", "*.", ".>", ">.", "a*", "$", "a", "é", "日", "😀", "\ufeff"}

// randomName makes names that are often legal, and often nearly so.
func randomName(random *rand.Rand) string {
	if random.IntN(3) == 0 {
		return faultyName(random)
	}
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

// faultyName makes names with several faults, near the longest and of the most tokens too.
func faultyName(random *rand.Rand) string {
	var name strings.Builder
	switch random.IntN(6) {
	case 0:
		name.WriteString(strings.Repeat("é", 120+random.IntN(9)))
	case 1:
		name.WriteString(strings.Repeat("x", 245+random.IntN(12)))
	case 2:
		name.WriteString(strings.Repeat("😀", 60+random.IntN(5)))
	case 3:
		name.WriteString(strings.Repeat("a.", 29+random.IntN(5)))
	}
	for range random.IntN(12) {
		name.WriteString(faults[random.IntN(len(faults))])
	}
	return name.String()
}

// inJavaScript is an error as JavaScript has it, which counts UTF-16 code units.
func inJavaScript(t *testing.T, err error) string {
	if err == nil {
		return ""
	}
	var wrong *bus.TopicError
	require.ErrorAs(t, err, &wrong)
	require.True(t, utf8.ValidString(wrong.Input[:wrong.Pos]), "%v: within a character", err)
	return bus.Code(err) + ": " + wrong.Reason + " (at position " + strconv.Itoa(len(utf16.Encode([]rune(wrong.Input[:wrong.Pos])))) + ")"
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

// Provisional routing is the one place where the grammar and the matching exist a second time. Of texts with several
// faults both name the same one, at the same place.
func TestProvisionalRoutingAgreesWithGo(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	random := rand.New(rand.NewPCG(seed, 1))
	samples := make([]sample, 20_000)
	native := bus.New(bus.Options{})
	defer func() { require.NoError(t, native.Close()) }()
	matching, reasons := 0, map[string]bool{}
	for i := range samples {
		s := sample{Pattern: randomName(random), Topic: randomName(random)}
		if i%2 == 0 {
			s.Pattern = generalize(random, s.Topic)
		}
		s.PatternError = inJavaScript(t, bus.ValidatePattern(s.Pattern))
		s.TopicError = inJavaScript(t, native.Publish(t.Context(), s.Topic, nil))
		s.Match = s.PatternError == "" && s.TopicError == "" && bus.Match(s.Pattern, s.Topic)
		if s.Match {
			matching++
		}
		reason, _, _ := strings.Cut(s.PatternError, " (")
		reasons[reason] = true
		samples[i] = s
	}
	require.Greater(t, matching, 500, "the samples prove something")
	require.GreaterOrEqual(t, len(reasons), 9, "%v", reasons)
	list, err := json.Marshal(samples)
	require.NoError(t, err)

	p := openWith(t, serveWasm("application/wasm", program(t)))
	wrong := browser.Script[[]string](t, p, `
		const bus = trolleybus.createBus({ start: 'demand' }), wrong = [];
		const errorOf = (given, call) => {
			try { call(); return ''; } catch ({ code, message, input, position, reason }) {
				const told = reason + ' (at position ' + position + ')';
				return input === given && message.endsWith(': ' + told) ? code + ': ' + told : message;
			}
		};
		for (const { Pattern, Topic, PatternError, TopicError, Match } of `+string(list)+`) {
			let match = false, off = () => {};
			const pattern = errorOf(Pattern, () => { off = bus.subscribe(Pattern, () => { match = true; }); });
			const topic = errorOf(Topic, () => bus.publish(Topic));
			off();
			if (pattern !== PatternError) wrong.push('pattern ' + JSON.stringify(Pattern) + ': ' + pattern + ', Go says ' + PatternError);
			if (topic !== TopicError) wrong.push('topic ' + JSON.stringify(Topic) + ': ' + topic + ', Go says ' + TopicError);
			if (match !== Match) wrong.push(JSON.stringify([Pattern, Topic]) + ': Go says ' + Match);
		}
		return wrong;`)
	assert.Empty(t, wrong, "seed %d", seed)
}
