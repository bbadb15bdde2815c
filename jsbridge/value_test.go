//go:build js && wasm

package jsbridge

import (
	"context"
	"errors"
	"math"
	"strings"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// decoded publishes a value of JavaScript's and returns what a Go handler makes of it.
func decoded[T any](p *pair, value any) (v T, err error) {
	p.t.Helper()
	sub := p.onGo("decode", func(_ context.Context, e *bus.Event) error {
		if loose, ok := any(&v).(*any); ok {
			err = e.Decode(loose) // to As, a payload is an any as it is
		} else {
			v, err = bus.As[T](e)
		}
		return nil
	})
	defer sub.Unsubscribe()
	require.NoError(p.t, p.fromPage("decode", value))
	return v, err
}

// encoded publishes a value of Go's and returns what a handler of JavaScript gets.
func encoded(p *pair, value any) (v js.Value, err error) {
	p.t.Helper()
	v = evaluate("'nothing came'")
	off := p.onPage("encode", func(data, _ js.Value) error {
		v = data
		return nil
	})
	defer off()
	err = p.inGo.Publish(context.Background(), "encode", value)
	return v, err
}

type measure struct {
	Name  string    `json:"name"`
	Value float64   `json:"value"`
	Count int64     `json:"count"`
	Tags  []string  `json:"tags"`
	Inner *measure  `json:"inner,omitempty"`
	When  time.Time `json:"when"`
}

func TestValuesOfThePageInGo(t *testing.T) {
	p := newPair(t, withCodec)
	for expression, want := range map[string]any{
		"''": "", "'text'": "text", `'größe 日本 🚎 \ufeff\0\u2028"\\'`: "größe 日本 🚎 \ufeff\x00\u2028\"\\", "'x'.repeat(100_000)": strings.Repeat("x", 100_000),
		"'\U0001F68E'.repeat(50_000)": strings.Repeat("🚎", 50_000),
		"0":                           0.0, "-1.5": -1.5, "2 ** 53": float64(1 << 53), "-(2 ** 53)": -float64(1 << 53), "1e300": 1e300, "5e-324": 5e-324, "Infinity": math.Inf(1), "-Infinity": math.Inf(-1),
		"true": true, "false": false, "null": nil, "undefined": nil,
		"new Uint8Array([0, 127, 255])": []byte{0, 127, 255}, "new Uint8Array([1, 2, 3, 4]).subarray(1, 3)": []byte{2, 3},
		"new Uint8ClampedArray([9]).buffer": []byte{9}, "new Uint8Array(0)": []byte(nil),
		"{}": map[string]any{}, "[]": []any{},
		`{ a: [1, 'two', null, true, { b: '🚎' }], ['__proto__']: 1, '': '"' }`: map[string]any{"a": []any{1.0, "two", nil, true, map[string]any{"b": "🚎"}}, "__proto__": 1.0, "": `"`},
		"new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678))":                         "2026-01-02T03:04:05.678Z",
		"{ at: new Date(0) }":                 map[string]any{"at": "1970-01-01T00:00:00.000Z"},
		"{ bytes: new Uint8Array([0, 255]) }": map[string]any{"bytes": "AP8="},
	} {
		got, err := decoded[any](p, evaluate(expression))
		require.NoError(t, err, expression)
		assert.Equal(t, want, got, expression)
	}
	nan, err := decoded[float64](p, js.ValueOf(math.NaN()))
	require.NoError(t, err)
	assert.True(t, math.IsNaN(nan))
	assert.Empty(t, p.takeFailures())
}

// Package syscall/js takes -0 for 0, so JavaScript has to say and to see it by itself.
func TestValuesWithASignedZero(t *testing.T) {
	p := newPair(t, bus.Options{})
	p.onGo("there", func(ctx context.Context, e *bus.Event) error {
		v, err := bus.As[float64](e)
		return errors.Join(err, p.inGo.Publish(ctx, "back", v))
	})
	for _, zero := range []string{"0", "-0"} {
		assert.True(t, evaluate(`bus => {
			const seen = [], off = bus.subscribe('back', (v) => seen.push(v));
			bus.publish('there', `+zero+`);
			off();
			return seen.length === 1 && Object.is(seen[0], `+zero+`);
		}`).Invoke(p.inPage).Bool(), zero)
	}
}

func TestValuesOfThePageInTypesOfGo(t *testing.T) {
	p := newPair(t, withCodec)
	when := time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)
	check(p, "'text'", "text")
	check(p, "42", 42)
	check(p, "-(2 ** 53 - 1)", int64(-1<<53+1))
	check(p, "42.5", 42.5)
	check(p, "255", uint8(255))
	check(p, "true", true)
	check(p, "new Uint8Array([1])", []byte{1})
	check(p, "[1, 2]", []int{1, 2})
	check(p, "new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678))", when)
	check(p, "{ bytes: new Uint8Array([0, 255]) }", struct{ Bytes []byte }{[]byte{0, 255}})
	check(p, "{ name: 'größe \\0', value: -1.5, count: 2 ** 53 - 1, tags: ['a', ''], when: new Date(Date.UTC(2026, 0, 2, 3, 4, 5, 678)), inner: { name: 'x', when: new Date(0), tags: [] } }",
		measure{"größe \x00", -1.5, 1<<53 - 1, []string{"a", ""}, &measure{Name: "x", Tags: []string{}, When: time.Unix(0, 0).UTC()}, when})
	check[*measure](p, "null", nil)
}

