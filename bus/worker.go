package bus

import "context"

// worker calls the handler of a subscription with Concurrency, on goroutines that it starts when events
// wait and that end when none does.
type worker struct {
	sub     *Subscription
	queue   *queue
	most    int
	running int // guarded by queue.mu
	ctx     context.Context
	cancel  context.CancelFunc
}

func newWorker(s *Subscription, n int) {
	w := &worker{sub: s, queue: s.extras.queue, most: n}
	w.ctx, w.cancel = context.WithCancel(context.Background())
	w.queue.wake = w.wake
}

// wake starts a goroutine if one more is useful. When the queue has closed it ends the handlers' context.
func (w *worker) wake() {
	q := w.queue
	q.mu.Lock()
	start := q.length > 0 && w.running < w.most
	if start {
		w.running++
	}
	closed := q.closed
	q.mu.Unlock()
	if closed {
		w.cancel()
	}
	if start {
		go w.work()
	}
}

func (w *worker) work() {
	returned := false
	defer func() {
		if !returned {
			// The handler ended this goroutine; another one goes on.
			w.queue.mu.Lock()
			w.running--
			w.queue.mu.Unlock()
			w.wake()
		}
	}()
	for {
		w.queue.mu.Lock()
		if w.queue.length == 0 {
			w.running--
			w.queue.mu.Unlock()
			returned = true
			return
		}
		next := w.queue.pop()
		w.queue.mu.Unlock()
		w.handle(next)
	}
}

func (w *worker) handle(in waiting) {
	defer release(in.event)
	b, s := w.sub.bus, w.sub
	// A run that is over from the start: what the handler publishes begins a run of its own, and knows its cause.
	r := &run{bus: b, base: w.ctx}
	r.state.Store(runClosed)
	r.first.run, r.first.values, r.first.event, r.first.topic = r, in.values, in.event, in.event.Topic
	failed := func(err error) { b.report(nil, b.newFailure(s, in.event, err)) }
	if _, err := s.invoke(&r.first, in.event, true, failed); err != nil {
		if err != errAnswered {
			failed(err)
		}
		return
	}
	b.counts.shard().delivered.Add(1)
}
