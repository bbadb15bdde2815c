package bus

import "time"

// Retry calls the handler again with an event that it failed with, after pauses, and makes a dead letter of
// the event when the attempts are used up (D7). The first attempt is made like any other delivery, the
// next ones on another goroutine, by the bus's clock; unless Backoff.Key says otherwise, later events do not
// wait for them. What has failed and waits when the subscription ends becomes a dead letter then.
func Retry(b Backoff) SubscribeOption {
	return func(s *settings) error {
		p := b
		s.retry = &p
		return p.fill()
	}
}

// Timeout bounds each attempt: the handler's context ends after d, with a *TimeoutError as its cause, and
// that is the attempt's failure, whether the handler returns or not. It runs on a goroutine of its own, so
// that the publisher waits no longer than d, nor beyond the end of the subscription, even if the handler itself
// has ended it: nothing of an ended subscription is timed, and what its handler returns later is a failure unless
// it is the end of its context. With Once the publisher waits for the one call. (In a page, where JavaScript waits
// for it, a handler without Concurrency is called directly, and only its context ends.)
func Timeout(d time.Duration) SubscribeOption {
	return func(s *settings) error {
		if d <= 0 {
			return &OptionError{"Timeout", "must be above 0, got " + d.String()}
		}
		s.timeout = d
		return nil
	}
}

// Dedupe handles an event once, however often it comes, as long as its window remembers it (D8). What
// failed for good, or was let go by a full queue, is forgotten, so that it may come again.
func Dedupe(w Window) SubscribeOption {
	return func(s *settings) error {
		if w.For < 0 {
			return &OptionError{"Dedupe", "For must not be below 0, got " + w.For.String()}
		}
		s.dedupe = &w
		return checkNumber("Dedupe", w.Max, 0, maxCount)
	}
}

// Queue makes the subscription a member of a queue group: of the members whose patterns match a topic, one
// gets each event (D9), the one that has least to do. What fails goes to another member for its next attempt
// (with Retry), and what waits when a member's subscription ends goes to another one.
func Queue(group string) SubscribeOption {
	return func(s *settings) error {
		s.group = group
		return checkText("Queue", group)
	}
}

// Coalesce lets an event take the place of the one with the same key that waits. Those replaced are counted.
// Events for which key returns "" are left alone. It needs Concurrency, Events, Debounce, Throttle or PerFrame.
func Coalesce(key func(*Event) string) SubscribeOption {
	return func(s *settings) error {
		if key == nil {
			return &OptionError{"Coalesce", "the function must not be nil"}
		}
		s.coalesce = key
		return nil
	}
}

// Debounce passes on the last event once none has come for d; with Coalesce, the last of each key.
func Debounce(d time.Duration) SubscribeOption { return pace("Debounce", debounce, d) }

// Throttle passes on the first event at once and then at most one in each d, the last that came; with
// Coalesce, for each key.
func Throttle(d time.Duration) SubscribeOption { return pace("Throttle", throttle, d) }

// PerFrame passes on the last event with each frame that a page paints, natively 60 times a second; with
// Coalesce, the last of each key.
func PerFrame() SubscribeOption { return pace("PerFrame", perFrame, time.Second/60) }

func pace(name string, p pacing, d time.Duration) SubscribeOption {
	return func(s *settings) error {
		switch {
		case d <= 0:
			return &OptionError{name, "must be above 0, got " + d.String()}
		case s.pacing != unpaced:
			return &OptionError{name, "use only one of Debounce, Throttle and PerFrame"}
		}
		s.pacing, s.every = p, d
		return nil
	}
}
