package bus_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
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
		l.said("0 a1", "0 34 tokens", "0 a2", "0 4 tokens")
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

// quiet is for failures that no handler is left to hear.
type quiet struct{}

func (quiet) Error(string, ...any) {}
