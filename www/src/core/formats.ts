// The forms of attributes that other standards define. `bus/internal/grammar` and bus.ParseTraceParent are the same in Go.

const PCT = '%[\\da-f]{2}';
const HOST = `[\\w.~!$&'()*+,;=-]|${PCT}`;
const PATH = `(?:[/:@]|${HOST})*`;
const MORE = `(?:[/:@?]|${HOST})*`;
const SCHEME = '[a-z][a-z\\d+.-]*:';
const AUTHORITY = `(?:(?::|${HOST})*@)?(?:\\[[\\da-f:.]+\\]|(?:${HOST})*)(?::\\d*)?`;
// What comes behind the scheme: an authority, or a path that does not look like one.
const REST = `(?://${AUTHORITY}(?=[/?#]|$)|(?!//))${PATH}(?:\\?${MORE})?(?:#${MORE})?$`;
const URI = new RegExp(`^${SCHEME}${REST}`, 'i');
const MEDIA_TYPE = /^[\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+(?: *;[ -~]*)?$/;
const TRACEPARENT = /^(?!ff|00.{54})[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-[!-~]*)?$/;

/** RFC 3986, section 3: a scheme and what is behind it. */
export const isURI = (text: string): boolean => URI.test(text);
/** RFC 3986, section 4.1, and not empty. */
export const isReference = (text: string): boolean => new RegExp(`^(?!$)(?:${SCHEME}|(?![^/?#]*:))${REST}`, 'i').test(text);
/** RFC 2046; of parameters only that they are printable ASCII. */
export const isMediaType = (text: string): boolean => MEDIA_TYPE.test(text);
/** W3C trace context: later versions than 00 are read as if they were 00, whatever printable ASCII follows. */
export const isTraceparent = (text: string): boolean => TRACEPARENT.test(text);

const PLACES = 'specversion|id|source|type|time|subject|datacontenttype|dataschema|data|traceparent|correlationid|causationid|partitionkey|version';
/** The name of a CloudEvents attribute for which an event has no place of its own. */
export const isExtension = (name: string): boolean => new RegExp(`^(?!(?:${PLACES})$)[a-z\\d]+$`).test(name);

/** 292 years from 1970, what 64 bits of nanoseconds hold: Go's limit. */
const MAX_TIME = 9_223_372_036_000;
export const isTime = (milliseconds: number): boolean => milliseconds >= -MAX_TIME && milliseconds < MAX_TIME;
