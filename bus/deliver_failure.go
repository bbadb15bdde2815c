package bus

import (
	"context"
	"strconv"
	"time"
)

// ErrorTopic is where failures are published, each as a *Failure.
const ErrorTopic = "$bus.error"

// Failure is what went wrong in one delivery (D4).
type Failure struct {
	Err          error
	Event        *Event // nil if no event is concerned
	Subscription string // its name, if it has one
	Pattern      string
	Time         time.Time
}

// Logger is the part of *slog.Logger that the bus needs. args are pairs of a key and a value: topic, pattern and
// subscription (its name, or "") are text, error is what the handler returned, and where it panicked there is stack.
type Logger interface {
	Error(msg string, args ...any)
}

func (b *Bus) newFailure(s *Subscription, e *Event, err error) *Failure {
	f := &Failure{Err: err, Event: e, Time: b.clock.Wall()}
	if s != nil {
		f.Subscription, f.Pattern = s.Name(), s.Pattern()
	}
	return f
}

// report tells of a failure, once: subscribers of ErrorTopic and OnError, and the logger when neither
// exists. at is the context of the handler in which it happened, nil outside of a run.
func (b *Bus) report(at *handlerContext, f *Failure) {
	b.counts.failed.Add(1)
	if h := b.host.Load(); h != nil {
		(*h).Report(f)
		return
	}
	if f.Event != nil && f.Event.Topic == ErrorTopic {
		// A failure to handle a failure must not make another one.
		b.log(f)
		return
	}
	if b.onError != nil {
		defer b.tell(f) // also when a handler of ErrorTopic ends the goroutine
	}
	ofLetters := f.Event != nil && f.Event.Topic == LettersTopic // a handler of the failure might make more of them
	if (ofLetters || !b.publishFailure(at, f)) && b.onError == nil {
		b.log(f)
	}
}

// publishFailure puts the failure behind the event that failed, or begins a run with it.
func (b *Bus) publishFailure(at *handlerContext, f *Failure) bool {
	subs := b.subscribers(ErrorTopic)
	if len(subs) == 0 {
		return false
	}
	return b.deliverOwn(at, subs, &Event{Topic: ErrorTopic, Data: f, bus: b})
}

// announce publishes one of the bus's own events, behind the event of at, if somebody wants it.
func (b *Bus) announce(at *handlerContext, topic string, data any) {
	if b.closed.Load() {
		return
	}
	e := &Event{Topic: topic, Data: data, bus: b}
	if h := b.host.Load(); h != nil {
		if err := (*h).Publish(context.Background(), e); err != nil {
			b.report(nil, b.newFailure(nil, e, err))
		}
		return
	}
	if subs := b.subscribers(topic); len(subs) > 0 {
		b.deliverOwn(at, subs, e)
	}
}

func (b *Bus) deliverOwn(at *handlerContext, subs []*Subscription, e *Event) bool {
	if at == nil {
		return b.start(context.Background(), subs, e, nil) == nil
	}
	if queued, err := at.publish(at, e); queued || err != nil {
		return queued
	}
	return b.start(context.Background(), subs, e, at) == nil
}

// tell calls OnError, whose own panic goes to the logger with the failure that it was told.
func (b *Bus) tell(f *Failure) {
	returned := false
	defer func() {
		if returned {
			return
		}
		b.log(f)
		b.log(&Failure{Err: newPanicError(recover()), Event: f.Event, Pattern: "OnError", Time: b.clock.Wall()})
	}()
	b.onError(f)
	returned = true
}

func (b *Bus) log(f *Failure) {
	// A logger that panics has nobody left to tell.
	defer func() { _ = recover() }()
	topic := ""
	if f.Event != nil {
		topic = f.Event.Topic
	}
	args := []any{"topic", topic, "pattern", f.Pattern, "subscription", f.Subscription, "error", f.Err}
	if p, ok := f.Err.(*PanicError); ok {
		args = append(args, "stack", string(p.Stack))
	}
	b.logger.Error("bus: delivery failed", args...)
}

// stderrLogger prints with the runtime's println, which adds nothing to a bundle.
type stderrLogger struct{}

func (stderrLogger) Error(msg string, args ...any) {
	line := msg
	for i := 0; i+1 < len(args); i += 2 {
		key, _ := args[i].(string)
		var value string
		switch v := args[i+1].(type) {
		case string:
			value = v
		case error:
			value = v.Error()
		}
		switch {
		case key == "stack":
			line += "\n" + value
		case value != "":
			line += " " + key + "=" + strconv.Quote(value)
		}
	}
	println(line)
}
