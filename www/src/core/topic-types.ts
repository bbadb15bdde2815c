import type { BusEvent } from './event-types.js';
import type { Failure } from './failures.js';
import type { DeadLetter, LetterChange, Pressure } from './policy-types.js';
import type { Restarted } from './inspection-types.js';

/**
 * Topics and the types of their data. A key may be a template for topics that differ in one token.
 * ```ts
 * interface Topics {
 *   'order.placed': { id: string; total: number };
 *   'cart.cleared': undefined;                          // published without data
 *   [topic: `price.${string}.changed`]: number;
 * }
 * const bus = createBus<Topics>();
 * ```
 */
export type TopicMap = Record<string, any>;

/** Topics on which the bus itself publishes, and the data of their events. Anybody may subscribe. */
export interface BusTopics {
  /** A handler has failed, and its subscription has no policy that sees to it. */
  '$bus.error': Failure;
  /** The list of dead letters has changed. */
  '$bus.letters': LetterChange;
  /** A queue is three quarters full, or has emptied to a quarter again. */
  '$bus.pressure': Pressure;
  /** The oldest event of a queue has waited for five seconds. */
  '$bus.slow': Pressure;
  /** Go had died and is up again. */
  '$bus.restarted': Restarted;
}

/** `$bus.dead.order.placed` and so on: an event of that topic has become a dead letter. */
export type DeadTopics<M extends TopicMap> = { [T in keyof M & string as `$bus.dead.${T}`]: DeadLetter<BusEvent<M[T], T>> };

/** The names that a bus accepts where something is published. Any text where its topics were not declared. */
export type TopicName<M extends TopicMap> = string extends keyof M ? string : keyof M & string;

/**
 * The type of an argument that is a topic or pattern `P`: itself if it matches a declared topic or one of the bus's own,
 * else those that do, so that it does not compile. A `string` that is not known before the program runs is accepted; its
 * data are `unknown`. Where no topics were declared, any text is.
 * ```ts
 * function log<P extends string>(pattern: Pattern<Topics, P>): void {}
 * log('order.*');
 * ```
 */
export type Pattern<M extends TopicMap, P extends string> =
  string extends keyof M ? P : string extends P ? P
  : P extends string ? [TopicsOf<M, P>] extends [never] ? PatternOf<M> : P : never;

/** Topics and patterns that an editor offers: those declared, with one token as `*`, with `>` for the end, and the bus's own. */
export type PatternOf<M extends TopicMap> =
  | (keyof M & string) | '>' | Wild<Closed<keyof M & string>>
  | keyof BusTopics | '$bus.dead.>' | '$bus.>';

/** A topic with one token as `*`, and with `>` behind each of its tokens but the last. */
type Wild<T extends string, Before extends string = ''> = T extends `${infer Head}.${infer Rest}`
  ? `${Before}*.${Rest}` | `${Before}${Head}.>` | Wild<Rest, `${Before}${Head}.`> : `${Before}*`;
/** What templates leave open as `*`. */
type Closed<T extends string> = Exclude<T, Open<T>> | Stars<Open<T>>;
/** The same of each token. */
type Stars<T extends string> = T extends `${infer Head}.${infer Rest}` ? `${Star<Head>}.${Stars<Rest>}` : Star<T>;
/** The same of one token. */
type Star<Token extends string> = {} extends Record<Token, 1> ? '*' : Token;

/** What a pattern's topics have in common, each wildcard being any text. */
type Like<P extends string> =
  P extends '>' ? string
  : P extends `${infer Head}.${infer Rest}` ? `${Head extends '*' ? string : Head}.${Like<Rest>}`
  : P extends '*' ? string : P;
/** What is too long for a pattern: a `*` would be more than one token. */
type TooLong<P extends string> =
  P extends `${infer Head}.${infer Rest}` ? (Head extends '*' ? `${string}.${string}.${Like<Rest>}` : never) | `${Head extends '*' ? string : Head}.${TooLong<Rest>}`
  : P extends '*' ? `${string}.${string}` : never;

