package bus_test

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestD7Redrive(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		ill := true
		l.on("a", "x", func(int) error {
			if ill {
				return errNo
			}
			return nil
		}, bus.Retry(exact(2)), bus.Dedupe(bus.Window{}))
		l.on("other", "x", nil)
		for n := 1; n <= 4; n++ {
			l.publish("x", n)
			l.advance(100 * time.Millisecond)
			l.advance(50 * time.Millisecond)
		}
		l.said("0 a1", "0 other1", "100 a1", "150 a2", "150 other2", "250 a2",
			"300 a3", "300 other3", "400 a3", "450 a4", "450 other4", "550 a4")
		l.advance(400 * time.Millisecond)

		second := l.letters()[1].ID
		n, err := l.Redrive(second)
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		assert.Len(t, l.letters(), 3, "it is none any more")
		n, err = l.Redrive(second)
		require.NoError(t, err)
		assert.Zero(t, n, "it is on its way")
		l.advance(time.Second)
		l.said("1000 a2", "1100 a2")
		all := l.letters()
		require.Len(t, all, 4)
		assert.Equal(t, []int{1, 2}, []int{all[3].Redrives, number(all[3].Event)})
		assert.Equal(t, 2, all[3].Attempts, "they begin anew")

		ill = false
		n, err = l.Redrive("")
		require.NoError(t, err)
		assert.Equal(t, 4, n)
		l.advance(time.Second)
		l.mu.Lock()
		assert.ElementsMatch(t, []string{"2000 a1", "2000 a2", "2000 a3", "2000 a4"}, l.log, "the other one had them")
		l.log = nil
		l.mu.Unlock()
		assert.Empty(t, l.letters())
		st := l.Stats()
		assert.EqualValues(t, 5, st.Redriven)
		assert.EqualValues(t, 5, st.Dead)
		assert.EqualValues(t, 8, st.Delivered)
		assert.Zero(t, l.held.Load())
		n, err = l.Redrive("")
		require.NoError(t, err)
		assert.Zero(t, n)
	})
}

func TestD7RedriveKeepsTheOrder(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		ill := true
		l.on("a", "x", func(int) error {
			if ill {
				return bus.Permanent(errNo)
			}
			return nil
		}, bus.Retry(exact(2)), bus.Concurrency(1))
		var want []string
		for n := range 200 {
			l.publish("x", n)
			want = append(want, "0 a"+strconv.Itoa(n))
		}
		l.said(want...)
		ill = false
		_, err := l.Redrive("x")
		require.NoError(t, err)
		l.advance(0)
		l.said(want...)
	})
}

func TestD7RedriveAtARate(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		fails := failing(1, bus.Permanent(errNo))
		l.on("a", "x", fails, bus.Retry(exact(2)))
		for n := 1; n <= 4; n++ {
			l.publish("x", n)
		}
		l.said("0 a1", "0 a2", "0 a3", "0 a4")
		n, err := l.Redrive(">", bus.RedriveRate(2))
		require.NoError(t, err)
		assert.Equal(t, 4, n)
		l.advance(999 * time.Millisecond)
		_, err = l.Discard(l.letters()[0].ID) // the third
		require.NoError(t, err)
		l.advance(time.Minute)
		l.said("0 a1", "500 a2", "1500 a4")
		_, err = l.Redrive(">", bus.RedriveRate(1e-300))
		require.NoError(t, err)
		for _, bad := range []bus.RedriveOption{bus.RedriveRate(0), bus.RedriveRate(-1), nil} {
			_, err = l.Redrive(">", bad)
			assert.Equal(t, "TB_OPTION", bus.Code(err))
		}
	})
}