func check[T any](p *pair, expression string, want T) {
	p.t.Helper()
	got, err := decoded[T](p, evaluate(expression))
	require.NoError(p.t, err, expression)
	assert.Equal(p.t, want, got, expression)
}

func TestValuesOfThePageThatDoNotFit(t *testing.T) {
	p := newPair(t, withCodec)
	refuse[int](p, "1.5", "not an exact integer")
	refuse[int](p, "2 ** 53", "not an exact integer")
	refuse[int64](p, "NaN", "not an exact integer")
	refuse[uint8](p, "256", "")
	refuse[uint8](p, "-1", "")
	refuse[string](p, "1", "")
	refuse[float64](p, "'1'", "")
	refuse[bool](p, "1", "")
	refuse[measure](p, "'text'", "")
	refuse[float32](p, "Infinity", "no JSON form")
	refuse[string](p, "new Uint8Array(1)", "decode it into a []byte")
	refuse[chan int](p, "{}", "")
	got, err := decoded[string](p, js.ValueOf("fine"))
	require.NoError(t, err)
	assert.Equal(t, "fine", got)
}

func refuse[T any](p *pair, expression, reason string) {
	p.t.Helper()
	got, err := decoded[T](p, evaluate(expression))
	require.Error(p.t, err, expression)
	assert.Equal(p.t, "TB_PAYLOAD", bus.Code(err), expression)
	require.ErrorIs(p.t, err, bus.ErrPayload, expression)
	assert.ErrorContains(p.t, err, `"decode"`, "the topic")
	assert.ErrorContains(p.t, err, reason)
	assert.Zero(p.t, got, expression)
}

