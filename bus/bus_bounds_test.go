package bus_test

import (
	"context"
	"encoding/json"
	"math"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

type bounds struct {
	Whole           bool
	From, Above, To *float64
}

func (b bounds) accept(x float64) bool {
	return (b.From == nil || x >= *b.From) && (b.Above == nil || x > *b.Above) && x <= *b.To && (!b.Whole || x == math.Trunc(x))
}

// values are the bounds, what is beside them, and others at random.
func (b bounds) values() []float64 {
	all := []float64{-1, 1, 2, 0.5, 1e3, 1 << 31, 1 << 32, 1 << 53, math.MaxInt32, math.Inf(1), math.Inf(-1), math.NaN(), -math.MaxFloat64, math.SmallestNonzeroFloat64}
	for _, bound := range []*float64{b.From, b.Above, b.To} {
		if bound != nil {
			all = append(all, *bound, *bound-1, *bound+1, *bound+0.5, *bound-0.5, math.Nextafter(*bound, math.Inf(1)), math.Nextafter(*bound, math.Inf(-1)))
		}
	}
	for range 1000 {
		all = append(all, math.Float64frombits(rand.Uint64()), rand.ExpFloat64()*math.Pow(10, float64(rand.IntN(16))))
	}
	return all
}

// Go's own checks of options take what the table says that JavaScript may send, and nothing else.
func TestOptionsAreTakenAsTheTableSays(t *testing.T) {
	data, err := os.ReadFile("options.json")
	require.NoError(t, err)
	var table map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(data, &table))
	var numbers map[string]bounds
	require.NoError(t, json.Unmarshal(table["numbers"], &numbers))
	require.NoError(t, json.Unmarshal(table["moreNumbers"], &numbers))
	texts := map[string]int{}
	require.NoError(t, json.Unmarshal(table["texts"], &texts))

	subscribe := func(opts ...bus.SubscribeOption) error {
		b := bus.New(bus.Options{})
		defer b.Close()
		_, err := b.Subscribe("a", func(context.Context, *bus.Event) error { return nil }, opts...)
		return err
	}
	declare := func(o bus.TopicOption) error {
		b := bus.New(bus.Options{})
		defer b.Close()
		return b.Declare("a", o)
	}
	queued := bus.Concurrency(1)
	span := func(ms float64) time.Duration { return max(1, time.Duration(ms*1e6)) }
	// What takes a number of each kind. Where none at all is the default, 0 says nothing.
	takes := map[string]map[string]func(x float64) error{
		"concurrency": {"Concurrency": func(x float64) error { return subscribe(bus.Concurrency(int(x))) }},
		"count": {
			"Overflow": func(x float64) error { return subscribe(queued, bus.Overflow(int(x), bus.Error)) },
			"Attempts": func(x float64) error { return subscribe(bus.Retry(bus.Backoff{Attempts: int(x)})) },
			"Max":      func(x float64) error { return subscribe(bus.Dedupe(bus.Window{Max: int(x)})) },
			"Count":    func(x float64) error { return declare(bus.History(bus.Keep{Count: int(x)})) },
			"Replay":   func(x float64) error { return subscribe(bus.Replay(int(x))) },
		},
		"bytes": {"Bytes": func(x float64) error { return declare(bus.History(bus.Keep{Bytes: int(x)})) }},
		"version": {"Version": func(x float64) error {
			b := bus.New(bus.Options{})
			defer b.Close()
			return bus.NewTopic[int](b, "a", bus.Version(int(x))).Err()
		}},
		"duration": {
			"Timeout":  func(x float64) error { return subscribe(bus.Timeout(span(x))) },
			"Debounce": func(x float64) error { return subscribe(bus.Debounce(span(x))) },
			"Throttle": func(x float64) error { return subscribe(bus.Throttle(span(x))) },
			"Initial":  func(x float64) error { return subscribe(bus.Retry(bus.Backoff{Initial: span(x)})) },
			"Max":      func(x float64) error { return subscribe(bus.Retry(bus.Backoff{Max: span(x)})) },
			"For":      func(x float64) error { return subscribe(bus.Dedupe(bus.Window{For: span(x)})) },
			"Age":      func(x float64) error { return declare(bus.History(bus.Keep{Age: span(x)})) },
		},
		"factor": {"Factor": func(x float64) error { return subscribe(bus.Retry(bus.Backoff{Factor: x})) }},
		"rate": {"RedriveRate": func(x float64) error {
			_, err := bus.New(bus.Options{}).Redrive("", bus.RedriveRate(x))
			return err
		}},
	}
	for kind, b := range numbers {
		if slices.Contains([]string{"pending", "seq", "advance", "jump", "seed"}, kind) {
			continue // of JavaScript alone
		}
		require.NotEmpty(t, takes[kind], kind)
		for name, take := range takes[kind] {
			for _, x := range b.values() {
				switch {
				case x == 0:
					continue // the default
				case b.Whole && (x != math.Trunc(x) || math.Abs(x) > 1<<53), kind == "duration" && !(x > 0 && x <= *b.To):
					continue // no value of the type
				}
				err := take(x)
				assert.Equal(t, b.accept(x), err == nil, "%s %s %v: %v", kind, name, x, err)
				if err != nil {
					assert.ErrorIs(t, err, bus.ErrOption, "%s %s %v", kind, name, x)
				}
			}
		}
	}
	for name, take := range map[string]func(text string) error{
		"name": func(text string) error { return subscribe(bus.Name(text)) }, "queue": func(text string) error { return subscribe(bus.Queue(text)) },
	} {
		most := texts["text"]
		if name == "name" {
			most = texts["name"]
		}
		for _, text := range []string{"a", " ", "\x00", "é", "a\xff", "\xed\xa0\x80", strings.Repeat("x", most), strings.Repeat("x", most+1), strings.Repeat("é", most/2), strings.Repeat("é", most/2+1)} {
			want := len(text) <= most && strings.ToValidUTF8(text, "") == text
			err := take(text)
			assert.Equal(t, want, err == nil, "%s %.10q (%d bytes): %v", name, text, len(text), err)
		}
	}
}
