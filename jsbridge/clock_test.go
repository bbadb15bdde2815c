//go:build js && wasm

package jsbridge

import (
	"context"
	"math"
	"syscall/js"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// clockPair is a pair whose page has a clock that the test moves by hand.
type clockPair struct {
	*pair
	clock js.Value
	log   []string
}

func newClockPair(t testing.TB) *clockPair {
	p := &clockPair{clock: evaluate(`{
		time: 1000, day: Date.UTC(2026, 0, 1), asked: [],
		now() { return this.time; },
		date() { return this.day; },
		after(delay, run) {
			const one = { delay, at: this.time + delay, run };
			this.asked.push(one);
			return () => { this.asked = this.asked.filter((other) => other !== one); };
		},
		advance(delay) {
			const end = this.time + delay;
			for (let guard = 0; guard < 1e4; guard++) {
				const next = this.asked.toSorted((a, b) => a.at - b.at)[0];
				if (next === undefined || next.at > end) break;
				this.asked.splice(this.asked.indexOf(next), 1);
				this.time = Math.max(this.time, next.at);
				next.run();
			}
			this.time = Math.max(this.time, end);
		},
	}`)}
	p.pair = pairWith(t, bus.New(bus.Options{}), map[string]any{"clock": p.clock})
	return p
}

func (p *clockPair) advance(ms float64) { p.clock.Call("advance", ms) }
func (p *clockPair) asked() int         { return p.clock.Get("asked").Length() }

// after writes the name when its time has come.
func (p *clockPair) after(d time.Duration, name string, more ...func()) bus.Timer {
	return served.AfterFunc(d, func() {
		p.log = append(p.log, name)
		for _, f := range more {
			f()
		}
	})
}

func (p *clockPair) logged(want ...string) {
	p.t.Helper()
	assert.Equal(p.t, want, p.log)
	p.log = nil
}

func TestPageClock(t *testing.T) {
	p := newClockPair(t)
	start := served.Now()
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	assert.True(t, start.Equal(day))
	assert.True(t, served.Wall().Equal(day))
	p.advance(1500.25)
	assert.Equal(t, 1500250*time.Microsecond, served.Now().Sub(start))
	t.Run("the time of day jumps, the other does not", func(t *testing.T) {
		p.clock.Set("day", float64(day.AddDate(-1, 0, 0).UnixMilli()))
		assert.True(t, served.Wall().Equal(day.AddDate(-1, 0, 0)))
		assert.Equal(t, 1500250*time.Microsecond, served.Now().Sub(start))
	})
	t.Run("what the page's clock should not say", func(t *testing.T) {
		for _, now := range []any{900.0, math.NaN(), math.Inf(1), math.Inf(-1), "text", js.Undefined(), js.Null(), evaluate("10n"), evaluate("Symbol()")} {
			p.clock.Set("time", now)
			require.Equal(t, 1500250*time.Microsecond, served.Now().Sub(start), "%v", now)
		}
	})
}

func TestPageRandom(t *testing.T) {
	p := pairWith(t, bus.New(bus.Options{}), map[string]any{"random": evaluate("() => numbers.shift()")})
	defer js.Global().Delete("numbers")
	for expression, want := range map[string]float64{"0.25": 0.25, "0": 0, "-1": -1, "1": -1, "NaN": 0, "'x'": 0} {
		js.Global().Set("numbers", evaluate("["+expression+"]"))
		got := served.Random()
		if want < 0 {
			assert.True(t, got >= 0 && got < 1, expression)
		} else {
			assert.Equal(t, want, got, expression)
		}
	}
	assert.Empty(t, p.takeFailures())
}

func TestPageClockTimesOfEvents(t *testing.T) {
	p := newClockPair(t)
	p.clock.Set("day", float64(86_400_000))
	var times []int64
	p.onGo("a", func(_ context.Context, e *bus.Event) error {
		times = append(times, e.Time().Unix())
		return nil
	})
	require.NoError(t, p.fromPage("a"))
	require.NoError(t, p.inGo.Publish(context.Background(), "a", nil))
	assert.Equal(t, []int64{86_400, 86_400}, times)
}

func TestPageTimers(t *testing.T) {
	for _, tc := range []struct {
		name string
		run  func(p *clockPair)
		want []string
	}{
		{"in the order of their times", func(p *clockPair) {
			p.after(30*time.Millisecond, "c")
			p.after(10*time.Millisecond, "a")
			p.after(20*time.Millisecond, "b")
			p.advance(100)
		}, []string{"a", "b", "c"}},
		{"not before their time", func(p *clockPair) {
			p.after(10*time.Millisecond, "a")
			p.after(10500*time.Microsecond, "b")
			p.advance(10)
			p.log = append(p.log, "10")
			p.advance(0.4)
			p.log = append(p.log, "10.4")
			p.advance(0.1)
		}, []string{"a", "10", "10.4", "b"}},
		{"at one time, as they were made", func(p *clockPair) {
			for _, name := range []string{"a", "b", "c"} {
				p.after(10*time.Millisecond, name)
			}
			p.advance(10)
		}, []string{"a", "b", "c"}},
		{"made by a timer", func(p *clockPair) {
			p.after(10*time.Millisecond, "a", func() {
				p.after(0, "at once")
				p.after(5*time.Millisecond, "c")
				p.after(time.Hour, "too late")
			})
			p.after(12*time.Millisecond, "b")
			p.advance(20)
		}, []string{"a", "at once", "b", "c"}},
		{"stopped", func(p *clockPair) {
			a := p.after(10*time.Millisecond, "a")
			p.after(20*time.Millisecond, "b")
			assert.True(p.t, a.Stop())
			assert.False(p.t, a.Stop())
			p.advance(20)
		}, []string{"b"}},
		{"a timer that advances the page's clock", func(p *clockPair) {
			p.after(10*time.Millisecond, "a", func() {
				p.advance(10)
				p.log = append(p.log, "back in a")
			})
			p.after(10*time.Millisecond, "a2")
			p.after(15*time.Millisecond, "b")
			p.after(25*time.Millisecond, "c")
			p.advance(30)
		}, []string{"a", "a2", "b", "back in a", "c"}},
		{"longer than there is time", func(p *clockPair) {
			p.after(math.MaxInt64, "never")
			p.advance(1e9)
		}, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			p := newClockPair(t)
			p.advance(3)
			tc.run(p)
			p.logged(tc.want...)
		})
	}
}

