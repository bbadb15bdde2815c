package guide_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/trolleybus/trolleybus/bus"
	"github.com/trolleybus/trolleybus/bus/bustest"
)

// startReminders is what is tested: a reminder an hour after an order.
func startReminders(b *bus.Bus) error {
	_, err := b.Subscribe("order.placed", func(ctx context.Context, e *bus.Event) error {
		return b.Publish(ctx, "reminder.due", e.Data)
	}, bus.Debounce(time.Hour))
	return err
}

func TestReminders(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		clock := bustest.NewClock(time.Now())
		b := bus.New(bus.Options{Clock: clock})
		defer b.Close()
		recorder := bustest.Record(t, b, ">")
		if err := startReminders(b); err != nil {
			t.Fatal(err)
		}
		if err := b.Publish(t.Context(), "order.placed", "A-1"); err != nil {
			t.Fatal(err)
		}
		clock.Advance(time.Hour)
		synctest.Wait() // for the bus's own goroutines
		bustest.ExpectEvents(t, recorder.Events(), bustest.Topic("order.placed"), bustest.Topic("reminder.due").Data("A-1"))
	})
}
