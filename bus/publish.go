package bus

import "context"

// PublishOption sets an attribute of the event that is being published.
type PublishOption func(*attributes) error

func attribute(name, value string, set func(*attributes)) PublishOption {
	return func(a *attributes) error {
		set(a)
		return checkText(name, value)
	}
}

// WithID gives the event an id, which the publisher answers for being unique.
func WithID(id string) PublishOption {
	return attribute("WithID", id, func(a *attributes) { a.id = id })
}

// WithSubject says what the event is about within its topic (CloudEvents subject).
func WithSubject(subject string) PublishOption {
	return attribute("WithSubject", subject, func(a *attributes) { a.subject = subject })
}

// WithKey gives the entity or partition key.
func WithKey(key string) PublishOption {
	return attribute("WithKey", key, func(a *attributes) { a.key = key })
}

// WithVersion gives the version of the payload's schema.
func WithVersion(version string) PublishOption {
	return attribute("WithVersion", version, func(a *attributes) { a.version = version })
}

// WithTraceParent gives the W3C trace context, which ParseTraceParent must accept. It is passed on as it is.
func WithTraceParent(traceParent string) PublishOption {
	return func(a *attributes) error {
		if _, err := parseTraceParent("WithTraceParent", traceParent); err != nil {
			return err
		}
		a.traceParent = traceParent
		return nil
	}
}

// Publish delivers an event to all subscribers of topic and returns when they, and the subscribers of all
// that they published meanwhile, have been called (D1). With the context of a handler that is being
// called, it puts the event into that run's queue and returns at once.
//
// The error is the caller's mistake or state, never a handler's: a *TopicError, an *OptionError,
// ErrClosed, ErrCanceled with ctx's error when ctx has ended, a *RecursionError (D5), a *VersionError or
// *SchemaError of what was declared of the topic, or what an interceptor returned. A context that ends later
// does not stop the delivery half-way.
func (b *Bus) Publish(ctx context.Context, topic string, data any, opts ...PublishOption) error {
	if err := b.open(ctx); err != nil {
		return &opError{"publish", topic, err}
	}
	e := &Event{Topic: topic, Data: data, bus: b}
	if len(opts) > 0 {
		a := new(attributes)
		for _, set := range opts {
			if set == nil {
				return &OptionError{"PublishOption", "must not be nil"}
			}
			if err := set(a); err != nil {
				return err
			}
		}
		e.attrs = a
	}
	return b.publish(ctx, e)
}

// open reports why nothing can be published with ctx now.
func (b *Bus) open(ctx context.Context) error {
	if b.closed.Load() {
		return ErrClosed
	}
	if ctx == nil {
		return &OptionError{"ctx", "must not be nil; use context.Background()"}
	}
	if err := ctx.Err(); err != nil {
		return &canceledError{err}
	}
	return nil
}

func (b *Bus) publish(ctx context.Context, e *Event) error {
	if b.chain.Load() == nil {
		return b.accept(ctx, e)
	}
	if err := publishable(e.Topic); err != nil {
		return err
	}
	return b.intercept(ctx, e, b.accept)
}

// accept takes an event that passed the interceptors.
func (b *Bus) accept(ctx context.Context, e *Event) error {
	e, r, err := b.admit(e)
	if err != nil {
		return err
	}
	if h := b.host.Load(); h != nil {
		b.counts.shard().published.Add(1)
		return (*h).Publish(ctx, e)
	}
	cause := b.handlerContextOf(ctx)
	if cause != nil {
		if queued, err := cause.publish(ctx, e); queued || err != nil {
			return err
		}
	}
	return b.start(ctx, r.subs, e, cause)
}
