package bus

import (
	"context"
	"time"
)

// DefaultRequestTimeout is how long a request waits for an answer.
const DefaultRequestTimeout = 30 * time.Second

// RequestOption changes how long a request waits, and for what. A wrong one is an *OptionError.
type RequestOption func(*requestSettings) error

type requestSettings struct {
	timeout time.Duration
	max     int
	within  time.Duration
}

// RequestTimeout is how long a request waits, instead of DefaultRequestTimeout.
func RequestTimeout(d time.Duration) RequestOption {
	return func(s *requestSettings) error {
		if d <= 0 {
			return &OptionError{"RequestTimeout", "must be above 0, got " + d.String()}
		}
		s.timeout = d
		return nil
	}
}

// GatherMax ends Gather when it has n replies.
func GatherMax(n int) RequestOption {
	return func(s *requestSettings) error {
		s.max = n
		return checkNumber("GatherMax", n, 1, maxCount)
	}
}

// GatherWithin ends Gather after d with the replies that came until then, maybe none.
func GatherWithin(d time.Duration) RequestOption {
	return func(s *requestSettings) error {
		if d <= 0 {
			return &OptionError{"GatherWithin", "must be above 0, got " + d.String()}
		}
		s.within = d
		return nil
	}
}

// Request publishes an event that responders are asked to answer, and returns the first reply. Responders
// are asked in the order of subscription until one has answered; who merely subscribes gets the event too.
//
// The error is what Publish would return, a *NoRespondersError at once where nobody responds, a
// *RemoteError when all responders failed, a *RequestTimeoutError, ErrCanceled with ctx's error when ctx ended, or
// ErrClosed when the bus was closed meanwhile.
//
// Natively it begins a run of its own, also with the context of a handler that is being called, since its
// caller uses the result: as with any other context, the event overtakes what waits in the queue. In a page
// the queue is JavaScript's, so a request waits its turn; a goroutine may wait for it, and a handler with
// Concurrency. In a handler that JavaScript waits for the answer could never come: there the error is
// ErrWouldBlock, at once.
func (b *Bus) Request(ctx context.Context, topic string, data any, opts ...RequestOption) (any, error) {
	x, err := b.request(ctx, topic, data, false, opts)
	if err != nil {
		return nil, &opError{"request", topic, err}
	}
	return x.replies[0], nil
}

// Gather is Request for the replies of several responders: of all, of as many as GatherMax says, or of
// those that come in the time of GatherWithin. It fails only if all of them do.
func (b *Bus) Gather(ctx context.Context, topic string, data any, opts ...RequestOption) ([]any, error) {
	x, err := b.request(ctx, topic, data, true, opts)
	if err != nil {
		return nil, &opError{"gather", topic, err}
	}
	return x.replies, nil
}

// Request is Bus.Request for a reply that is a T, or a Payload that decodes to one; any other is a
// *PayloadError.
func Request[T any](ctx context.Context, b *Bus, topic string, data any, opts ...RequestOption) (T, error) {
	reply, err := b.Request(ctx, topic, data, opts...)
	if err != nil {
		var zero T
		return zero, err
	}
	return As[T](&Event{Topic: topic, Data: reply})
}

// Gather is Bus.Gather for replies that are all a T.
func Gather[T any](ctx context.Context, b *Bus, topic string, data any, opts ...RequestOption) ([]T, error) {
	replies, err := b.Gather(ctx, topic, data, opts...)
	if err != nil {
		return nil, err
	}
	all := make([]T, len(replies))
	for i, reply := range replies {
		if all[i], err = As[T](&Event{Topic: topic, Data: reply}); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (b *Bus) request(ctx context.Context, topic string, data any, gather bool, opts []RequestOption) (*Exchange, error) {
	x, err := b.newExchange(ctx, topic, gather, opts)
	if err != nil {
		return nil, err
	}
	// An interceptor that drops the event leaves nobody to answer.
	err = &NoRespondersError{Topic: topic}
	if refused := b.intercept(ctx, &Event{Topic: topic, Data: data, bus: b}, func(ctx context.Context, e *Event) error {
		var r *route
		if e, r, err = b.admit(e); err != nil {
			return err
		}
		x.event = e
		err = b.ask(ctx, x, r)
		return err
	}); refused != nil {
		err = refused
	}
	return x.result(ctx, err)
}

// result waits for what comes of a request, whose event was handed out but for err.
func (x *Exchange) result(ctx context.Context, err error) (*Exchange, error) {
	if err == nil {
		err = x.wait(ctx)
	}
	if x.event != nil {
		x.bus.tellAnswered(ctx, x.event, x.since, err)
	}
	if err != nil {
		return nil, err
	}
	return x, nil
}

// newExchange makes what a request of topic waits with.
func (b *Bus) newExchange(ctx context.Context, topic string, gather bool, opts []RequestOption) (*Exchange, error) {
	if err := b.open(ctx); err != nil {
		return nil, err
	}
	if err := b.lacking(featureRequests); err != nil {
		return nil, err
	}
	x := &Exchange{bus: b, topic: topic, gather: gather, limits: requestSettings{timeout: DefaultRequestTimeout}, since: b.clock.Now()}
	for _, o := range opts {
		if o == nil {
			return nil, &OptionError{"RequestOption", "must not be nil"}
		}
		if err := o(&x.limits); err != nil {
			return nil, err
		}
	}
	if !gather && (x.limits.max != 0 || x.limits.within != 0) {
		return nil, &OptionError{"GatherMax and GatherWithin", "are for Gather only; call Gather instead of Request"}
	}
	if err := publishable(topic); err != nil {
		return nil, err
	}
	b.requested.Add(1)
	return x, nil
}

// ask is accept for the event of a request, and returns when all there is to know at once is known. r is nil where a host
// delivers.
func (b *Bus) ask(ctx context.Context, x *Exchange, r *route) error {
	e := x.event
	a := *e.given()
	a.exchange = x
	e.attrs = &a
	if h := b.host.Load(); h != nil {
		b.counts.shard().published.Add(1)
		return (*h).Request(ctx, e, x)
	}
	cause := b.handlerContextOf(ctx)
	outer := cause
	if outer != nil && outer.run.closed() {
		outer = nil // nobody waits there any more
	}
	if outer != nil {
		if err := outer.deeper(e.Topic); err != nil {
			return err
		}
	}
	if a.arrival != nil {
		cause = nil // what comes from elsewhere has its own
	}
	if err := b.startWithin(ctx, r.subs, e, cause, outer); err != nil {
		return err
	}
	x.handedOut()
	return nil
}