/** Keys that are templates; what they leave open may be any token. */
type Open<Key> = Key extends string ? {} extends Record<Key, 1> ? Key : never : never;
/** The tokens of a topic or pattern. */
type Tokens<S extends string> = S extends `${infer Head}.${infer Rest}` ? [Head, ...Tokens<Rest>] : [S];
/** Those keys that the tokens of a pattern match. */
type Matching<P extends string[], Key extends string> = Key extends string ? MatchTokens<P, Tokens<Key>> extends true ? Key : never : never;
/** Whether the tokens of a pattern match those of a topic. */
type MatchTokens<P extends string[], T extends string[]> =
  P extends ['>'] ? T extends [] ? false : true
  : P extends [infer PH extends string, ...infer PR extends string[]]
    ? T extends [infer TH extends string, ...infer TR extends string[]]
      ? PH extends '*' ? MatchTokens<PR, TR>
        : PH extends `${string}${'*' | '>'}${string}` ? false
        : PH extends TH ? MatchTokens<PR, TR> : TH extends PH ? MatchTokens<PR, TR> : false
      : false
    : T extends [] ? true : false;

/**
 * The topics of a table that a pattern matches, by the grammar of NATS subjects: `*` is one token, `>` at the end one or
 * more. The compiler compares names with templates, since matching token by token takes it seconds for hundreds of topics.
 */
type In<Table, P extends string> =
  P extends `${string}*${string}` | `${string}>${string}` ? Search<keyof Table & string, P>
  : P extends keyof Table ? P
  : {} extends Record<P, 1> ? Search<keyof Table & string, P> // a template
  : never;
/** The topics of a table that a pattern with wildcards, or a template, matches. */
type Search<Key extends string, P extends string> = Exclude<Extract<Key, Like<P>>, TooLong<P>> | Matching<Tokens<P>, Open<Key>>;

/** Where a pattern's topics are looked for. */
type TableOf<M extends TopicMap, P extends string> = P extends `$${string}` ? BusTopics & DeadTopics<M> : M;

/** The topics that a pattern matches, declared ones and those of the bus. `string` where none were declared. */
export type TopicsOf<M extends TopicMap, P extends string> =
  P extends `$${string}` ? In<TableOf<M, P>, P> : string extends keyof M ? string : In<M, P>;

/** What a subscriber of a pattern gets: the union of the data of the topics that it matches. */
export type DataOf<M extends TopicMap, P extends string> =
  string extends P ? string extends keyof M ? any : unknown
  : P extends `$${string}` ? Data<TableOf<M, P>, P, M>
  : string extends keyof M ? any : Data<M, P, M>;

/** The data of the topics of a table that a pattern matches. */
type Data<Table, P extends string, M> =
  [In<Table, P>] extends [never] ? string extends keyof M ? any : unknown : Table[In<Table, P> & keyof Table];

/** The event of a pattern: a union over its topics, so that checking `event.topic` narrows `event.data`. */
export type EventOf<M extends TopicMap, P extends string> =
  string extends P ? BusEvent<DataOf<M, P>>
  : P extends `$${string}` ? Events<TableOf<M, P>, P, M>
  : string extends keyof M ? BusEvent<any> : Events<M, P, M>;

/** Their events, as a union. */
type Events<Table, P extends string, M extends TopicMap> =
  [In<Table, P>] extends [never] ? BusEvent<DataOf<M, P>> : { [T in In<Table, P>]: BusEvent<Table[T & keyof Table], T> }[In<Table, P>];

/**
 * All topics of a bus: those of `M`, and those of `R`, the requests, that `M` does not have. Their data are `unknown`, or
 * what the function takes where the request is declared as one.
 */
export type AllTopics<M extends TopicMap, R extends TopicMap> =
  string extends keyof M | keyof R ? M
  : [Exclude<keyof R, keyof M>] extends [never] ? M
  : M & { [T in Exclude<keyof R, keyof M>]: Question<R[T]> };

/** What a request that is declared as a function takes. */
type Question<F> = F extends (...parameters: infer A) => any ? A extends [] ? undefined : A[0] : unknown;

/**
 * What a request of a topic is answered with, where the bus was given the replies. A request is declared by its reply, or
 * as a function of its data; of others the reply is `any`.
 * ```ts
 * interface Requests {
 *   'stock.get': number;
 *   'price.get': (data: { sku: string }) => { cents: number };
 * }
 * const bus = createBus<Topics, Requests>();
 * ```
 */
export type ReplyOf<R extends TopicMap, N extends string> =
  string extends keyof R ? any : N extends keyof R ? R[N] extends (...parameters: any) => infer T ? Awaited<T> : R[N] : any;
