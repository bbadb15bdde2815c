package bustest

import (
	"context"
	"testing/synctest"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

// NativeManaged is Native for a bus whose time is clock's, in a bubble of testing/synctest.
func NativeManaged(b *bus.Bus, clock *Clock) Managed {
	return NativeInTime(b, &bubble{clock: clock, start: clock.Now()})
}

// Time is what a Managed says of it, for a bus whose clock is not a Clock.
type Time interface {
	Now() time.Duration
	Advance(d time.Duration)
}

// NativeInTime is Native for a bus whose time is moved by t.
func NativeInTime(b *bus.Bus, t Time) Managed {
	return &nativeManaged{native: Native(b).(*native), Time: t}
}

type nativeManaged struct {
	*native
	Time
}

type bubble struct {
	clock *Clock
	start time.Time
}

func (t *bubble) Now() time.Duration { return t.clock.Now().Sub(t.start) }

func (t *bubble) Advance(d time.Duration) {
	synctest.Wait()
	end := t.clock.Now().Add(d)
	for due, ok := t.clock.Next(); ok && !due.After(end); due, ok = t.clock.Next() {
		t.clock.AdvanceTo(due)
		synctest.Wait()
	}
	t.clock.AdvanceTo(end)
	synctest.Wait()
}

func (n *nativeManaged) PublishID(topic string, data any, id string) error {
	return n.bus.Publish(context.Background(), topic, data, bus.WithID(id))
}

func (n *nativeManaged) Pressure(topic string) (float64, error) { return n.bus.Pressure(topic) }

func (n *nativeManaged) DeadLetters(idOrPattern string) ([]DeadLetter, error) {
	all, err := n.bus.DeadLetters(idOrPattern)
	out := make([]DeadLetter, len(all))
	for i, d := range all {
		out[i] = DeadLetter{
			ID: d.ID, Topic: d.Topic, Data: d.Event.Data, Pattern: d.Pattern, Subscription: d.Subscription,
			Attempts: d.Attempts, Redrives: d.Redrives, Err: d.Err,
		}
	}
	return out, err
}

func (n *nativeManaged) Discard(idOrPattern string) (int, error) { return n.bus.Discard(idOrPattern) }

func (n *nativeManaged) Redrive(idOrPattern, to string, perSecond float64) (int, error) {
	var opts []bus.RedriveOption
	if to != "" {
		opts = append(opts, bus.RedriveTo(to))
	}
	if perSecond != 0 {
		opts = append(opts, bus.RedriveRate(perSecond))
	}
	return n.bus.Redrive(idOrPattern, opts...)
}

// awaited waits for the promise that a handler has returned.
func awaited(err error) error {
	p, ok := AsPromise(err)
	if !ok {
		return err
	}
	done := make(chan error, 1)
	p.Then(func(err error) { done <- err })
	return <-done
}

// policies are the options of bus for those of the suite.
func (o Options) policies() (opts []bus.SubscribeOption) {
	text := func(f func(Event) string) func(*bus.Event) string {
		if f == nil {
			return nil
		}
		return func(e *bus.Event) string { return f(view(e)) }
	}
	if r := o.Retry; r != nil {
		opts = append(opts, bus.Retry(bus.Backoff{
			Attempts: r.Attempts, Initial: r.Initial, Factor: r.Factor, Max: r.Max, NoJitter: true, Key: text(r.Key),
		}))
	}
	if o.Timeout > 0 {
		opts = append(opts, bus.Timeout(o.Timeout))
	}
	if w := o.Dedupe; w != nil {
		opts = append(opts, bus.Dedupe(bus.Window{For: w.For, Max: w.Max, Key: text(w.Key)}))
	}
	if o.Queue != "" {
		opts = append(opts, bus.Queue(o.Queue))
	}
	if o.Concurrency > 0 {
		opts = append(opts, bus.Concurrency(o.Concurrency))
	}
	if over := o.Overflow; over != nil {
		policy := bus.Block
		for policy.String() != over.Policy && policy < bus.Error {
			policy++
		}
		opts = append(opts, bus.Overflow(over.Limit, policy))
	}
	if o.Coalesce != nil {
		opts = append(opts, bus.Coalesce(text(o.Coalesce)))
	}
	if o.Debounce > 0 {
		opts = append(opts, bus.Debounce(o.Debounce))
	}
	if o.Throttle > 0 {
		opts = append(opts, bus.Throttle(o.Throttle))
	}
	return opts
}
