package guide_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// reminders is what is tested: a reminder an hour after an order.
func reminders(b *bus.Bus) error {
	_, err := b.Subscribe("order.placed", func(ctx context.Context, e *bus.Event) error {
		return b.Publish(ctx, "order.reminder", e.Data)
	}, bus.Debounce(time.Hour))
	return err
}

func TestReminders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := &bustest.Clock{}
		b := bus.New(bus.Options{Clock: clock})
		defer b.Close()
		recording := bustest.Record(t, b, "order.>")
		if err := reminders(b); err != nil {
			t.Fatal(err)
		}
		_ = b.Publish(t.Context(), "order.placed", "A-1")
		clock.Advance(time.Hour - time.Nanosecond)
		synctest.Wait()
		bustest.ExpectEvents(t, recording.Events(), bustest.Topic("order.placed"))
		clock.Advance(time.Nanosecond)
		synctest.Wait() // the handler has a goroutine of its own
		bustest.ExpectEvents(t, recording.Events(), bustest.Topic("order.placed"), bustest.Topic("order.reminder").Data("A-1"))
	})
}