func TestPageTimersTakeOneOfThePage(t *testing.T) {
	p := newClockPair(t)
	for i := range 1000 {
		p.after(time.Duration(1000-i%500)*time.Millisecond, "x").Stop()
		p.after(time.Duration(500+i)*time.Millisecond, "y")
	}
	assert.Equal(t, 1, p.asked())
	p.advance(2000)
	assert.Len(t, p.log, 1000)
	assert.Zero(t, p.asked())
}

func TestPageTimersAndEvents(t *testing.T) {
	// What a timer publishes reaches both sides before the page's clock goes on.
	p := newClockPair(t)
	p.onPage("tick", func(data, _ js.Value) error {
		p.log = append(p.log, "page "+data.String())
		return nil
	})
	p.onGo("tick", func(_ context.Context, e *bus.Event) error {
		p.log = append(p.log, "go "+e.Data.(string))
		return nil
	})
	publish := func(what string) func() {
		return func() { require.NoError(t, p.inGo.Publish(context.Background(), "tick", what)) }
	}
	p.after(10*time.Millisecond, "1", publish("one"))
	p.after(20*time.Millisecond, "2", publish("two"))
	p.advance(20)
	p.logged("1", "page one", "go one", "2", "page two", "go two")
}

func TestPageClockThatThrows(t *testing.T) {
	p := newClockPair(t)
	reported := 0
	listener := p.function(func(args []js.Value) any {
		args[0].Call("preventDefault")
		reported++
		return nil
	})
	js.Global().Call("addEventListener", "error", listener)
	defer js.Global().Call("removeEventListener", "error", listener)
	now := served.Now()
	throwing := evaluate("() => { throw new Error('broken clock'); }")
	for _, name := range []string{"now", "date", "after"} {
		p.clock.Set(name, throwing)
	}
	assert.Equal(t, now, served.Now())
	served.Wall()
	p.after(0, "never called")
	assert.GreaterOrEqual(t, reported, 3)
	assert.NoError(t, p.inGo.Publish(context.Background(), "still.alive", nil))
}

func TestPageTimersEndWithTheBus(t *testing.T) {
	p := newClockPair(t)
	p.after(10*time.Millisecond, "a")
	p.inPage.Call("close")
	assert.Zero(t, p.asked())
	p.after(5*time.Millisecond, "b")
	p.advance(20)
	p.logged()
}
