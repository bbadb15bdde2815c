// Package cloudevents writes and reads events of the bus as CloudEvents 1.0 (https://cloudevents.io) in the
// JSON format: structured mode ([Marshal], [Unmarshal]) and batches ([MarshalBatch], [UnmarshalBatch]).
//
//	text, err := cloudevents.Marshal(e)
//	...
//	in, err := cloudevents.Unmarshal(text)
//	...
//	err = b.PublishEvent(ctx, in)
//
// The CloudEvents type is the topic. The other attributes of an event are those of the same name; its key is
// the extension partitionkey, and correlationid, causationid, traceparent and version are extensions too.
// A source that is no URI reference, such as a bus's name with a space, is percent-encoded. Bytes are
// data_base64, all other data is JSON; nil is no data.
//
// What is written is what toCloudEvent of the npm package trolleybus writes for the same event. What is read
// keeps its data as [JSON], which decodes into what each handler asks for and is written again as it was.
// Other extension attributes are the event's Extensions.
//
// It is a package of its own because of encoding/json, which adds about 200 KB (brotli) to a page's program.
package cloudevents
