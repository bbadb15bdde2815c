package bus_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/trolleybus/trolleybus/bus"
)

// hostileError panics in one of its methods.
type hostileError string

func (e hostileError) panics(method hostileError) {
	if e == method {
		panic("hostile " + string(method))
	}
}
func (e hostileError) Error() string { e.panics("Error"); return "text" }
func (e hostileError) Code() string  { e.panics("Code"); return "" }
func (e hostileError) Unwrap() error { e.panics("Unwrap"); return nil }
func (e hostileError) Is(error) bool { e.panics("Is"); return false }
func (e hostileError) As(any) bool   { e.panics("As"); return false }

// What a handler returns may panic whenever it is asked: that is its failure still, and nobody else's.
func TestD4ErrorsThatPanic(t *testing.T) {
	ways := map[string][]bus.SubscribeOption{
		"plain": nil, "timed": {bus.Timeout(time.Second)}, "queued": {bus.Concurrency(1)}, "once": {bus.Once()}, "deduped": {bus.Dedupe(bus.Window{})},
		"retried": {bus.Retry(bus.Backoff{Attempts: 2})}, "in a group": {bus.Queue("q"), bus.Retry(bus.Backoff{Attempts: 2})},
	}
	for _, err := range []hostileError{"Error", "Code", "Unwrap", "Is", "As"} {
		for way, opts := range ways {
			for _, panics := range []bool{false, true} {
				inLab(t, bus.Options{}, func(l *lab) {
					l.on("hostile ", "a", func(int) error {
						if panics {
							panic(err)
						}
						return err
					}, opts...)
					others := 0
					l.on("other ", "a", func(int) error { others++; return nil })
					l.publish("a", 1)
					l.advance(time.Minute)
					assert.Equal(t, 1, others)
					assert.Equal(t, 1, len(l.failures.all)+len(l.letters()), "%s, %s", string(err), way)
				})
			}
		}
	}
}

// A panic is logged with the stack of the handler.
func TestD4LoggerHasTheStackOfAPanic(t *testing.T) {
	l := &logger{}
	b := bus.New(bus.Options{Logger: l})
	defer b.Close()
	_, err := b.Subscribe("order.*", handlerThatPanics, bus.Name("billing"))
	assert.NoError(t, err)
	assert.NoError(t, b.Publish(t.Context(), "order.paid", nil))
	assert.Len(t, l.lines, 1)
	line := l.lines[0]
	assert.Equal(t, []any{"topic", "order.paid", "pattern", "order.*", "subscription", "billing", "error"}, line[:7])
	assert.ErrorIs(t, line[7].(error), bus.ErrPanic)
	assert.Equal(t, "stack", line[8])
	assert.Contains(t, line[9], "handlerThatPanics")
}

func handlerThatPanics(context.Context, *bus.Event) error { panic("oh") }
