// Package jsbridge exposes a [bus.Bus] to the web page that its program runs in.
//
// A program subscribes its components and serves its bus; the page that loaded it with
// createBus({ wasm }) then shares that bus, in JavaScript and in Go:
//
//	func main() {
//		b := bus.New(bus.Options{Codec: jsoncodec.Codec{}})
//		orders := bus.NewTopic[Order](b, "order.placed")
//		orders.Subscribe(func(ctx context.Context, o Order) error { ... })
//		jsbridge.Serve(b)
//	}
//
// # How it crosses
//
// Go owns the table of subscriptions; JavaScript owns the queue (promise D1) and delivers. For each
// topic Go compiles a route, the list of its subscribers in order, which JavaScript keeps and runs by
// itself until a subscription changes it. Only where a route names a Go handler is Go called, by an
// exported function that takes integers. All names that begin with trolleybus_ are exports of this
// package.
//
// # Payloads
//
// Data that JavaScript published stays there: a handler's event holds a [bus.Payload], which asks for
// bytes when it is decoded. It can be decoded until the handler returns; who keeps the event longer
// calls Retain first and Release afterwards (queues of package bus do so). Strings, numbers, booleans
// and bytes need no codec; for everything else set [bus.Options.Codec].
//
// Data that Go publishes reaches Go handlers as it is. For JavaScript handlers it is encoded when it is
// published, and what has no exact form there (an int64 over 2^53, invalid UTF-8) is the publisher's error.
//
// # Failures
//
// The page reports failures, wherever they happened: to its onError and to $bus.error, on both sides. In Go
// their data decodes to a [*bus.Failure] whose Err has the code and the message of the error, and matches
// the sentinels of package bus, but is not the same value; its Event has no data. [bus.Options.OnError]
// hears of them too; the Logger is not used, since what nobody hears of goes to the page's console.
//
// # One queue
//
// An event that is published while JavaScript delivers another waits for its turn and counts as caused by
// that one, with whatever context: from a handler, and from a goroutine that runs meanwhile. Handlers
// with [bus.Concurrency] run outside of the queue; what they publish with their context knows its cause.
//
// # Handlers must not wait
//
// JavaScript waits while a Go handler runs, so what the handler waits for must not come from
// JavaScript: no sleeping, no HTTP request, no timer. Other goroutines may be waited for as long as they
// don't wait for such things. Such a handler is subscribed with [bus.Concurrency], or starts a
// goroutine. A handler that does wait costs the instance: the page starts a new one and says which
// promise was broken.
package jsbridge
