package bus_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// An admission in an admission nests on the stack: what never ends is cut with the topics, and the bus lives (D5).
func TestD5AnEndlessAdmissionIsCut(t *testing.T) {
	ctx := context.Background()
	for name, prepare := range map[string]func(b *bus.Bus) (publish func() error){
		"an interceptor that publishes its own topic": func(b *bus.Bus) func() error {
			b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
				if err := b.Publish(ctx, "a", nil); err != nil {
					return err
				}
				return next(ctx, e)
			})
			return func() error { return b.Publish(ctx, "a", nil) }
		},
		"one with a context of its own": func(b *bus.Bus) func() error {
			b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
				if err := b.Publish(context.Background(), "a", nil); err != nil {
					return err
				}
				return next(ctx, e)
			})
			return func() error { return b.Publish(ctx, "a", nil) }
		},
		"one that publishes on another goroutine": func(b *bus.Bus) func() error {
			b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
				done := make(chan error)
				go func() { done <- b.Publish(context.WithoutCancel(ctx), "a", nil) }()
				if err := <-done; err != nil {
					return err
				}
				return next(ctx, e)
			})
			return func() error { return b.Publish(ctx, "a", nil) }
		},
		"one that asks": func(b *bus.Bus) func() error {
			b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
				if _, err := b.Request(ctx, "a", nil); err != nil {
					return err
				}
				return next(ctx, e)
			})
			return func() error { return b.Publish(ctx, "a", nil) }
		},
		"one that publishes behind the event": func(b *bus.Bus) func() error {
			b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
				if err := next(ctx, e); err != nil {
					return err
				}
				return b.Publish(context.Background(), "a", nil)
			})
			return func() error { return b.Publish(ctx, "a", nil) }
		},
		"a validation": func(b *bus.Bus) func() error {
			var deepest error
			topic := bus.NewTopic[int](b, "a", bus.Validate(func(n int) error {
				if err := b.Publish(context.Background(), "a", n); err != nil && deepest == nil {
					deepest = err
				}
				return nil
			}))
			return func() error {
				if err := topic.Publish(ctx, 1); err != nil {
					return err
				}
				return deepest
			}
		},
		"a validation of a typed topic": func(b *bus.Bus) func() error {
			var topic *bus.Topic[int]
			var deepest error
			topic = bus.NewTopic[int](b, "a", bus.Validate(func(n int) error {
				if err := topic.Publish(context.Background(), n); err != nil && deepest == nil {
					deepest = err
				}
				return nil
			}))
			return func() error {
				if err := topic.Publish(ctx, 1); err != nil {
					return err
				}
				return deepest
			}
		},
		"an upcast": func(b *bus.Bus) func() error {
			var deepest error
			topic := bus.NewTopic[int](b, "a", bus.Version(2), bus.Upcast(1, func(n int) (int, error) {
				if err := b.Publish(context.Background(), "a", n, bus.WithVersion("1")); err != nil && deepest == nil {
					deepest = err
				}
				return n, nil
			}))
			return func() error {
				if err := topic.Err(); err != nil {
					return err
				}
				if err := b.Publish(ctx, "a", 1, bus.WithVersion("1")); err != nil {
					return err
				}
				return deepest
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := bus.New(bus.Options{})
			defer func() { require.NoError(t, b.Close()) }()
			publish := prepare(b)
			var cut *bus.RecursionError
			require.ErrorAs(t, publish(), &cut)
			assert.Equal(t, "TB_RECURSION", bus.Code(cut))
			assert.Contains(t, []int{100, 1000}, cut.Limit)
			assert.Contains(t, cut.Topics, "a")
			require.ErrorAs(t, publish(), &cut, "again: nothing of the first is left")
		})
	}
}

// A responder that asks begins a run on top of its own, which belongs to the same chain.
func TestD5AnEndlessChainOfRequestsIsCut(t *testing.T) {
	for name, ask := range map[string]func(ctx context.Context, b *bus.Bus) error{
		"here": func(ctx context.Context, b *bus.Bus) error {
			_, err := b.Request(ctx, "price", nil)
			return err
		},
		"on another goroutine": func(ctx context.Context, b *bus.Bus) error {
			done := make(chan error)
			go func() {
				_, err := b.Gather(ctx, "price", nil)
				done <- err
			}()
			return <-done
		},
	} {
		t.Run(name, func(t *testing.T) {
			b := bus.New(bus.Options{MaxDepth: 50})
			calls := 0
			_, err := b.Respond("price", func(ctx context.Context, _ *bus.Event) (any, error) {
				calls++
				return nil, ask(ctx, b)
			})
			require.NoError(t, err)
			err = ask(context.Background(), b)
			var cut *bus.RecursionError
			require.ErrorAs(t, err, &cut)
			assert.Equal(t, []string{"price", "price"}, cut.Topics)
			assert.Equal(t, 51, calls, "the first, and MaxDepth more")
			assert.Less(t, len(err.Error()), 1000)
			require.NoError(t, b.Close())
		})
	}
}

// What an interceptor has passed on is not within its admission any more: a chain of handlers is bound by MaxDepth alone.
func TestD5HandlersDoNotCountTheirAdmissions(t *testing.T) {
	b := bus.New(bus.Options{MaxDepth: 5000})
	b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		type mine struct{}
		return next(context.WithValue(ctx, mine{}, e.Topic), e)
	})
	left := 3000
	_, err := b.Subscribe("a", func(ctx context.Context, _ *bus.Event) error {
		if left--; left > 0 {
			return b.Publish(ctx, "a", nil)
		}
		return nil
	})
	require.NoError(t, err)
	require.NoError(t, b.Publish(context.Background(), "a", nil))
	assert.Zero(t, left)
	require.NoError(t, b.Close())
}

func TestD5ManyInterceptorsAtOnceAreNoRecursion(t *testing.T) {
	b := bus.New(bus.Options{})
	ctx := context.Background()
	const publishers = 1200
	inside, leave := make(chan struct{}, publishers), make(chan struct{})
	b.Use(func(ctx context.Context, e *bus.Event, next func(context.Context, *bus.Event) error) error {
		inside <- struct{}{}
		<-leave
		return next(ctx, e)
	})
	errs := make(chan error, publishers)
	for range publishers {
		go func() { errs <- b.Publish(ctx, "a", nil) }()
	}
	for range publishers {
		<-inside
	}
	close(leave)
	for range publishers {
		require.NoError(t, <-errs)
	}
	require.NoError(t, b.Close())
}
