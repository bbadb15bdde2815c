package bus_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/trolleybus/trolleybus/bus"
)

// heeds is a handler that works until its context ends, and fails with what that says.
func heeds(ctx context.Context) error {
	<-ctx.Done()
	return fmt.Errorf("fetch: %w", ctx.Err())
}

// endings are the ways in which a subscription ends.
var endings = map[string]func(l *lab, s *bus.Subscription, until context.CancelFunc){
	"Unsubscribe": func(_ *lab, s *bus.Subscription, _ context.CancelFunc) { s.Unsubscribe() },
	"Until":       func(_ *lab, _ *bus.Subscription, until context.CancelFunc) { until() },
	"Close":       func(l *lab, _ *bus.Subscription, _ context.CancelFunc) { _ = l.Close() },
}

// Whatever a subscription does when it ends: nothing of it is timed any more, and that its work was canceled is no failure.
func TestD12NothingOfAnEndedSubscriptionIsTimed(t *testing.T) {
	long := bus.Timeout(time.Hour)
	for name, row := range map[string]struct {
		opts    []bus.SubscribeOption
		handler func(ctx context.Context) error // heeds if nil
		letters int
	}{
		"timed":               {opts: []bus.SubscribeOption{long}},
		"timed once":          {opts: []bus.SubscribeOption{long, bus.Once()}},
		"timed in a queue":    {opts: []bus.SubscribeOption{long, bus.Concurrency(1)}},
		"timed in a group":    {opts: []bus.SubscribeOption{long, bus.Queue("q")}},
		"timed and retried":   {opts: []bus.SubscribeOption{long, bus.Retry(exact(3))}},
		"timed behind a key":  {opts: []bus.SubscribeOption{long, bus.Retry(bus.Backoff{Key: func(*bus.Event) string { return "k" }})}},
		"in a queue":          {opts: []bus.SubscribeOption{bus.Concurrency(1)}},
		"in a queue, retried": {opts: []bus.SubscribeOption{bus.Concurrency(1), bus.Retry(exact(3))}},
		"deduped":             {opts: []bus.SubscribeOption{long, bus.Dedupe(bus.Window{For: time.Hour})}},
		"debounced":           {opts: []bus.SubscribeOption{bus.Debounce(time.Hour)}},
		"throttled":           {opts: []bus.SubscribeOption{bus.Throttle(time.Hour)}, handler: func(context.Context) error { return nil }},
		"per frame":           {opts: []bus.SubscribeOption{bus.PerFrame()}},
		"between attempts":    {opts: []bus.SubscribeOption{bus.Retry(bus.Backoff{Initial: time.Hour})}, handler: func(context.Context) error { return errNo }, letters: 2},
		"between attempts of one that is timed, once": {
			opts: []bus.SubscribeOption{bus.Retry(bus.Backoff{Initial: time.Hour}), long, bus.Once()}, handler: func(context.Context) error { return errNo }, letters: 1,
		},
		"between attempts in a group": {
			opts: []bus.SubscribeOption{bus.Retry(bus.Backoff{Initial: time.Hour}), bus.Queue("q")}, handler: func(context.Context) error { return errNo }, letters: 2,
		},
	} {
		for how, end := range endings {
			t.Run(name+", "+how, func(t *testing.T) {
				inLab(t, bus.Options{}, func(l *lab) {
					until, cancel := context.WithCancel(context.Background())
					defer cancel()
					handler := row.handler
					if handler == nil {
						handler = heeds
					}
					s, err := l.Subscribe("a.*", func(ctx context.Context, _ *bus.Event) error { return handler(ctx) }, append(row.opts, bus.Until(until))...)
					require.NoError(t, err)
					for n := range 2 {
						go l.publish("a.x", n) // the handler may hold its publisher up
						synctest.Wait()
					}
					end(l, s, cancel)
					synctest.Wait()
					assert.Zero(t, l.clock.Pending(), "timers")
					l.advance(24 * time.Hour)
					assert.Empty(t, l.failures.all)
					if how == "Close" {
						return // which forgets them
					}
					assert.Len(t, l.letters(), row.letters)
					for _, letter := range l.letters() {
						assert.ErrorIs(t, letter.Err, errNo)
					}
				})
			})
		}
	}
}

// What a handler fails with beside that is a failure, however late it comes.
func TestD12LateFailuresOfAnEndedSubscriptionAreTold(t *testing.T) {
	for name, opts := range map[string][]bus.SubscribeOption{
		"timed": {bus.Timeout(time.Second)}, "timed in a queue": {bus.Timeout(time.Second), bus.Concurrency(1)},
		"in a queue": {bus.Concurrency(1)}, "retried": {bus.Timeout(time.Second), bus.Retry(exact(3))},
	} {
		for _, panics := range []bool{false, true} {
			inLab(t, bus.Options{}, func(l *lab) {
				hold := make(chan struct{})
				s, err := l.Subscribe("a", func(context.Context, *bus.Event) error {
					<-hold
					if panics {
						panic(errNo)
					}
					return errNo
				}, opts...)
				require.NoError(t, err)
				go l.publish("a", 1)
				synctest.Wait()
				s.Unsubscribe()
				l.advance(time.Hour)
				assert.Empty(t, l.failures.all, "it has not said anything yet")
				close(hold)
				synctest.Wait()
				failed := []error{}
				for _, f := range l.failures.all {
					failed = append(failed, f.Err)
				}
				for _, letter := range l.letters() {
					failed = append(failed, letter.Err)
				}
				require.Len(t, failed, 1, name)
				assert.ErrorIs(t, failed[0], errNo)
			})
		}
	}
}

