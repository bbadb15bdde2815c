package bus

import (
	"context"
	"strconv"
	"time"
	"unicode/utf8"
)

// SubscribeOption changes what a subscription does. A wrong one is an *OptionError at Subscribe.
type SubscribeOption func(*settings) error

// Policy is what a full queue does with the next event.
type Policy uint8

const (
	// Block makes the publisher wait until there is space, the subscription ends or its context does. A
	// handler that publishes to its own full queue waits for itself: give such a publish a deadline.
	Block Policy = iota + 1
	// DropOldest lets the event go that waited longest.
	DropOldest
	// DropNewest lets the new event go.
	DropNewest
	// Latest lets all go that wait, and keeps the new event only.
	Latest
	// Error refuses the new event and reports an *OverflowError as a failure of the subscription, with that event.
	Error
)

func (p Policy) String() string {
	switch p {
	case Block:
		return "block"
	case DropOldest:
		return "drop-oldest"
	case DropNewest:
		return "drop-newest"
	case Latest:
		return "latest"
	case Error:
		return "error"
	}
	return "policy " + strconv.Itoa(int(p))
}

// DefaultQueue is the bound of a queue for which Overflow gives no other; its policy is Error.
const DefaultQueue = 1024

type settings struct {
	name        string
	filter      func(*Event) bool
	once        bool
	until       context.Context
	concurrency int
	limit       int
	policy      Policy
	responder   *responder
	wake        func() // of an iterator made by Events, which has a queue in any case
	retry       *Backoff
	timeout     time.Duration
	dedupe      *Window
	group       string
	coalesce    func(*Event) string
	pacing      pacing
	every       time.Duration
	hosted      bool // a host's subscriber, which has what Timeout needs but not the option
	replay      replayFrom
	quiet       bool // is no interest for observers
}

// hasPolicies reports whether events need more than to be handed to the handler.
func (s *settings) hasPolicies() bool {
	return s.hosted || s.concurrency > 0 || s.wake != nil || s.retry != nil || s.timeout > 0 || s.dedupe != nil || s.group != "" || s.pacing != unpaced
}

// Once ends the subscription with the first event that it gets, which is delivered at most once even if
// several publishers run at the same time. Events that a Filter turns away do not count.
func Once() SubscribeOption {
	return func(s *settings) error {
		s.once = true
		return nil
	}
}

// Name names the subscription in failures and for inspection.
func Name(name string) SubscribeOption {
	return func(s *settings) error {
		s.name = name
		return checkText("Name", name)
	}
}

// Filter keeps events from the handler for which keep returns false. It runs on the publisher's goroutine.
// Several filters must all agree.
func Filter(keep func(*Event) bool) SubscribeOption {
	return func(s *settings) error {
		if keep == nil {
			return &OptionError{"Filter", "the function must not be nil"}
		}
		if before := s.filter; before != nil {
			s.filter = func(e *Event) bool { return before(e) && keep(e) }
		} else {
			s.filter = keep
		}
		return nil
	}
}

// Until ends the subscription when ctx ends. If ctx has ended already the subscription never begins.
func Until(ctx context.Context) SubscribeOption {
	return func(s *settings) error {
		if ctx == nil {
			return &OptionError{"Until", "the context must not be nil"}
		}
		if s.until != nil {
			return &OptionError{"Until", "may be given only once"}
		}
		s.until = ctx
		return nil
	}
}

// Concurrency calls the handler on up to n goroutines of its own, fed by a bounded queue (see Overflow),
// so that the publisher does not wait for it. With n = 1 events keep their order; with more, handlers run
// at the same time. The goroutines exist only while events wait. The handler's context has the publish's
// values, ends with the subscription, and begins a new run when it is published with.
func Concurrency(n int) SubscribeOption {
	return func(s *settings) error {
		s.concurrency = n
		return checkNumber("Concurrency", n, 1, maxConcurrency)
	}
}