func TestValuesOfGoOnThePage(t *testing.T) {
	p := newPair(t, withCodec)
	when := time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC)
	for _, tc := range []struct {
		value any
		want  string // a predicate of v
	}{
		{"", "v === ''"}, {"text", "v === 'text'"}, {"größe 日本 🚎 \ufeff\x00\u2028", `v === 'größe 日本 🚎 \ufeff\0\u2028'`}, {"\ufefffirst", `v === '\ufefffirst'`},
		{strings.Repeat("🚎", 50_000), `v === '\u{1F68E}'.repeat(50_000)`},
		{0.0, "Object.is(v, 0)"}, {math.NaN(), "Object.is(v, NaN)"}, {math.Inf(1), "v === Infinity"}, {math.Inf(-1), "v === -Infinity"},
		{float64(1 << 60), "v === 2 ** 60"}, {5e-324, "v === 5e-324"}, {float32(0.5), "v === 0.5"},
		{42, "v === 42"}, {-1<<53 + 1, "v === -(2 ** 53 - 1)"}, {int64(1<<53 - 1), "v === 2 ** 53 - 1"}, {uint64(1<<53 - 1), "v === 2 ** 53 - 1"}, {uint(7), "v === 7"},
		{int8(-128), "v === -128"}, {int16(-32768), "v === -32768"}, {int32(math.MinInt32), "v === -(2 ** 31)"}, {uint8(255), "v === 255"}, {uint16(65535), "v === 65535"}, {uint32(math.MaxUint32), "v === 2 ** 32 - 1"},
		{true, "v === true"}, {false, "v === false"}, {nil, "v === null"},
		{[]byte{0, 127, 255}, "v instanceof Uint8Array && v.join() === '0,127,255'"}, {[]byte{}, "v instanceof Uint8Array && v.length === 0"},
		{map[string]any{"a": []any{1.0, nil, "🚎"}, "__proto__": 1}, `JSON.stringify(v) === '{"__proto__":1,"a":[1,null,"\u{1F68E}"]}' && Object.getPrototypeOf(v) === Object.prototype`},
		{[]string{"a", "b"}, "Array.isArray(v) && v.join() === 'a,b'"},
		{measure{Name: "m", Value: 1e21, Count: 1<<53 - 1, When: when}, "v.name === 'm' && v.value === 1e21 && v.count === 2 ** 53 - 1 && v.tags === null && +new Date(v.when) === Date.UTC(2026, 0, 2, 3, 4, 5, 678)"},
		{when, "v === '2026-01-02T03:04:05.678Z'"},
		{map[string]any{"long": "9007199254740993", "e\"9007199254740993": 1.5e300, "f": 0.12345678901234567}, `v.long === '9007199254740993' && v['e"9007199254740993'] === 1.5e300 && v.f === 0.12345678901234567`},
	} {
		got, err := encoded(p, tc.value)
		require.NoError(t, err, tc.want)
		assert.True(t, evaluate("v => "+tc.want).Invoke(got).Bool(), tc.want)
	}
	assert.Empty(t, p.takeFailures())
}

func TestValuesOfGoThatWouldChangeAreThePublishersError(t *testing.T) {
	p := newPair(t, withCodec)
	for _, tc := range []struct {
		value  any
		reason string
	}{
		{1 << 53, "9007199254740992"}, {int64(math.MinInt64), "9223372036854775808"}, {uint64(math.MaxUint64), "18446744073709551615"}, {uint(1 << 60), "1152921504606846976"},
		{"a\xffb", "UTF-8"}, {"\xed\xa0\x80", "UTF-8"},
		{measure{Count: 1<<53 + 1}, "9007199254740993"}, {measure{Count: -1 << 60}, "1152921504606846976"}, {[]uint64{1, math.MaxUint64}, "18446744073709551615"},
		{map[string]any{"deep": []any{map[int64]int64{1: 1 << 60}}}, "1152921504606846976"},
		{make(chan int), "chan int"}, {func() {}, "func()"}, {map[string]any{"n": math.NaN()}, "NaN"}, {math.Inf, ""},
	} {
		got, err := encoded(p, tc.value)
		require.Error(t, err, tc.reason)
		assert.Equal(t, "TB_PAYLOAD", bus.Code(err), tc.reason)
		assert.ErrorContains(t, err, tc.reason)
		assert.Equal(t, "nothing came", got.String())
		got, err = encoded(p, "the bus works")
		require.NoError(t, err)
		assert.Equal(t, "the bus works", got.String())
	}
	assert.Empty(t, p.takeFailures())
}

func TestValuesThatNobodyOnThePageGetsAreNotEncoded(t *testing.T) {
	p := newPair(t, bus.Options{})
	got := 0
	p.onGo("a", func(_ context.Context, e *bus.Event) error {
		<-e.Data.(chan int)
		got++
		return nil
	})
	full := make(chan int, 1)
	full <- 1
	require.NoError(t, p.inGo.Publish(context.Background(), "a", full))
	assert.Equal(t, 1, got)
}

