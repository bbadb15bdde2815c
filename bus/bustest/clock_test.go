package bustest_test

import (
	"context"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

func ExampleClock() {
	clock := bustest.NewClock(time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC))
	b := bus.New(bus.Options{Clock: clock})
	b.Subscribe("reminder", func(_ context.Context, e *bus.Event) error {
		fmt.Println(e.Time().UTC().Format(time.TimeOnly), e.Data)
		return nil
	})
	clock.AfterFunc(90*time.Minute, func() { b.Publish(context.Background(), "reminder", "stand-up") })
	clock.Advance(time.Hour)
	fmt.Println(clock.Pending(), "to come")
	clock.Advance(time.Hour)
	// Output:
	// 1 to come
	// 10:30:00 stand-up
}

// script runs timers on a clock and writes what they do, with the milliseconds since the start.
type script struct {
	bustest.Clock
	start time.Time
	log   []string
}

func newScript() *script {
	s := &script{}
	s.start = s.Now()
	return s
}

func (s *script) say(what string) {
	s.log = append(s.log, strconv.FormatInt(s.Now().Sub(s.start).Milliseconds(), 10)+" "+what)
}

func (s *script) after(ms int, what string, more ...func()) bus.Timer {
	return s.AfterFunc(time.Duration(ms)*time.Millisecond, func() {
		s.say(what)
		for _, f := range more {
			f()
		}
	})
}

func (s *script) advance(ms int) { s.Advance(time.Duration(ms) * time.Millisecond) }

func TestClockOrder(t *testing.T) {
	for _, tc := range []struct {
		name string
		run  func(s *script)
		want []string
	}{
		{"by time", func(s *script) {
			s.after(30, "c")
			s.after(10, "a")
			s.after(20, "b")
			s.advance(100)
		}, []string{"10 a", "20 b", "30 c"}},
		{"as they were made where times are equal", func(s *script) {
			s.after(10, "a")
			s.after(10, "b")
			s.after(5, "first")
			s.after(10, "c")
			s.advance(10)
		}, []string{"5 first", "10 a", "10 b", "10 c"}},
		{"not before their time", func(s *script) {
			s.after(10, "a")
			s.advance(9)
			s.say("9")
			s.advance(1)
		}, []string{"9 9", "10 a"}},
		{"timers that make timers", func(s *script) {
			s.after(10, "a", func() { s.after(10, "b", func() { s.after(100, "too late") }) })
			s.after(15, "between")
			s.advance(50)
		}, []string{"10 a", "15 between", "20 b"}},
		{"no delay and less", func(s *script) {
			s.after(0, "zero")
			s.after(-5, "negative", func() { s.after(-5, "of its own") })
			s.say("nothing runs by itself")
			s.advance(0)
		}, []string{"0 nothing runs by itself", "0 zero", "0 negative", "0 of its own"}},
		{"stopped", func(s *script) {
			timer := s.after(10, "a")
			s.say(strconv.FormatBool(timer.Stop()))
			s.say(strconv.FormatBool(timer.Stop()))
			s.advance(10)
		}, []string{"0 true", "0 false"}},
		{"stopped by another at the same time", func(s *script) {
			var b bus.Timer
			s.after(10, "a", func() { s.say(strconv.FormatBool(b.Stop())) })
			b = s.after(10, "b")
			s.advance(10)
		}, []string{"10 a", "10 true"}},
		{"stopped by itself", func(s *script) {
			var a bus.Timer
			a = s.after(10, "a", func() { s.say(strconv.FormatBool(a.Stop())) })
			s.advance(10)
		}, []string{"10 a", "10 false"}},
		{"advanced by a timer", func(s *script) {
			s.after(10, "a", func() {
				s.advance(10)
				s.say("back in a")
			})
			s.after(15, "b")
			s.after(20, "c")
			s.after(25, "d")
			s.advance(30)
			s.say("end")
		}, []string{"10 a", "15 b", "20 c", "20 back in a", "25 d", "30 end"}},
		{"advanced by a timer beyond the outer end", func(s *script) {
			s.after(10, "a", func() { s.advance(100) })
			s.after(50, "b")
			s.advance(20)
			s.say("end")
		}, []string{"10 a", "50 b", "110 end"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := newScript()
			tc.run(s)
			assert.Equal(t, tc.want, s.log)
		})
	}
}

func TestClockAdvanceTo(t *testing.T) {
	s := newScript()
	s.after(10, "a")
	s.after(20, "b")
	_, none := (&bustest.Clock{}).Next()
	assert.False(t, none)
	for due, ok := s.Next(); ok; due, ok = s.Next() {
		s.AdvanceTo(due)
		s.say("next")
	}
	s.AdvanceTo(s.start.Add(time.Second))
	s.say("end")
	assert.Equal(t, []string{"10 a", "10 next", "20 b", "20 next", "1000 end"}, s.log)
	assert.Zero(t, s.Pending())
}

func TestClockWrongUse(t *testing.T) {
	panicOf := func(f func()) (caught any) {
		defer func() { caught = recover() }()
		f()
		return nil
	}
	c := &bustest.Clock{}
	c.Advance(time.Second)
	var wrong *bustest.ClockError
	for name, f := range map[string]func(){
		"back":         func() { c.Advance(-1) },
		"back to":      func() { c.AdvanceTo(c.Now().Add(-1)) },
		"without end":  func() { var again func(); again = func() { c.AfterFunc(0, again) }; again(); c.Advance(0) },
		"from a timer": func() { c.AfterFunc(0, func() { c.Advance(-1) }); c.Advance(0) },
	} {
		err, _ := panicOf(f).(error)
		require.ErrorAs(t, err, &wrong, name)
	}
	// The clock is as usable as before.
	assert.Equal(t, "boom", panicOf(func() { c.AfterFunc(1, func() { panic("boom") }); c.Advance(time.Second) }))
	c.Advance(time.Second)
}

func TestClockWallJumps(t *testing.T) {
	start := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	c := bustest.NewClock(start)
	b := bus.New(bus.Options{Clock: c})
	fired := false
	c.AfterFunc(time.Minute, func() { fired = true })
	c.JumpWall(-365 * 24 * time.Hour)
	c.JumpWall(time.Hour)
	assert.Equal(t, start, c.Now())
	assert.Equal(t, time.Date(2025, 6, 1, 1, 0, 0, 0, time.UTC), c.Wall())
	assert.Equal(t, c.Wall().UnixNano(), b.NewEvent(bus.EventInit{Topic: "a"}).Time().UnixNano())
	c.JumpWall(100 * 365 * 24 * time.Hour)
	c.Advance(time.Minute - 1)
	assert.False(t, fired)
	c.Advance(1)
	assert.True(t, fired)
}

func TestClockConcurrently(t *testing.T) {
	var c bustest.Clock
	var fired, stopped atomic.Int64
	var wg sync.WaitGroup
	const each = 2000
	for g := range 8 {
		wg.Go(func() {
			for i := range each {
				timer := c.AfterFunc(time.Duration(i%7)*time.Millisecond, func() { fired.Add(1) })
				switch {
				case i%3 == g%3:
					if timer.Stop() {
						stopped.Add(1)
					}
				case i%5 == 0:
					c.Advance(time.Millisecond)
				case i%11 == 0:
					c.JumpWall(time.Second)
				}
				c.Now()
				c.Wall()
				c.Next()
			}
		})
	}
	wg.Wait()
	c.Advance(time.Second)
	assert.Zero(t, c.Pending())
	assert.EqualValues(t, 8*each, fired.Load()+stopped.Load())
}
