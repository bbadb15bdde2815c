// Package bus is a publish/subscribe bus: topics with wildcards, typed topics, ordered delivery and
// isolated failures, natively and in a web page. It needs the standard library only, and of that only
// what keeps a WebAssembly bundle small.
//
// Make a bus, subscribe, publish:
//
//	b := bus.New(bus.Options{OnError: func(f *bus.Failure) { log.Print(f.Subscription, ": ", f.Err) }})
//	defer b.Close()
//	sub, err := b.Subscribe("order.*", func(ctx context.Context, e *bus.Event) error {
//		order, err := bus.As[Order](e)
//		if err != nil {
//			return err
//		}
//		return b.Publish(ctx, "invoice.sent", order.ID) // waits its turn
//	}, bus.Name("billing"))
//	err = b.Publish(ctx, "order.placed", Order{ID: "A-1"}) // returns when both events have been delivered
//	sub.Unsubscribe()
//
// Give a topic a type, and ask a question:
//
//	orders := bus.NewTopic[Order](b, "order.placed")
//	_, err = orders.Subscribe(func(ctx context.Context, o Order) error { ... })
//	err = orders.Publish(ctx, Order{ID: "A-2"})
//
//	_, err = bus.Respond(b, "price.get", func(ctx context.Context, id string) (int, error) { ... })
//	price, err := bus.Request[int](ctx, b, "price.get", "A-1")
//
// The Example functions of the package run as tests. docs/GUIDE.md begins with tasks, and has both languages.
//
// # Topics
//
// A topic is tokens joined by dots; in patterns '*' stands for one token and '>' for one or more at the
// end, as in NATS subjects. ValidateTopic has the grammar. A topic that begins with '$' is the bus's own:
// anybody may subscribe to it by name, nobody else may publish on it, and a pattern whose first token is
// a wildcard does not match it, as in MQTT.
//
// # Which call to use
//
// To announce something, publish:
//   - [Bus.Publish] delivers an event to all subscribers of its topic. [NewTopic] gives a topic a type: the
//     compiler checks the data, and its Publish allocates nothing where handlers take the value alone.
//   - [WithID], [WithKey] and the other options set attributes of CloudEvents; package cloudevents turns events
//     into CloudEvents and back.
//
// To receive events, subscribe:
//   - [Bus.Subscribe] calls a function for each event, [Bus.Events] is a loop over them.
//   - [Once], [Filter] and [Until] narrow a subscription, [Name] says in failures and statistics whose it is.
//   - [Replay] begins with what the topic has kept: declare that by [Retain] or [History].
//   - [Concurrency] takes the handler off the publisher's goroutine, [Overflow] says what a full queue does.
//   - [Retry] and [Timeout] are for handlers that may fail, [Dedupe] for events that may come twice, [Queue] for
//     work that one of several subscribers should do.
//   - [Debounce], [Throttle], [PerFrame] and [Coalesce] skip events that a newer one makes pointless.
//
// To get an answer, call [Bus.Request]; [Bus.Respond] registers who gives it. [Bus.Gather] collects the answers of several.
//
// To set rules for a topic that hold for every publisher, call [Bus.Declare] or give NewTopic options: [Validate],
// [Version], [Upcast], [Retain], [History].
//
// # Writing a handler
//
// A handler should:
//   - publish with the ctx that it was given. The new event then waits its turn, knows its cause, and counts towards
//     the bound of endless chains (D1, D5).
//   - return its error. Log it in one place, Options.OnError, not in each handler. [Permanent] marks an error that
//     another attempt would not mend.
//   - be quick, or be subscribed with Concurrency: the publisher, and the subscribers behind it, wait for it.
//   - be safe for concurrent use, since several goroutines may publish at once. With Concurrency(1) it need not be.
//   - have the same effect if it is called twice with an event, where it has Retry: an attempt that timed out may
//     have done its work. Dedupe keeps away events that were handled, not attempts that were half done.
//   - stop when ctx ends, where it has Timeout, Concurrency or answers requests.
//   - read data by [As], or as a typed topic's value, and keep the result rather than the event: in a page the data
//     may live only as long as the delivery.
//
// It should not:
//   - change the event or its data, which others get too (D11). Copy first.
//   - publish with context.Background(): the event overtakes those that wait (D1).
//   - wait for what another handler of the same run has to do: that one is called after it returns.
//   - request something in a page without Concurrency: the answer could never come, so that the error is
//     [ErrWouldBlock].
//   - publish to its own full queue whose policy is [Block], without a deadline.
//
// It may subscribe, unsubscribe itself or others, and close the bus. Validations and upcasts must not publish.
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
// # Testing
//
// Publish returns when the handlers have been called, so that a test of plain subscribers publishes and then looks:
// it needs neither sleeping nor polling. What runs elsewhere is waited for in a bubble of testing/synctest. Package
// bustest has the rest:
//   - Record keeps the events of a pattern and ExpectEvents compares them, with their causes.
//   - Clock and Random, given as Options.Clock and Options.Random, make pauses, time-outs and jitter exact: the
//     time stands still until the test advances it.
//   - Shuffle lets concurrent handlers end in another order for each seed; Main fails a package that leaves
//     goroutines behind; Run is the suite of the promises, for adapters.
//
// Give a test a bus of its own, and collect the failures by Options.OnError: a handler's error is not Publish's (D4).
//
// # Debugging
//
// Give subscriptions a [Name], then look here:
//   - A handler fails: Options.OnError or a subscriber of [ErrorTopic] gets each failure with its event, pattern and
//     name; a panic's stack is in its [PanicError].
//   - A handler is not called: [Bus.Subscriptions] lists who is there, with its queue, [Bus.Topics] how many each
//     topic reaches, and Match(pattern, topic) tells whether a pattern fits. ">" matches no topic of the bus
//     itself. Data that is no T reaches no handler of a T: it is a failure with a [PayloadError].
//   - Events are missing: Dropped, Deduped, Coalesced, Intercepted and Dead in [Bus.Stats] say where they went, and
//     [Bus.DeadLetters] has the last with their errors.
//   - You don't know where an event comes from: CausationID and CorrelationID name the event that caused it and the
//     first of the chain.
//   - Events come in another order than expected: something publishes with another context than the handler's (D1), or the subscribers have
//     Concurrency.
//   - A publish does not return: a handler has not. A dump of the goroutines (SIGQUIT) shows which.
//   - Memory or delay grows: [PressureTopic] and [SlowTopic] name the queue.
//
// # Observing
//
// [Bus.Observe] has an [Observer] see interest, deliveries, drops, dead letters, what topics keep and what requests came
// to. It is called where that happens, and must not end its goroutine: one that never returns blocks. Hand over what takes
// time. What it publishes with its context waits its turn (D1).
//
// # Joining other buses
//
// [Bus.Join] makes a [Joint], by which a link to another bus, a log or the client of a broker brings events in: they keep their
// ids, sources, times and causes, pass no interceptor again, and come once over all joints. A joint also sets retained values
// by stamps that order them over all buses, and answers requests later. Who only publishes needs none.
//
// # Stats
//
// Stats, Topics and Subscriptions are exact when no publish is under way.
//
// # Errors
//
// Every error of the package matches a sentinel by errors.Is and has a stable code: see Code.
package bus