// Overflow bounds the queue of a subscription with Concurrency, or of Events, to limit events, and says
// what happens to the next one. Every event let go is counted.
func Overflow(limit int, policy Policy) SubscribeOption {
	return func(s *settings) error {
		if err := checkNumber("Overflow", limit, 1, maxCount); err != nil {
			return err
		}
		if policy < Block || policy > Error {
			return &OptionError{"Overflow", "unknown " + policy.String()}
		}
		s.limit, s.policy = limit, policy
		return nil
	}
}

// checkNumber reports a number that is not within the bounds of an option.
func checkNumber(option string, n int, least, most int64) error {
	if int64(n) < least || int64(n) > most {
		return &OptionError{option, "must be from " + strconv.FormatInt(least, 10) + " to " + strconv.FormatInt(most, 10) + ", got " + strconv.Itoa(n)}
	}
	return nil
}

// checkText reports a text that would not be the same on a page, or in a CloudEvent.
func checkText(option, text string) error {
	switch {
	case text == "":
		return &OptionError{option, "must not be empty"}
	case len(text) > maxText:
		return &OptionError{option, "must not be longer than " + strconv.Itoa(maxText) + " bytes"}
	case !utf8.ValidString(text):
		return &OptionError{option, "must be valid UTF-8"}
	}
	return nil
}

func (s *settings) apply(opts []SubscribeOption) error {
	for _, o := range opts {
		if o == nil {
			return &OptionError{"SubscribeOption", "must not be nil"}
		}
		if err := o(s); err != nil {
			return err
		}
	}
	iterator := s.wake != nil
	queued := s.concurrency > 0 || iterator
	switch {
	case s.responder != nil && (s.retry != nil || s.timeout != 0 || s.dedupe != nil || s.group != "" || s.pacing != unpaced || s.coalesce != nil || s.replay.asked()):
		return &OptionError{"Respond", "takes no options but Concurrency, Overflow, Once, Filter, Name and Until"}
	case s.limit != 0 && !queued && s.pacing == unpaced && (s.retry == nil || s.retry.Key == nil) && !s.replay.asked():
		return &OptionError{"Overflow", "needs a queue: add Concurrency"}
	case s.coalesce != nil && !queued && s.pacing == unpaced:
		return &OptionError{"Coalesce", "needs a queue: add Concurrency, Debounce, Throttle or PerFrame"}
	case iterator && s.concurrency != 0:
		return &OptionError{"Concurrency", "is not for Events: an iterator has no handler"}
	case iterator && (s.retry != nil || s.timeout != 0):
		return &OptionError{"Retry", "is not for Events: an iterator has no handler that could fail"}
	case iterator && s.group != "":
		return &OptionError{"Queue", "is not for Events: an iterator cannot be a member of a queue group"}
	case s.replay.asked() && s.group != "":
		return &OptionError{"Replay", "cannot be combined with Queue: no member is the one that past events would be for"}
	}
	return nil
}

// equip gives the subscription what its options need.
func (s *settings) equip(sub *Subscription) {
	x := &extras{name: s.name, filter: s.filter, once: s.once, responder: s.responder}
	sub.extras = x
	if s.quiet {
		sub.bits.Or(bitQuiet)
	}
	if s.responder != nil {
		s.responder.sub = sub
	}
	if s.replay.asked() {
		x.live = newLiveBuffer(sub, s.limit, s.policy)
	}
	if !s.hasPolicies() {
		return
	}
	c := &consumer{
		sub: sub, coalesce: s.coalesce, retry: s.retry, timeout: s.timeout, most: s.concurrency, wake: s.wake,
		queue: newBoundedQueue(s.limit, s.policy),
	}
	if s.dedupe != nil {
		c.window = newDedupeWindow(*s.dedupe, &sub.bus.clock)
		if s.dedupe.Store != nil {
			c.window.open(sub)
		}
	}
	if s.pacing != unpaced {
		c.pacer = &pacer{consumer: c, pacing: s.pacing, every: s.every}
	}
	if s.group != "" {
		c.group = sub.bus.joinGroup(s.group, c)
	}
	c.ctx, c.cancel = context.WithCancel(context.Background())
	x.consumer = c
}
