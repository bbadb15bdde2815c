package bustest

import (
	"context"
	"time"

	"github.com/trolleybus/trolleybus/bus"
)

// Subject is a bus under test. A fresh one is made for every test.
type Subject interface {
	// Publish returns when the event, and all that its handlers published, has been delivered; with the
	// context of a running handler it queues the event. Errors have codes as bus.Code finds them.
	Publish(ctx context.Context, topic string, data any) error
	// Subscribe returns a function that unsubscribes and may be called often.
	Subscribe(pattern string, h Handler, o Options) (unsubscribe func(), err error)
	// Request returns the first reply of the responders; needed with Features.Requests, as the next two.
	Request(ctx context.Context, topic string, data any) (any, error)
	// Gather returns the replies of all responders that did not fail.
	Gather(ctx context.Context, topic string, data any) ([]any, error)
	// Respond is Subscribe for requests.
	Respond(pattern string, r Responder, o Options) (unsubscribe func(), err error)
	// Use adds a publish interceptor; needed with Features.Interceptors.
	Use(i Interceptor) (remove func())
	// Failures returns all failures reported so far, once each, in order, however the subject hears of them.
	Failures() []Failure
	Stats() Stats
	Close() error
}

// Handler is called with each event. ctx is for nested publishes.
type Handler func(ctx context.Context, e Event) error

// Responder answers requests.
type Responder func(ctx context.Context, e Event) (any, error)

// Interceptor sees an event before it is accepted; the Topic and Data that it gives next count.
type Interceptor func(ctx context.Context, e Event, next func(context.Context, Event) error) error

// Event is what a Subject must be able to tell about an event.
type Event struct {
	Topic         string
	Data          any
	Seq           uint64
	ID            string
	CorrelationID string
	CausationID   string
	Source        string
	Time          time.Time // to the millisecond
}

// Options are those of a subscription.
type Options struct {
	Once   bool
	Name   string
	Filter func(Event) bool

	// What follows needs Features.Policies. Zero values mean: not given.
	Retry              *Retry
	Timeout            time.Duration
	Dedupe             *Window
	Queue              string
	Concurrency        int
	Overflow           *Overflow
	Coalesce           func(Event) string
	Debounce, Throttle time.Duration
	// Replay begins with the last events of each topic, all if it is negative; ReplayAfter with those after the
	// event of this number. With Features.Replay.
	Replay      int
	ReplayAfter uint64
}

// Keeper is a Subject whose topics keep events; needed with Features.Replay.
type Keeper interface {
	// Keep declares what a topic keeps.
	Keep(topic string, k bus.Keep) error
	// Last returns the data of the last event that a topic keeps, and whether there is one.
	Last(topic string) (data any, ok bool)
	// Clear deletes what the topics of a pattern keep.
	Clear(pattern string) error
	// Retained returns how many events are kept.
	Retained() int
}

// Failure is one reported failure.
type Failure struct {
	Err          error  // the handler's error, or one whose bus.Code is TB_PANIC
	Topic        string // of the event
	Pattern      string // of the subscription
	Subscription string // its name
}

// Stats are the counts that the suite checks, as bus.Stats defines them.
type Stats struct {
	Published, Delivered, Failed, Intercepted uint64
	Subscriptions                             int

	Retried, Dead, Redriven, Dropped, Deduped, Coalesced uint64 // with Features.Policies
}

// Features say which parts of the suite apply.
type Features struct {
	Concurrent   bool // may be used from several goroutines at once
	Interceptors bool // Use works
	Panics       bool // handlers may panic
	Reference    bool // payloads are passed by reference (D11, within one realm)
	Requests     bool // Request and Respond work
	Goexit       bool // handlers may end their goroutine
	Declarations bool // the subject is a Declarer
	Policies     bool // it is a Managed
	Bubble       bool // a Managed that waits by testing/synctest: its tests run in a bubble
	Replay       bool // the Subject is a Keeper
	Joints       bool // the Subject is a Joiner, and has Requests, Declarations and Replay
}
