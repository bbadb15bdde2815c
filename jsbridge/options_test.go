//go:build js && wasm

package jsbridge

import (
	"context"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"syscall/js"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// numbers are what an option is given for its bounds: these, what is beside them, and any.
func (o *option) numbers() []float64 {
	xs := []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 0, 0.5, 1 << 31, 1 << 32, 1 << 53, 1 << 63, math.SmallestNonzeroFloat64, math.MaxFloat64}
	for _, bound := range []float64{o.least, o.most} {
		xs = append(xs, bound, -bound, bound-1, bound+1, bound+0.5, math.Nextafter(bound, math.Inf(1)), math.Nextafter(bound, math.Inf(-1)))
	}
	for range 300 {
		xs = append(xs, math.Float64frombits(rand.Uint64()), rand.ExpFloat64()*math.Pow(10, float64(rand.IntN(16))), float64(rand.IntN(1<<16)))
	}
	return xs
}

// odd are texts that no number of JavaScript's has, and others that Go reads as numbers.
func odd() []string {
	texts := []string{"", " ", "0x10", "1_000", "+1", "١", "1e", "1e999", "-", ".", "1.", ".5", "inf", "NaN", "true", "false", "null", "undefined", "\x00", "\xff", "\xed\xa0\x80", "1 ", "é",
		strings.Repeat("9", 400), strings.Repeat("x", 65535), strings.Repeat("x", 65536), strings.Repeat("é", 32767), strings.Repeat("é", 32768)}
	for range 300 {
		text := make([]byte, rand.IntN(12))
		for i := range text {
			text[i] = byte(rand.Uint32())
		}
		texts = append(texts, string(text))
	}
	return texts
}

// refused is that of an option, which says which.
func refused(t *testing.T, path string, err error) {
	var wrong *bus.OptionError
	require.ErrorAs(t, err, &wrong, path)
	assert.Equal(t, path, wrong.Option)
}

func TestOptionsAreReadAsJavaScriptWritesThem(t *testing.T) {
	write := js.Global().Get("String")
	for i := range crossing {
		o := &crossing[i]
		for _, x := range o.numbers() {
			if o.kind == flag || o.kind == words {
				break
			}
			text := write.Invoke(x).String()
			v, err := readOption(o.path, text)
			if !(x >= o.least && x <= o.most) || o.kind == span && x == 0 || o.kind == whole && x != math.Trunc(x) {
				refused(t, o.path, err)
				continue
			}
			require.NoError(t, err, "%s: %s", o.path, text)
			require.Equal(t, x, v.x, o.path)
			switch o.kind {
			case whole:
				require.Equal(t, x, float64(v.n), o.path)
			case span:
				require.Positive(t, v.delay, "%s: %s", o.path, text)
				require.InEpsilon(t, max(x, 1e-6), float64(v.delay)/float64(time.Millisecond), 1, "%s: %s", o.path, text)
			}
		}
		for _, text := range odd() {
			v, err := readOption(o.path, text)
			switch o.kind {
			case flag:
				require.NoError(t, err)
				require.Equal(t, text != "false", v.on)
			case words:
				if text != "" && utf8.ValidString(text) && (o.most == 0 || float64(len(text)) <= o.most) {
					require.NoError(t, err)
					require.Equal(t, text, v.text)
				} else {
					refused(t, o.path, err)
				}
			default:
				if x, parsed := strconv.ParseFloat(text, 64); err == nil {
					require.NoError(t, parsed, text)
					require.True(t, x >= o.least && x <= o.most, text)
				} else {
					refused(t, o.path, err)
				}
			}
		}
	}
	for _, path := range append(odd(), "retry.", "retry.attempt", "Retry", "history.count.x") {
		_, err := readOption(path, "1")
		refused(t, path, err)
	}
}

// Any options in any order are a subscription or an error.
func TestNoOptionsEndAnInstance(t *testing.T) {
	texts := append(odd(), "1", "2", "0.5", "1000", "drop-oldest", "drop-newest", "latest", "error")
	b, s := bus.New(bus.Options{}), &server{}
	defer func() { require.NoError(t, b.Close()) }()
	subscribed := 0
	for range 5000 {
		var fields []string
		for range rand.IntN(5) {
			o := crossing[rand.IntN(len(crossing))]
			text := texts[rand.IntN(len(texts))]
			if rand.IntN(4) != 0 { // most often what it may be
				text = strconv.FormatFloat(max(1, o.least), 'f', -1, 64)
			}
			fields = append(fields, o.path, text)
		}
		if rand.IntN(10) == 0 {
			fields = append(fields, "retry.key") // without a value
		}
		require.NotPanics(t, func() {
			opts, err := s.policies(1, fields)
			if err == nil {
				var sub *bus.Subscription
				if sub, err = b.Subscribe("a", func(context.Context, *bus.Event) error { return nil }, opts...); err == nil {
					subscribed++
					sub.Unsubscribe()
				}
			}
			if err != nil {
				require.ErrorIs(t, err, bus.ErrOption, "%q", fields)
			}
		}, "%q", fields)
	}
	assert.Greater(t, subscribed, 100)
}
