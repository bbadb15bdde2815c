// The forms of attributes that other standards define. `bus/internal/formats` is the same in Go.

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

/** RFC 3986, section 3: a scheme and what is behind it. */
export const isURI = (text: string): boolean => URI.test(text);
/** RFC 3986, section 4.1, and not empty. */
export const isReference = (text: string): boolean => new RegExp(`^(?!$)(?:${SCHEME}|(?![^/?#]*:))${REST}`, 'i').test(text);
/** RFC 2046; of parameters only that they are printable ASCII. */
export const isMediaType = (text: string): boolean => MEDIA_TYPE.test(text);
const PLACES = 'specversion|id|source|type|time|subject|datacontenttype|dataschema|data|traceparent|correlationid|causationid|partitionkey|version';
/** The name of a CloudEvents attribute for which an event has no place of its own. */
export const isExtension = (name: string): boolean => new RegExp(`^(?!(?:${PLACES})$)[a-z\\d]+$`).test(name);
