package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

func TestD7ADeadLetterSaysWhatHappened(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		var told []*bus.DeadLetter
		_, err := l.Subscribe("$bus.dead.order.>", func(_ context.Context, e *bus.Event) error {
			d, err := bus.As[*bus.DeadLetter](e)
			l.say("told " + e.Topic)
			told = append(told, d)
			return err
		})
		require.NoError(t, err)
		l.on("a", "order.*", func(n int) error { return fmt.Errorf("no %d", n) }, bus.Retry(exact(3)), bus.Name("billing"))
		l.publish("order.placed", 7, bus.WithID("seven"))
		l.advance(time.Minute)
		l.said("0 a7", "100 a7", "300 a7", "300 told $bus.dead.order.placed")
		all := l.letters()
		require.Len(t, all, 1)
		d := all[0]
		assert.Equal(t, *told[0], d)
		assert.NotEmpty(t, d.ID)
		assert.Equal(t, []any{"order.placed", "order.*", "billing", 3, 0, "no 7", "seven", 7},
			[]any{d.Topic, d.Pattern, d.Subscription, d.Attempts, d.Redrives, d.Err.Error(), d.Event.ID(), number(d.Event)})
		assert.True(t, d.First.Equal(l.start))
		assert.True(t, d.Last.Equal(l.start.Add(300*time.Millisecond)))
	})
}

func TestD7ADeadLetterIsToldBehindItsEvent(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		_, err := l.Subscribe("$bus.dead.>", func(context.Context, *bus.Event) error { l.say("dead"); return nil })
		require.NoError(t, err)
		l.on("a", "x", always(errNo), bus.Retry(exact(1)))
		l.on("after", "x", nil)
		l.publish("x", 1)
		l.said("0 a1", "0 after1", "0 dead")
	})
}

func TestD7DeadLettersAreBounded(t *testing.T) {
	inLab(t, bus.Options{DeadLetters: 3}, func(l *lab) {
		l.on("a", "x", always(errNo), bus.Retry(exact(1)))
		for n := 1; n <= 10; n++ {
			l.publish("x", n)
		}
		var kept []int
		for _, d := range l.letters() {
			kept = append(kept, number(d.Event))
		}
		assert.Equal(t, []int{8, 9, 10}, kept)
		st := l.Stats()
		assert.EqualValues(t, 10, st.Dead)
		assert.EqualValues(t, 7, st.Evicted)
		assert.EqualValues(t, 3, l.held.Load(), "the payloads of the others are gone")
	})
}

func TestD7DeadLettersByPattern(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", ">", always(errNo), bus.Retry(exact(1)))
		for n, topic := range []string{"a.b", "a.c", "b", "a.b"} {
			l.publish(topic, n)
		}
		topics := func(of string) (topics []string) {
			all, err := l.DeadLetters(of)
			require.NoError(t, err)
			for _, d := range all {
				topics = append(topics, d.Topic)
			}
			return topics
		}
		assert.Equal(t, []string{"a.b", "a.c", "a.b"}, topics("a.*"))
		assert.Equal(t, []string{"b"}, topics("b"))
		assert.Equal(t, []string{"a.c"}, topics(l.letters()[1].ID))
		assert.Empty(t, topics("c"))
		_, err := l.DeadLetters("a..b")
		assert.Equal(t, "TB_TOPIC", bus.Code(err))
		_, err = l.Discard("a..b")
		assert.Equal(t, "TB_TOPIC", bus.Code(err))
		_, err = l.Redrive("a..b")
		assert.Equal(t, "TB_TOPIC", bus.Code(err))

		n, err := l.Discard(l.letters()[1].ID)
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		n, err = l.Discard("a.*")
		require.NoError(t, err)
		assert.Equal(t, 2, n)
		assert.Equal(t, []string{"b"}, topics(""))
		assert.EqualValues(t, 1, l.held.Load())
	})
}

func TestD7DeadLettersOfLongTopics(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		_, err := l.Subscribe("$bus.dead.>", func(_ context.Context, e *bus.Event) error {
			l.say(strconv.Itoa(strings.Count(e.Topic, ".")+1) + " tokens")
			return nil
		})
		require.NoError(t, err)
		_, err = l.Subscribe("$bus.dead.t.>", func(_ context.Context, e *bus.Event) error { return nil })
		require.NoError(t, err)
		l.on("a", ">", always(errNo), bus.Retry(exact(1)))
		many := strings.Repeat("t.", bus.MaxTopicTokens-1) + "t"
		long := "t." + strings.Repeat("u", bus.MaxTopicBytes-2)
		l.publish(many, 1)
		l.publish(long, 2)
		l.said("0 a1", "0 32 tokens", "0 a2", "0 3 tokens")
		assert.Equal(t, many, l.letters()[0].Topic)
		assert.Equal(t, long, l.letters()[1].Topic)
	})
}

func TestD7RetryOfTheBusesOwnEvents(t *testing.T) {
	inLab(t, bus.Options{Logger: quiet{}}, func(l *lab) {
		_, err := l.Subscribe("$bus.dead.>", func(context.Context, *bus.Event) error { l.say("dead"); return errNo }, bus.Retry(exact(2)))
		require.NoError(t, err)
		l.on("a", "x", always(errNo), bus.Retry(exact(1)))
		l.publish("x", 1)
		l.advance(time.Minute)
		l.said("0 a1", "0 dead", "100 dead")
		assert.Equal(t, []string{""}, l.codes(), "reported, since a dead letter of a dead letter would have no end")
		assert.EqualValues(t, 2, l.Stats().Dead)
	})
}

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

		n, err := l.Redrive(l.letters()[1].ID)
		require.NoError(t, err)
		assert.Equal(t, 1, n)
		assert.Len(t, l.letters(), 4, "it is there until its turn")
		n, err = l.Redrive(l.letters()[1].ID)
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

		l.publish("x", 2)
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
		_, err = l.Discard("")
		require.NoError(t, err)
		l.advance(time.Minute)
		l.said("0 a2")
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

// quiet is for failures that no handler is left to hear.
type quiet struct{}

func (quiet) Error(string, ...any) {}
