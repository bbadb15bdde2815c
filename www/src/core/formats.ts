// The form of a traceparent; bus.ParseTraceParent is the same in Go.

const TRACEPARENT = /^(?!ff|00.{54})[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?:-[!-~]*)?$/;

/** W3C trace context: later versions than 00 are read as if they were 00, whatever printable ASCII follows. */
export const isTraceparent = (text: string): boolean => TRACEPARENT.test(text);

/** 292 years from 1970, what 64 bits of nanoseconds hold: Go's limit. */
const MAX_TIME = 9_223_372_036_000;
export const isTime = (milliseconds: number): boolean => milliseconds >= -MAX_TIME && milliseconds < MAX_TIME;
