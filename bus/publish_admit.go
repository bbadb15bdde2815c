package bus

import (
	"context"
	"runtime"
)

// admit is the one door of the bus: whatever way an event comes, behind the interceptors it gets its topic checked here,
// and is brought to the version and schema of it. The event returned is the one to deliver. The route is nil where a host
// delivers. The error is the publisher's: a *TopicError, a *VersionError, a *SchemaError, a *RecursionError or,
// for Extensions that an interceptor gave, an *OptionError.
func (b *Bus) admit(e *Event) (*Event, *route, error) {
	if err := e.checkExtensions(); err != nil {
		return nil, nil, err
	}
	var r *route
	var s *schema
	if b.host.Load() == nil {
		var err error
		if r, err = b.lookup(e.Topic); err != nil {
			return nil, nil, err
		}
		if r.declared != nil {
			s = r.declared.schema
		}
	} else {
		if err := publishable(e.Topic); err != nil {
			return nil, nil, err
		}
		s = b.schemaOf(e.Topic)
	}
	if e.Seq != 0 {
		// An interceptor passed the same event on twice: the first one is out already.
		in := e.Init()
		in.Seq = 0
		e = b.NewEvent(in)
	}
	if s != nil {
		if err := b.checkSchema(s, e); err != nil {
			return nil, nil, err
		}
	}
	if j := b.joins.Load(); j != nil {
		j.published(e)
	}
	return e, r, nil
}

// checkSchema takes an event through the schema of its topic.
func (b *Bus) checkSchema(s *schema, e *Event) error {
	if err := b.beginAdmission(e.Topic); err != nil {
		return err
	}
	defer b.endAdmission()
	return s.pass(e)
}

// beginAdmission counts an admission, unless it is within too many others of this goroutine: an interceptor, a
// validation or an upcast that publishes is in the admission of its own event, and nests on the stack, whose overflow
// Go cannot recover from (D5). Admissions of all goroutines are counted, since that is cheap; only where there are
// that many does it look how deep this goroutine's stack is.
func (b *Bus) beginAdmission(topic string) error {
	const frames = 4 // that one admission in another takes at the least
	if b.admissions.Add(1) > maxAdmissions {
		var pc [1]uintptr
		if runtime.Callers(frames*maxAdmissions, pc[:]) != 0 {
			b.endAdmission()
			return &RecursionError{Topics: []string{topic}, Limit: maxAdmissions, admission: true}
		}
	}
	return nil
}

// admissionContext is the context of interceptors: it carries how many admissions theirs is within, which the stack does not
// say of a publish on another goroutine. Handlers do not get it (handlerContext.Value).
type admissionContext struct {
	context.Context
	bus   *Bus
	depth int
}

type admissionKey struct{ bus *Bus }

func (a *admissionContext) Value(key any) any {
	if k, ok := key.(admissionKey); ok && k.bus == a.bus {
		return a
	}
	return a.Context.Value(key)
}

// withAdmission returns the context for the interceptors of an event that is published with ctx.
func (b *Bus) withAdmission(ctx context.Context, topic string) (*admissionContext, error) {
	depth := 1
	if a, _ := ctx.Value(admissionKey{b}).(*admissionContext); a != nil {
		depth += a.depth
	}
	if depth > maxAdmissions {
		return nil, &RecursionError{Topics: []string{topic}, Limit: maxAdmissions, admission: true}
	}
	return &admissionContext{ctx, b, depth}, nil
}

// withoutAdmission returns the context that withAdmission was given, unless the interceptors made another one of it.
func (b *Bus) withoutAdmission(ctx context.Context) context.Context {
	if a, ok := ctx.(*admissionContext); ok && a.bus == b {
		return a.Context
	}
	return ctx
}

func (b *Bus) endAdmission() { b.admissions.Add(-1) }

// admitted adds the topic that was being admitted to the error of an admission within, until the topics are a cycle.
func admitted(topic string, err error) error {
	const most = 16
	if r, ok := err.(*RecursionError); ok && r.admission {
		if n := len(r.Topics); n < most && (n == 1 || r.Topics[0] != r.Topics[n-1]) {
			r.Topics = append([]string{topic}, r.Topics...)
		}
	}
	return err
}