func TestD7RedriveToAnotherTopic(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", always(errNo), bus.Retry(exact(1)))
		_, err := l.Subscribe("parked", func(_ context.Context, e *bus.Event) error {
			l.say("parked " + strconv.Itoa(number(e)) + " of " + e.CausationID() + " about " + e.Subject())
			assert.NotEqual(t, "one", e.ID())
			return nil
		})
		require.NoError(t, err)
		l.publish("x", 1, bus.WithID("one"), bus.WithSubject("s"))
		_, err = l.Redrive("x", bus.RedriveTo("$bus.x"))
		assert.Equal(t, "TB_TOPIC", bus.Code(err))
		n, err := l.Redrive("x", bus.RedriveTo("parked"))
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		l.advance(0)
		l.said("0 a1", "0 parked 1 of one about s")
		assert.Empty(t, l.letters())

		l.publish("x", 2, bus.WithID("two"))
		remove := l.Use(func(context.Context, *bus.Event, func(context.Context, *bus.Event) error) error {
			return errors.New("not now")
		})
		_, err = l.Redrive("x", bus.RedriveTo("parked"))
		require.NoError(t, err)
		l.advance(0)
		assert.Len(t, l.letters(), 1, "what could not be published stays")
		assert.Len(t, l.codes(), 1)
		remove()
		n, err = l.Redrive("x", bus.RedriveTo("parked"))
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		n, err = l.Discard("")
		require.NoError(t, err)
		assert.Zero(t, n, "a redriven letter is none any more")
		l.advance(time.Minute)
		l.said("0 a2", "0 parked 2 of two about ")
	})
}

func TestD7RedriveToWhoComesAfter(t *testing.T) {
	for _, row := range []struct {
		name, pattern, sub string
		opts               []bus.SubscribeOption
		n                  int
	}{
		{"the same pattern and name", "x", "billing", []bus.SubscribeOption{bus.Retry(exact(2)), bus.Dedupe(bus.Window{})}, 1},
		{"another name", "x", "other", []bus.SubscribeOption{bus.Retry(exact(2))}, 0},
		{"another pattern", "*", "billing", []bus.SubscribeOption{bus.Retry(exact(2))}, 0},
		{"without policies", "x", "billing", nil, 0},
		{"that does not want it", "x", "billing", []bus.SubscribeOption{bus.Retry(exact(2)), bus.Filter(func(*bus.Event) bool { return false })}, 1},
	} {
		t.Run(row.name, func(t *testing.T) {
			inLab(t, bus.Options{}, func(l *lab) {
				first := l.on("a", "x", always(errNo), bus.Retry(exact(2)), bus.Name("billing"))
				l.publish("x", 1)
				first.Unsubscribe()
				n, err := l.Redrive("")
				require.NoError(t, err)
				assert.Zero(t, n, "nobody is there")
				l.on("b", row.pattern, nil, append(row.opts, bus.Name(row.sub))...)
				n, err = l.Redrive("")
				require.NoError(t, err)
				assert.Equal(t, row.n, n)
				l.advance(time.Minute)
				if row.n == 1 && len(row.opts) == 2 && row.name != "that does not want it" {
					l.said("0 a1", "0 b1")
					assert.Empty(t, l.letters())
				} else {
					l.said("0 a1")
					assert.Len(t, l.letters(), 1)
				}
			})
		})
	}
}

func TestD7AnEndlessRedriveLoopIsCut(t *testing.T) {
	for _, to := range []string{"", "x"} {
		t.Run("to "+to, func(t *testing.T) {
			inLab(t, bus.Options{MaxDepth: 20}, func(l *lab) {
				tries := 0
				_, err := l.Subscribe("x", func(context.Context, *bus.Event) error { tries++; return errNo }, bus.Retry(exact(1)))
				require.NoError(t, err)
				_, err = l.Subscribe("$bus.dead.x", func(_ context.Context, e *bus.Event) error {
					d, err := bus.As[*bus.DeadLetter](e)
					if err != nil {
						return err
					}
					var opts []bus.RedriveOption
					if to != "" {
						opts = append(opts, bus.RedriveTo(to))
					}
					_, err = l.Redrive(d.ID, opts...)
					return err
				})
				require.NoError(t, err)
				l.publish("x", 1)
				l.advance(time.Minute)
				assert.Equal(t, 21, tries)
				assert.Equal(t, []string{"TB_RECURSION"}, l.codes())
				all := l.letters()
				require.Len(t, all, 1)
				assert.Equal(t, 20, all[0].Redrives)
				_, err = l.Discard("")
				require.NoError(t, err)
			})
		})
	}
}

func TestD7RedriveAndTheEndOfTheBus(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", always(errNo), bus.Retry(exact(1)))
		for n := 1; n <= 3; n++ {
			l.publish("x", n)
		}
		_, err := l.Redrive("", bus.RedriveRate(1))
		require.NoError(t, err)
		require.NoError(t, l.Close())
		synctest.Wait()
		assert.Zero(t, l.held.Load())
		l.advance(time.Hour)
		l.said("0 a1", "0 a2", "0 a3")
	})
}
