// Package bustest is the delivery contract of the bus as tests, and a kit for tests of programs that use
// the bus.
//
// Run drives anything that behaves like a bus through the interface Subject and checks the promises D1
// to D5, D11 and D12 of package bus; each test is named after the promise that it proves. Native adapts
// a *bus.Bus. Main fails a package's tests when they leave goroutines behind.
//
// For tests of programs, Clock is a virtual clock and Random a seeded source for bus.Options; Record keeps events,
// ExpectEvents compares them with what was expected in order, and Replay publishes them again at the same distances;
// Shuffle lets handlers that run at the same time end in an order that a seed decides.
//
// The suite publishes strings, float64, bool, nil, and maps and slices of those, so that an adapter can
// carry all its data to another language. It never sleeps, and runs on one thread (GOOS=js) too.
package bustest
