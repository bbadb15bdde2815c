/** The functions that package jsbridge exports; `jsbridge/exports.go` is the other side. Integers and floats only. */
export interface GoExports {
  /** Address of the input buffer, at least `size` bytes; 0 when that is over the cap. */
  trolleybus_buffer(size: number): number;
  /** Applies the changes of subscriptions in the input buffer; Failed: the output has id, code and message of each that is refused. */
  trolleybus_apply(length: number, nonce: number): number;
  /**
   * Compiles the route of the topic in the input buffer; address of `[count, id...]`. Go's ids have the top bit set, and so
   * has the count where Go declared a schema or version of the topic.
   */
  trolleybus_route(length: number): number;
  /**
   * Calls a Go subscriber. `topicLength` 0: the topic is its pattern. For an event of Go's that another one caused it
   * is where JavaScript describes the event.
   */
  trolleybus_call(handle: number, topicLength: number, ref: number, kind: number, seq: number, nonce: number): number;
  /** Runs Go's interceptors for an event published by JavaScript. */
  trolleybus_intercept(topicLength: number, ref: number, nonce: number): number;
  /** The same with what Go declared of the topic. */
  trolleybus_check(topicLength: number, ref: number, nonce: number): number;
  /** Encodes the data of an event of Go's into the output; the kind. */
  trolleybus_encode(ref: number): number;
  trolleybus_release(ref: number): void;
  /** Writes what Go subscribed to into the output; how many. */
  trolleybus_subscriptions(): number;
  /** `trolleybus_call` for a responder: `token` is the question's number, `requester` that of a request of Go's, else 0. */
  trolleybus_answer(handle: number, topicLength: number, ref: number, kind: number, seq: number, token: number, requester: number, nonce: number): number;
  /** Nobody waits for the answer any more. */
  trolleybus_cancel(token: number): void;
  /** A reply to a request of Go's: `length * 16 + kind` of what is in the input. */
  trolleybus_reply(requester: number, encoded: number): void;
  /** Decides a request of Go's: by its replies, or with `length` above -1 by the error in the input. */
  trolleybus_settled(requester: number, length: number): void;
  /** How much observers are to be told: nothing (0), what Go's subscribers want (1), and all that Go decides (2). */
  trolleybus_observe(seen: number, nonce: number): number;
  /** Runs the timers that are due. */
  trolleybus_tick(nonce: number): number;
  /** Whether Go has no use for the page's timer any more (1), and none for its frame (2). */
  trolleybus_rest(): number;
  /** The page is about to paint. */
  trolleybus_frame(nonce: number): number;
  trolleybus_close(): void;
  /** Adds a subscriber with policies; pattern and policies are in the input. */
  trolleybus_manage(id: number, order: number, length: number, nonce: number): number;
  /**
   * Takes an event through the policies of a subscriber or of a queue group. OK: call the one that the output's second
   * word says, its first being the number of the call. `held`: the number of an event of Go's, for a group.
   */
  trolleybus_offer(id: number, length: number, ref: number, kind: number, held: number, seq: number, order: number, nonce: number): number;
  /** Says how a call ended; OK if that needs no report. */
  trolleybus_settle(id: number, call: number, ref: number, kind: number, seq: number, outcome: number, length: number, nonce: number): number;
  /** The dead letters of the pattern in the input: the output's first word is the address of their count and numbers. */
  trolleybus_letters(length: number, nonce: number): number;
  trolleybus_redrive(length: number, rate: number, nonce: number): number;
  trolleybus_discard(length: number, nonce: number): number;
  trolleybus_pressure(length: number, nonce: number): number;
  trolleybus_stats(nonce: number): number;
  trolleybus_states(nonce: number): number;
  /** Writes what topics were to keep before Go met the page into the output: topic, count, age in milliseconds, bytes; how many events they did keep. */
  trolleybus_handover(): number;
  /** Holds one of them for the caller: its number; attributes, topic, number and size are in the output. */
  trolleybus_past(i: number): number;
  /**
   * Holds an event of Go's, which is being delivered by the number `held`, for the caller: twice its other number, and 1 more
   * if `trolleybus_retained` is to be called with that. The output's number is its size, if `sized`.
   */
  trolleybus_keep(held: number, kind: number, ref: number, seq: number, sized: number): number;
  /** Tells Go's observers of it. */
  trolleybus_retained(ref: number): void;
  trolleybus_clear(length: number, nonce: number): number;
  /** Does work of Go's that waited in the queue. */
  trolleybus_turn(number: number, nonce: number): number;
}

/** One of them. What returns nothing returns undefined, which nobody reads. */
export type Export = (...numbers: number[]) => any;

/** How a value crosses: the kinds of `jsbridge/value.go`. */
export const Kind = { Undefined: 0, Null: 1, False: 2, True: 3, Number: 4, String: 5, Bytes: 6, JSON: 7, Reference: 8, Error: 9, Failure: 10, Letter: 11, Pressure: 12, Held: 13, LetterChange: 14 } as const;

/**
 * Where the data of an event is: with JavaScript, with JavaScript and described by more than its topic, with Go, or with
 * Go while JavaScript knows what caused the event.
 */
export const From = { Script: 0, ScriptDescribed: 1, Go: 2, GoCaused: 3 } as const;

export const Status = { OK: 0, Failed: 1, Dropped: 2, Replaced: 3 } as const;

/** Ids of subscribers with policies begin behind it. */
export const FIRST_RUNNER = 0x2000_0000;
/** Set on the id of a queue group in a compiled route. */
export const GROUP = 0x4000_0000;
/** Added where all of its members are Go's. */
export const GO_GROUP = 0x2000_0000;
/** Added where some of them are. */
export const MIXED_GROUP = 0x1000_0000;

/** Added to where the data of an event is: the keys of the event are in the input, behind its topic. */
export const WITH_KEYS = 0x100;

/** Set on ids of Go's own subscribers in a compiled route. */
export const GO_SUBSCRIBER = 0x8000_0000;
/** Set on those that answer requests, and on the length of patterns that JavaScript's responders have. */
export const GO_RESPONDER = 0x4000_0000;
export const SCRIPT_RESPONDER = 0x8000;
/** The same of one that is no interest for observers. */
export const SCRIPT_QUIET = 0x4000;