func TestValuesOfThePageComeBackFromGoAsTheSameObject(t *testing.T) {
	p := newPair(t, bus.Options{}) // no codec: nothing is encoded
	p.onGo("go.*", func(ctx context.Context, e *bus.Event) error { return p.inGo.Publish(ctx, "back", e.Data) })
	var got []js.Value
	p.onPage("back", func(data, _ js.Value) error {
		got = append(got, data)
		return nil
	})
	for _, expression := range []string{"({ f() {} })", "Symbol('s')", "10n", "document.body", "new Map()", "(() => { const o = {}; o.o = o; return o; })()", "new Proxy({}, { get() { throw new Error('hostile'); } })", "'\\ud800'"} {
		data := evaluate(expression)
		require.NoError(t, p.fromPage("go.round", data))
		require.Len(t, got, 1, expression)
		assert.True(t, same(data, got[0]), expression)
		got = nil
	}
	assert.Empty(t, p.takeFailures())
}

func TestValuesOfThePagePassedOnWithinGo(t *testing.T) {
	p := newPair(t, withCodec)
	var got []any
	p.onGo("first", func(ctx context.Context, e *bus.Event) error { return p.inGo.Publish(ctx, "second", e.Data) })
	p.onGo("second", func(ctx context.Context, e *bus.Event) error {
		var v any
		err := e.Decode(&v)
		got = append(got, v)
		return errors.Join(err, p.inGo.Publish(ctx, "third", e.Data))
	})
	p.onGo("third", func(_ context.Context, e *bus.Event) error {
		v, err := bus.As[map[string]any](e)
		got = append(got, v["a"])
		return err
	})
	require.NoError(t, p.fromPage("first", evaluate("({ a: 1 })")))
	assert.Equal(t, []any{map[string]any{"a": 1.0}, 1.0}, got)
	assert.Empty(t, p.takeFailures())
}

func TestValuesPublishedAsBytesStayThePublishers(t *testing.T) {
	p := newPair(t, withCodec)
	const text = "mine, not the bridge's scratch space"
	mine := []byte(text)
	for name, next := range map[string]func(){
		"a string":  func() { _, _ = encoded(p, "another string") },
		"an object": func() { _, _ = encoded(p, map[string]any{"a": "b"}) },
		"an error":  func() { _, _ = encoded(p, 1<<60) },
		"an id":     func() { _ = p.inGo.Publish(context.Background(), "encode", nil, bus.WithID("an id")) },
		"a failure": func() {
			p.onGo("fail", func(context.Context, *bus.Event) error { return errors.New("failed") })
			_ = p.fromPage("fail")
		},
		"inspection":  func() { p.inPage.Call("subscriptions") },
		"other bytes": func() { _, _ = encoded(p, []byte("other")) },
	} {
		got, err := encoded(p, mine)
		require.NoError(t, err)
		next()
		assert.Equal(t, text, string(mine), name)
		assert.Equal(t, len(text), got.Length(), name)
	}
}

func TestValuesWithoutACodec(t *testing.T) {
	p := newPair(t, bus.Options{})
	for expression, want := range map[string]any{"'text'": "text", "1.5": 1.5, "true": true, "null": nil, "new Uint8Array([1])": []byte{1}} {
		got, err := decoded[any](p, evaluate(expression))
		require.NoError(t, err, expression)
		assert.Equal(t, want, got)
		back, err := encoded(p, want)
		require.NoError(t, err, expression)
		assert.True(t, evaluate("(a, b) => JSON.stringify(a) === JSON.stringify(b)").Invoke(evaluate(expression), back).Bool(), expression)
	}
	const advice = "set bus.Options.Codec"
	_, err := decoded[any](p, evaluate("({})"))
	require.Error(t, err)
	assert.Equal(t, "TB_PAYLOAD", bus.Code(err))
	assert.ErrorContains(t, err, advice)
	_, err = decoded[measure](p, evaluate("({})"))
	assert.ErrorContains(t, err, advice)
	_, err = encoded(p, measure{})
	require.Error(t, err)
	assert.Equal(t, "TB_PAYLOAD", bus.Code(err))
	assert.ErrorContains(t, err, advice)
}
