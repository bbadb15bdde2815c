// Command topicgen writes the TypeScript types and the JSON Schemas of the topics that Go source declares by
// bus.NewTopic[T], Bus.Declare and bus.Respond, so that the page and the Go program cannot disagree unseen.
//
//	topicgen [-o topics.ts] [-schemas DIR] [-check] [-never-nil] [-closed PATH] [-C DIR] [-goos OS] [-goarch ARCH] [packages]
//
//	go run github.com/trolleybus/trolleybus/cmd/topicgen@latest -goos js -goarch wasm -o src/topics.ts ./...
//
// From a checkout it is installed by go install ./topicgen in cmd. Packages are those of the module in the
// working directory, for the system that -goos and -goarch name: js and wasm for components of a page. With
// -C the command works in another directory, as go -C does: files and directories are from there too.
//
// A file topics.ts has an interface Topics, and one named Requests where requests are answered:
//
//	import { createBus } from 'trolleybus';
//	import type { Requests, Topics } from './topics';
//	const bus = createBus<Topics, Requests>();
//
// Without -o it goes to standard output. With -schemas each topic gets a file <topic>.schema.json with the
// JSON Schema (draft 2020-12) of its data, and each request <topic>.reply-schema.json for the answer; bytes
// that a file name should not have are written as %XX. Files of topics that are gone are removed, if topicgen
// wrote them. With -check nothing is written: the exit code is 1 when a file is not what would be written,
// and the message names it and the first line that differs. The exit code is also 1 for mistakes in the
// source, and 2 for a wrong command line.
//
// # Topics
//
// A name is a constant, or constants joined by other texts that are whole tokens: "order."+region+".placed"
// becomes the key `order.${string}.placed`. A declaration whose name cannot be known is left out with a
// warning that has its position, and so are one with a type parameter, a bus.Respond to a pattern, and a name
// with parameters that also stands for a topic of another type. A name that no event can have, and one topic
// declared with two types, are errors with their positions. bus.Request and bus.Gather count where no
// declaration says what a request carries and no responder what its answer is. The comment above a
// declaration becomes that of the topic.
//
// # Types
//
// What a type becomes is what encoding/json writes of it:
//
//   - Members have the names of json tags, and are those that Go promotes from embedded structs. They are
//     optional where omitempty or omitzero may leave them out, or an embedded pointer may be nil.
//   - *T is T | null. A member with omitempty or omitzero is an optional T instead, and may be null only where
//     T itself may: a pointer to a nil slice is written as null.
//   - []T is T[] | null, as a nil slice is null; likewise a map. A member with omitempty or omitzero is
//     optional and never null. With -never-nil, for programs that leave no slice and no map nil, none is null.
//   - []byte is text in base64. As the data of a topic itself it is a Uint8Array, since it crosses as bytes.
//   - [N]T is a tuple of up to 16, else T[].
//   - map[K]T is { [key: string]: T }, with number for K being integers, and the constants of K where it is
//     a string type that has them.
//   - time.Time is text (ISO 8601, as RFC 3339 has it), time.Duration a number of nanoseconds, big.Int and
//     json.Number a number. With the option string a number or boolean is text.
//   - any, other interfaces, json.RawMessage and types with MarshalJSON are unknown; types with MarshalText
//     are string. What only a pointer's MarshalText does is done for values that can be addressed: string or
//     the value.
//   - A string or integer type whose package declares at least two constants of it is a union of their values.
//     Integers have to be without a gap and not be made by shifting, which tells them from flags and units. A type
//     that has other values too says so by the line //topicgen:open in its comment. Types of other modules, the
//     standard library among them, may get more constants any time, and stay string or number unless -closed names
//     their package, or a pattern of packages: -closed k8s.io/api/...
//   - Generic types get a name for each instance, PageOrder for Page[Order]. Types of one name in several
//     packages get the package in front, ShopOrder and BillingOrder.
//   - chan, func, complex numbers, maps with other keys, and pointers that lead to pointers only (type P *P) are
//     errors with the path, Order.Items[].Done.
//
// Integers beyond 2^53 are not exact in JavaScript; the bus refuses them unless they are written as text.
//
// Comments of types and members become JSDoc, with @deprecated for a paragraph that begins with "Deprecated:".
package main
