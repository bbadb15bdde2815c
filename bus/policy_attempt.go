package bus

import (
	"context"
	"errors"
	"time"
)

// attempt calls the handler once and settles what comes of it. It reports whether that was success. A
// panic and the end of the goroutine are failures like any other; in the latter case it does not return.
func (c *consumer) attempt(ctx context.Context, t task) (ok bool) {
	at := c.sub.bus.handlerContextOf(ctx)
	returned := false
	w := c.sub.bus.beginWatch(ctx, c.sub, c.sub.originalOf(t.event), t.attempt())
	defer func() {
		if !returned {
			ok = false
			err := newPanicError(recover())
			defer c.settle(at, t, err)
			w.end(err)
		}
	}()
	var err error
	switch host := c.sub.bus.host.Load() != nil && c.most == 0; {
	case c.timeout == 0:
		err = c.sub.target.deliver(ctx, c.sub.originalOf(t.event))
	case host:
		err = c.timedHere(ctx, t.event)
	default:
		result := c.timed(ctx, at, &t, w)
		if result == nil { // the subscription has ended, and the call goes on
			returned = true
			return false
		}
		err = *result
	}
	returned = true
	return c.attempted(at, t, w, err)
}

// attempted sees to the result of a call.
func (c *consumer) attempted(at *handlerContext, t task, w *callWatch, err error) (ok bool) {
	w.end(err)
	if isAnswered(err) {
		c.finish(&t)
		return false
	}
	c.settle(at, t, err)
	return err == nil
}

func (c *consumer) late() *TimeoutError {
	return &TimeoutError{Subscription: c.sub.Name(), Pattern: c.sub.Pattern(), After: c.timeout}
}

// timedHere is timed in a page, where JavaScript waits for the call and no goroutine may: the handler's context is
// all that ends.
func (c *consumer) timedHere(ctx context.Context, e *Event) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	late := c.late()
	timer := c.sub.bus.clock.AfterFunc(c.timeout, func() { cancel(late) })
	defer timer.Stop()
	defer context.AfterFunc(c.ctx, func() {
		timer.Stop()
		cancel(nil)
	})()
	return c.sub.target.deliver(ctx, c.sub.originalOf(e))
}

// timed calls the handler on a goroutine of its own, and no longer waits for it when the time is up, or the
// subscription has ended. In the latter case it returns nil, and the result is seen to when the handler returns.
func (c *consumer) timed(ctx context.Context, at *handlerContext, t *task, w *callWatch) *error {
	ctx, cancel := context.WithCancelCause(ctx)
	late := error(c.late())
	expired := make(chan struct{})
	timer := c.sub.bus.clock.AfterFunc(c.timeout, func() { close(expired) })
	defer timer.Stop()
	done := make(chan error, 1)
	e := t.event
	retainPayload(e) // the handler may go on after its time
	go func() {
		defer releasePayload(e)
		returned := false
		defer func() {
			if !returned {
				done <- newPanicError(recover())
			}
		}()
		err := c.sub.target.deliver(ctx, c.sub.originalOf(e))
		returned = true
		done <- err
	}()
	select {
	case err := <-done:
		cancel(nil)
		return &err
	case <-expired:
		if c.ctx.Err() == nil {
			cancel(late)
			return &late
		}
	case <-c.ctx.Done():
	}
	cancel(nil)
	t.hold(c)
	detached := *t
	go func() {
		if c.attempted(at, detached, w, <-done) {
			c.sub.bus.counts.shard().delivered.Add(1)
		}
	}()
	return nil
}

