package bus

import (
	"context"
	"strconv"
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
	// Error refuses the new event and reports an *OverflowError as a failure of the subscription.
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

const maxConcurrency = 1 << 16

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
		if name == "" {
			return &OptionError{"Name", "empty"}
		}
		s.name = name
		return nil
	}
}

// Filter keeps events from the handler for which keep returns false. It runs on the publisher's goroutine.
// Several filters must all agree.
func Filter(keep func(*Event) bool) SubscribeOption {
	return func(s *settings) error {
		if keep == nil {
			return &OptionError{"Filter", "nil"}
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
			return &OptionError{"Until", "nil"}
		}
		if s.until != nil {
			return &OptionError{"Until", "given twice"}
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
		if n < 1 || n > maxConcurrency {
			return &OptionError{"Concurrency", "not from 1 to 65536: " + strconv.Itoa(n)}
		}
		s.concurrency = n
		return nil
	}
}

// Overflow bounds the queue of a subscription with Concurrency, or of Events, to limit events, and says
// what happens to the next one. Every event let go is counted.
func Overflow(limit int, policy Policy) SubscribeOption {
	return func(s *settings) error {
		if limit < 1 || limit > 1<<30 {
			return &OptionError{"Overflow", "limit not from 1 to 2^30: " + strconv.Itoa(limit)}
		}
		if policy < Block || policy > Error {
			return &OptionError{"Overflow", "unknown " + policy.String()}
		}
		s.limit, s.policy = limit, policy
		return nil
	}
}

func (s *settings) apply(opts []SubscribeOption) error {
	for _, o := range opts {
		if o == nil {
			return &OptionError{"SubscribeOption", "nil"}
		}
		if err := o(s); err != nil {
			return err
		}
	}
	if s.limit != 0 && s.concurrency == 0 && s.wake == nil {
		return &OptionError{"Overflow", "without a queue: needs Concurrency"}
	}
	if s.wake != nil && s.concurrency != 0 {
		return &OptionError{"Concurrency", "an iterator has no handler"}
	}
	return nil
}

// equip gives the subscription what its options need.
func (s *settings) equip(sub *Subscription) {
	sub.extras = &extras{name: s.name, filter: s.filter, once: s.once, responder: s.responder}
	if s.responder != nil {
		s.responder.sub = sub
	}
	if s.concurrency == 0 && s.wake == nil {
		return
	}
	if s.limit == 0 {
		s.limit, s.policy = DefaultQueue, Error
	}
	sub.extras.queue = newQueue(sub, s.limit, s.policy)
	sub.extras.queue.wake = s.wake
	if s.concurrency > 0 {
		newWorker(sub, s.concurrency)
	}
}
