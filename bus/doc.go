// Package bus is a publish/subscribe bus: topics with wildcards, typed topics, ordered delivery and
// isolated failures, natively and in a web page. It needs the standard library only, and of that only
// what keeps a WebAssembly bundle small.
//
//	b := bus.New(bus.Options{})
//	sub, err := b.Subscribe("order.*", func(ctx context.Context, e *bus.Event) error { ... })
//	err = b.Publish(ctx, "order.placed", order)
//
// # Topics
//
// A topic is tokens joined by dots; in patterns '*' stands for one token and '>' for one or more at the
// end, as in NATS subjects. ValidateTopic has the grammar. A topic that begins with '$' is the bus's own:
// anybody may subscribe to it by name, nobody else may publish on it, and a pattern whose first token is
// a wildcard does not match it, as in MQTT.
//
// # What you can rely on
//
// The promises have numbers, which the tests of package bustest carry in their names.
//
// D1, run to completion, first in, first out:
//   - Publish delivers on the calling goroutine, and returns when all subscribers have been called. The
//     outermost Publish and all that comes of it is one run.
//   - A handler that publishes with its own context, or one derived from it, adds to the run's queue, and
//     its Publish returns at once. The event is delivered when all before it have reached all their
//     subscribers. So nobody sees an effect before its cause.
//   - A goroutine that a handler starts may publish with the handler's context too. While the run goes on
//     the event joins its queue, afterwards it begins a run of its own; it knows its cause in both cases.
//   - A handler that publishes with any other context, such as context.Background(), begins a run on
//     top of the one it is called from: that event overtakes what waits in the queue, and later handlers
//     of the present event. Handlers of Topic.SubscribeFunc have no context and so always do this.
//   - A handler's context has the values of the publish that it handles, and the deadline and the
//     cancellation of the outermost publish, which the bus itself looks at only before it accepts an event.
//
// D1 between publishers on different goroutines:
//   - Runs of different goroutines are independent and go on at the same time. No lock is held while a
//     handler is called.
//   - Each subscriber sees the events of one goroutine in that goroutine's order. Between goroutines
//     there is no order, and two subscribers may see their events in different orders.
//   - A handler may be called by several publishers at the same time, and must be safe for that. The
//     handlers of one event are called one after the other.
//   - A handler that does not return holds up its publisher, and the events of that run, and nobody else.
//     The option Concurrency lifts that: the handler gets goroutines and a bounded queue of its own, and
//     with Concurrency(1) is never called twice at the same time. Order is then kept within the
//     subscription, not across subscriptions.
//
// D2, snapshot:
//   - The subscribers of an event are fixed when its delivery begins: for a queued event, when it is its
//     turn. Who subscribes during the delivery is not called for that event.
//
// D3, order:
//   - Subscribers are called in the order of subscription, literal, wildcard and typed alike.
//
// D4, isolation:
//   - A handler that returns an error, panics or ends its goroutine (runtime.Goexit, testing's FailNow)
//     stops no other handler and no queued event.
//   - Each failure is reported once: as a *Failure on ErrorTopic, behind the event that failed, and to
//     Options.OnError; where neither a subscriber nor OnError exists, to Options.Logger. A failure of a
//     handler of ErrorTopic goes to the logger only.
//   - Publish returns its caller's mistakes, never a handler's failure.
//
// D5, bounded recursion:
//   - Options.MaxDepth bounds the chain of events each published by the last one's handler. The publish
//     that would exceed it gets a *RecursionError that names the cycle. Reports of failures are let through.
//   - Handlers that nest on the stack (see D1) are bounded too, though less exactly: the stack is looked
//     at on one publish in 512, and the error names the one topic at which it was found too deep.
//
// D6, replay joins live without a seam:
//   - A subscription with Replay, ReplayAll or ReplayAfter gets what its topics keep (Retain, History) first, in
//     the order in which it was delivered, and then each later event: none is missing and none comes twice,
//     whoever publishes meanwhile. Events that come during the replay wait behind it, in a bounded queue.
//   - The replay is a run of its own, on the goroutine that subscribes, also within a handler.
//
// D7, failure policy:
//   - With Retry a failure is no failure of D4: the handler is called again with the event, on a goroutine of the
//     bus and by its Clock, and what fails for good becomes a *DeadLetter, published on DeadTopic plus the topic
//     behind its event. Timeout bounds each attempt. Order is kept where Backoff.Key asks for it.
//   - Dead letters are kept up to Options.DeadLetters; Redrive gives them back, Discard forgets them. What waits for
//     its next attempt when the subscription ends becomes one too.
//   - Delivery is at least once: a handler that timed out may have done its work. Pauses and time-outs are measured
//     by Clock.Now, which never goes back.
//
// D8, idempotency:
//   - With Dedupe an event is handled once by its id or key, within a window bounded by time and number. What failed
//     for good, or was let go by a full queue, is forgotten and may come again. A window is in memory; with a
//     WindowStore it outlives the program, and what was handled before is known after.
//
// D9, queue groups:
//   - Of the members of a Queue whose patterns match, the one with the least to do gets an event. Its failures
//     (with Retry), and what waits when it ends, go to another one.
//
// D10, back-pressure:
//   - Each queue (Concurrency, Events, Debounce, Throttle, PerFrame, behind a key or a replay) has a bound and a
//     Policy, and every event let go is counted, for the subscription and in Stats. PressureTopic and SlowTopic
//     tell of queues that fill up or stand.
//
// D11, payloads:
//   - Data passes by reference, untouched. Handlers share it, so treat it as read-only.
//
// D12, unsubscribing:
//   - Once Unsubscribe has returned, no run begins a call of the handler any more, also not for the event
//     being delivered. Only a publisher on another goroutine that had decided on a call at that very
//     moment may still make it. A call that has begun goes on.
//   - Nothing of a subscription stays behind: no goroutine, no route, no place in the table.
//
// # Requests
//
// Respond and Request ask beside telling: a request is an event in the one order, which responders answer.
//
// # Schemas
//
// What Validate, Version and Upcast declare of a topic holds for whoever publishes on it, before anybody gets it.
//
// # Stats
//
// Stats, Topics and Subscriptions are exact when no publish is under way.
//
// # Errors
//
// Every error of the package matches a sentinel by errors.Is and has a stable code: see Code.
//
// # Hosts
//
// A program that has its own event loop, as a web page does, takes delivery over with SetHost. The
// subscription table, matching, interceptors and the isolation of a single handler stay here; queue, order
// and numbering become the host's, and with them D1.
package bus