// settle decides what becomes of a task after an attempt. at is the handler context of the attempt, if it was made
// in a run.
func (c *consumer) settle(at *handlerContext, t task, err error) {
	b := c.sub.bus
	if err == nil {
		if c.window != nil && c.window.stored != nil {
			defer c.finish(&t) // whatever the store does
			c.window.persist(c.claimOf(&t))
			return
		}
		c.finish(&t)
		return
	}
	if c.over() && isCanceled(err) {
		c.passOn(t)
		return
	}
	if c.retry == nil {
		if c.window != nil {
			c.window.free(c.claimOf(&t))
		}
		defer c.finish(&t) // behind the report, for the payload, and behind a handler of it that ends the goroutine
		if c.sub.target != nil {
			b.report(at, b.newFailure(c.sub, c.sub.originalOf(t.event), err))
		}
		return
	}
	p := t.remember()
	p.attempts++
	p.err, p.last = err, b.clock.Wall()
	if p.first.IsZero() {
		p.first = p.last
	}
	t.hold(c) // for the pause, or for the dead letters
	again := false
	// Deferred, for a Retryable that ends the goroutine.
	defer func() {
		if again && c.pause(t) {
			b.counts.retried.Add(1)
			return
		}
		if c.window != nil {
			c.window.free(c.claimOf(&t))
		}
		defer c.done(&t) // whatever a handler of the dead letter does
		b.bury(at, c, t)
	}()
	again = c.retry.again(p.attempts, err)
}

// isCanceled reports whether an attempt failed because its context ended: with the subscription that is no failure,
// but the event has not been handled. causes are what else may say so. The error's own methods may panic.
func isCanceled(err error, causes ...error) (is bool) {
	defer func() { _ = recover() }()
	for _, cause := range append(causes, context.Canceled) {
		if cause != nil && errors.Is(err, cause) {
			return true
		}
	}
	return false
}

// finish is the end of a task that needs no more attempts.
func (c *consumer) finish(t *task) {
	t.release()
	c.done(t)
}

// done lets what waits for a task go on, as it is not this consumer's any more.
func (c *consumer) done(t *task) {
	if t.notes != nil && t.notes.keyed {
		c.mu.Lock()
		c.vacate(t)
		c.mu.Unlock()
		c.more()
	}
	c.onlyOne()
}

// onlyOne ends the consumer of a subscription with Once with its one event.
func (c *consumer) onlyOne() {
	if c.sub.extras.once {
		c.close()
	}
}

// pause has the task, which is held, wait for its next attempt: here, or where the subscription has ended for another
// member of its group. It reports false if there is nobody to make it.
func (c *consumer) pause(t task) bool {
	b := c.sub.bus
	d := c.retry.pause(t.notes.attempts, b.random)
	p := &pause{of: c, task: t}
	c.mu.Lock()
	closed := c.closed
	if !closed {
		if c.paused == nil {
			c.paused = map[*pause]struct{}{}
		}
		c.paused[p] = struct{}{}
	}
	c.mu.Unlock()
	if closed {
		return c.group != nil && b.pauseInGroup(p, d)
	}
	p.alarm.set(&b.clock, d, func() { c.resume(p) })
	return true
}

// handOn has another member of the group make the next attempt, if there is one, now that this one has left it.
func (c *consumer) handOn(t task) bool {
	other, there := c.other(t)
	if other == nil {
		return false
	}
	defer c.done(&t)
	other.admit(there)
	return true
}

// resume makes the next attempt of a task, or has another member of the group make it.
func (c *consumer) resume(p *pause) {
	c.mu.Lock()
	_, waits := c.paused[p]
	delete(c.paused, p)
	c.mu.Unlock()
	if !waits {
		return
	}
	t := p.task
	if c.handOn(t) {
		return
	}
	t.since = c.sub.bus.clock.Now()
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		c.passOn(t)
		return
	}
	c.due = append(c.due, t)
	c.mu.Unlock()
	c.more()
}

// admit takes a task that is not bound by the limit, since it was admitted elsewhere or before: ahead of
// what waits, but in the order of its key.
func (c *consumer) admit(t task) {
	t.since = c.sub.bus.clock.Now()
	t.hold(c)
	c.mu.Lock()
	if c.closed {
		c.mu.Unlock()
		c.passOn(t)
		return
	}
	c.lineUp(t)
	c.mu.Unlock()
	c.more()
}

// TimeoutError is the failure of an attempt that took longer than its Timeout.
type TimeoutError struct {
	Pattern      string
	Subscription string // its name, if it has one
	After        time.Duration
}

func (e *TimeoutError) Error() string {
	return "bus: handler of " + quoteName(e.Pattern, e.Subscription) + " took longer than " + e.After.String()
}
func (e *TimeoutError) Code() string  { return "TB_TIMEOUT" }
func (e *TimeoutError) Unwrap() error { return ErrTimeout }
