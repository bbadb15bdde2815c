package bus_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// BenchmarkPolicies is a publish to one handler with a policy, which is fine with all it gets.
func BenchmarkPolicies(b *testing.B) {
	for _, row := range []struct {
		name string
		opts []bus.SubscribeOption
	}{
		{"none", nil},
		{"name", []bus.SubscribeOption{bus.Name("a")}},
		{"retry", []bus.SubscribeOption{bus.Retry(bus.Backoff{})}},
		{"retry and dedupe", []bus.SubscribeOption{bus.Retry(bus.Backoff{}), bus.Dedupe(bus.Window{})}},
		{"retry and dedupe for a minute", []bus.SubscribeOption{bus.Retry(bus.Backoff{}), bus.Dedupe(bus.Window{For: time.Minute})}},
		{"group of one", []bus.SubscribeOption{bus.Queue("g")}},
		{"timeout", []bus.SubscribeOption{bus.Timeout(time.Second)}},
	} {
		b.Run(row.name, func(b *testing.B) {
			on := bus.New(bus.Options{})
			defer on.Close()
			_, err := on.Subscribe("x", func(context.Context, *bus.Event) error { return nil }, row.opts...)
			require.NoError(b, err)
			ctx := context.Background()
			b.ReportAllocs()
			for b.Loop() {
				_ = on.Publish(ctx, "x", 1)
			}
		})
	}
}

// BenchmarkPump is a bounded queue with one goroutine behind it: the bus's, one written by hand in a handler, and
// a channel alone.
func BenchmarkPump(b *testing.B) {
	const limit = 1024
	b.Run("bus", func(b *testing.B) {
		on := bus.New(bus.Options{})
		defer on.Close()
		var done sync.WaitGroup
		_, err := on.Subscribe("x", func(context.Context, *bus.Event) error { done.Done(); return nil },
			bus.Concurrency(1), bus.Overflow(limit, bus.Block))
		require.NoError(b, err)
		pump(b, on, &done)
	})
	b.Run("by hand", func(b *testing.B) {
		on := bus.New(bus.Options{})
		defer on.Close()
		var done sync.WaitGroup
		queue := make(chan *bus.Event, limit)
		defer close(queue)
		go func() {
			for range queue {
				done.Done()
			}
		}()
		_, err := on.Subscribe("x", func(_ context.Context, e *bus.Event) error { queue <- e; return nil })
		require.NoError(b, err)
		pump(b, on, &done)
	})
	b.Run("channel alone", func(b *testing.B) {
		var done sync.WaitGroup
		queue := make(chan *bus.Event, limit)
		defer close(queue)
		go func() {
			for range queue {
				done.Done()
			}
		}()
		e := &bus.Event{}
		b.ReportAllocs()
		for b.Loop() {
			done.Add(1)
			queue <- e
		}
		done.Wait()
	})
}

func pump(b *testing.B, on *bus.Bus, done *sync.WaitGroup) {
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		done.Add(1)
		_ = on.Publish(ctx, "x", 1)
	}
	done.Wait()
}