// Who publishes does not wait for a handler whose subscription has ended, as it would not for one whose time is up.
func TestD12APublisherDoesNotWaitForAnEndedSubscription(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		hold, done := make(chan struct{}), make(chan struct{})
		s, err := l.Subscribe("a", func(context.Context, *bus.Event) error { <-hold; return nil }, bus.Timeout(time.Hour))
		require.NoError(t, err)
		l.on("b", "a", nil)
		go func() {
			l.publish("a", 1)
			close(done)
		}()
		synctest.Wait()
		s.Unsubscribe()
		<-done
		l.said("0 b1")
		close(hold)
		synctest.Wait()
		assert.EqualValues(t, 2, l.Stats().Delivered)
		assert.Empty(t, l.failures.all)
	})
}

// A subscription with Once has ended when its one event comes, but nobody has ended it.
func TestD12APublisherWaitsForTheOneCallOfOnce(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		hold, returned := make(chan struct{}), false
		_, err := l.Subscribe("a", func(ctx context.Context, _ *bus.Event) error {
			<-hold
			returned = ctx.Err() == nil
			return nil
		}, bus.Timeout(time.Hour), bus.Once())
		require.NoError(t, err)
		go func() {
			synctest.Wait()
			close(hold)
		}()
		l.publish("a", 1)
		assert.True(t, returned)
		assert.Zero(t, l.clock.Pending())
	})
}

// An event that a member of a group gave up with its subscription is another member's.
func TestD9WhatAMemberGivesUpGoesToAnotherOne(t *testing.T) {
	for _, opts := range [][]bus.SubscribeOption{{bus.Timeout(time.Hour)}, {bus.Concurrency(1)}, {bus.Concurrency(1), bus.Retry(exact(2))}} {
		inLab(t, bus.Options{}, func(l *lab) {
			s, err := l.Subscribe("a", func(ctx context.Context, _ *bus.Event) error { return heeds(ctx) }, append(opts, bus.Queue("q"))...)
			require.NoError(t, err)
			go l.publish("a", 1)
			synctest.Wait()
			l.on("other ", "a", nil, bus.Queue("q"))
			s.Unsubscribe()
			l.said("0 other 1")
			assert.Empty(t, l.failures.all)
			assert.Empty(t, l.letters())
		})
	}
}

// A redrive at a rate ends with the bus.
func TestD12NothingOfAClosedBusIsTimed(t *testing.T) {
	inLab(t, bus.Options{}, func(l *lab) {
		l.on("a", "x", always(errNo), bus.Retry(exact(1)))
		for n := range 3 {
			l.publish("x", n)
		}
		_, err := l.Redrive("", bus.RedriveRate(0.001))
		require.NoError(t, err)
		go func() { _, _ = l.Request(context.Background(), "ask", nil, bus.RequestTimeout(time.Hour)) }()
		_, err = l.Respond("ask", func(ctx context.Context, _ *bus.Event) (any, error) { return nil, heeds(ctx) }, bus.Concurrency(1))
		require.NoError(t, err)
		synctest.Wait()
		require.NoError(t, l.Close())
		synctest.Wait()
		assert.Zero(t, l.clock.Pending())
		assert.Zero(t, l.held.Load())
	})
}

// A responder that gives up because nobody waits, or because its subscription has ended, has not failed.
func TestRequestGivenUpIsNoFailure(t *testing.T) {
	ends := func(ctx context.Context) error { return heeds(ctx) }
	causes := func(ctx context.Context) error { <-ctx.Done(); return context.Cause(ctx) }
	for _, responder := range []func(context.Context) error{ends, causes} {
		inLab(t, bus.Options{}, func(l *lab) {
			s, err := l.Respond("ask", func(ctx context.Context, _ *bus.Event) (any, error) { return nil, responder(ctx) }, bus.Concurrency(4))
			require.NoError(t, err)
			results := make(chan error, 3)
			ctx, cancel := context.WithCancel(context.Background())
			go func() {
				_, err := l.Request(context.Background(), "ask", nil, bus.RequestTimeout(time.Second))
				results <- err
			}()
			l.advance(time.Second)
			assert.ErrorIs(t, <-results, bus.ErrTimeout)
			go func() { _, err := l.Request(ctx, "ask", nil); results <- err }()
			synctest.Wait()
			cancel()
			assert.ErrorIs(t, <-results, bus.ErrCanceled)
			go func() { _, err := l.Request(context.Background(), "ask", nil); results <- err }()
			synctest.Wait()
			s.Unsubscribe()
			err = <-results
			assert.True(t, errors.Is(err, bus.ErrNoResponders), "%v", err)
			l.advance(time.Hour)
			assert.Empty(t, l.failures.all)
		})
	}
}
