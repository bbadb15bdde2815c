package bus

import (
	"context"
	"sync"
	"time"
)

// asker gets the answer of a responder.
type asker interface {
	// open reports whether an answer is still wanted.
	open() bool
	// ask counts one more responder, of which answer or lost must follow.
	ask()
	answer(ctx context.Context, f *Failure, reply any)
	// lost is an answer that will not come; the reason has been told elsewhere. It may be called under a
	// lock.
	lost(reason error)
	// decline takes back that somebody was asked, who knows that nobody answers there.
	decline()
	// onEnd calls f once no answer is wanted any more.
	onEnd(f func(reason error))
}

// Exchange is one request and its answers: responders are asked in their order until it is decided. A host
// decides those of its bus by Reply and End.
type Exchange struct {
	bus    *Bus
	topic  string
	since  time.Time
	limits requestSettings
	gather bool
	event  *Event // accepted; nil before

	mu      sync.Mutex
	asked   int
	waiting int  // of those asked
	given   bool // to all who were there when the delivery began
	over    bool
	replies []any
	failed  []answerFailure
	err     error
	ended   chan struct{} // closed when it is over; nil if nobody waits
	endings []func(error)
	alarm   *alarm
}

type answerFailure struct {
	*Failure
	at   *handlerContext
	told bool
}

func (x *Exchange) open() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return !x.over
}

func (x *Exchange) ask() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.asked++
	x.waiting++
}

func (x *Exchange) answer(ctx context.Context, f *Failure, reply any) {
	x.mu.Lock()
	x.waiting--
	switch {
	case f != nil:
		x.failed = append(x.failed, answerFailure{Failure: f, at: x.bus.handlerContextOf(ctx)})
	case !x.over:
		x.replies = append(x.replies, reply)
	}
	x.check()
	x.unlock()
}

func (x *Exchange) lost(reason error) {
	go func() {
		x.mu.Lock()
		x.waiting--
		x.failed = append(x.failed, answerFailure{Failure: &Failure{Err: reason}, told: true})
		x.check()
		x.unlock()
	}()
}

func (x *Exchange) decline() {
	x.mu.Lock()
	x.asked--
	x.waiting--
	x.check()
	x.unlock()
}

func (x *Exchange) onEnd(f func(error)) {
	x.mu.Lock()
	if x.over {
		err := x.err
		x.mu.Unlock()
		f(err)
		return
	}
	x.endings = append(x.endings, f)
	x.mu.Unlock()
	x.startTimer()
}

// startTimer is called when somebody has to hear of the time-out: an answer that comes at once needs no
// timer. A host has the time of its own exchanges.
func (x *Exchange) startTimer() {
	if x.bus.host.Load() != nil {
		return
	}
	limit, gathered := x.limits.timeout, false
	if x.gather && x.limits.within > 0 && x.limits.within <= limit {
		limit, gathered = x.limits.within, true
	}
	left := limit - x.bus.clock.Now().Sub(x.since)
	x.mu.Lock()
	fresh := x.alarm == nil && !x.over
	if fresh {
		x.alarm = new(alarm)
	}
	x.mu.Unlock()
	if !fresh {
		return
	}
	x.alarm.set(&x.bus.clock, left, func() {
		x.mu.Lock()
		if gathered && x.asked > 0 {
			x.finish(nil)
		} else {
			x.finish(&RequestTimeoutError{Topic: x.topic, After: limit})
		}
		x.unlock()
	})
}

// handedOut tells that all have been asked who were there when the delivery began.
func (x *Exchange) handedOut() {
	x.mu.Lock()
	x.given = true
	x.check()
	x.unlock()
}

func (x *Exchange) reply(reply any) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if !x.over {
		x.replies = append(x.replies, reply)
	}
}

// End decides the exchange: by its replies if err is nil.
func (x *Exchange) end(err error) {
	x.mu.Lock()
	x.finish(err)
	x.unlock()
}

func (x *Exchange) times() (timeout time.Duration, gather bool, most int, within time.Duration) {
	return x.limits.timeout, x.gather, x.limits.max, x.limits.within
}

// check finishes the exchange if it can be. The caller holds the lock.
func (x *Exchange) check() {
	most := x.limits.max
	if !x.gather {
		most = 1
	}
	all := x.given && x.waiting == 0
	switch {
	case most > 0 && len(x.replies) >= most, all && len(x.replies) > 0:
		x.finish(nil)
	case all && len(x.failed) > 0 && !x.over:
		first := x.failed[0]
		err := first.Err
		if !first.told {
			x.failed = x.failed[1:]
			err = &RemoteError{Topic: x.topic, Err: err}
		}
		x.finish(err)
	case all:
		x.finish(&NoRespondersError{Topic: x.topic})
	}
}

// finish decides the exchange unless that has been done. The caller holds the lock.
func (x *Exchange) finish(err error) {
	if x.over {
		return
	}
	x.over, x.err = true, err
	if x.ended != nil {
		close(x.ended)
	}
}

// unlock lets go of the lock, and tells of the end who has to hear of it, and the bus of the failures that
// the requester is not told.
func (x *Exchange) unlock() {
	if !x.over {
		x.mu.Unlock()
		return
	}
	endings, failed, err, alarm := x.endings, x.failed, x.err, x.alarm
	x.endings, x.failed = nil, nil
	x.mu.Unlock()
	alarm.stop()
	for _, end := range endings {
		end(err)
	}
	for _, f := range failed {
		if !f.told {
			x.bus.report(f.at, f.Failure)
		}
	}
}

// wait returns when the exchange has been decided, at the latest when ctx or the bus ends.
func (x *Exchange) wait(ctx context.Context) error {
	x.mu.Lock()
	if !x.over {
		x.ended = make(chan struct{})
	}
	ended := x.ended
	x.mu.Unlock()
	if ended != nil {
		x.startTimer()
		x.bus.exchanges.add(x)
		defer x.bus.exchanges.remove(x)
		select {
		case <-ended:
		case <-ctx.Done():
			x.end(&canceledError{ctx.Err()})
		}
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.err
}

// exchanges are those that somebody waits for.
type exchanges struct {
	mu  sync.Mutex
	all map[*Exchange]struct{}
}

func (s *exchanges) add(x *Exchange) {
	s.mu.Lock()
	if s.all == nil {
		s.all = make(map[*Exchange]struct{})
	}
	s.all[x] = struct{}{}
	s.mu.Unlock()
	if x.bus.closed.Load() {
		x.end(ErrClosed)
	}
}

func (s *exchanges) remove(x *Exchange) {
	s.mu.Lock()
	delete(s.all, x)
	s.mu.Unlock()
}

func (s *exchanges) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all)
}

// close ends them all. They are removed by those who wait.
func (s *exchanges) close() {
	s.mu.Lock()
	all := make([]*Exchange, 0, len(s.all))
	for x := range s.all {
		all = append(all, x)
	}
	s.mu.Unlock()
	for _, x := range all {
		x.end(ErrClosed)
	}
}
