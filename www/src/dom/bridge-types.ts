import type { PatternOf, TopicMap, TopicName, TopicsOf } from '../core/topic-types.js';

/** The topic on which the events of one DOM type are published, and how, where the name is not enough. */
export type BridgeSource<M extends TopicMap = TopicMap> = { [N in TopicName<M>]: BridgeSourceOf<N, M[N]> }[TopicName<M>];

/** How the events of one DOM type are published on one topic. */
export interface BridgeSourceOf<N extends string, D> {
  /** Published for each of them. */
  topic: N;
  /** Makes the data; `undefined` publishes nothing. Left out: `detail` of a CustomEvent, else the DOM event itself. */
  payload?: (event: any) => D | undefined;
  /** Listen in the capturing phase; false when left out. */
  capture?: boolean;
  /** Promise not to call `preventDefault`, so that scrolling need not wait. The browser's choice when left out. */
  passive?: boolean;
  /** Publish only the last event of each animation frame; every one when left out. */
  coalesce?: 'frame';
}

/** A DOM event type to a topic. */
export type BridgeFrom<M extends TopicMap = TopicMap> = TopicName<M> | BridgeSource<M>;

/** A pattern to the element: `true` names the DOM event after the topic with `:` for `.`, a string names it, `false` is nothing. */
export type BridgeTo = boolean | string;

/** What a bridge joins, `P` being the patterns of `to`. */
export interface BridgeMap<M extends TopicMap = TopicMap, P extends string = string> {
  /** By DOM event type, the topic that its events are published on. */
  from?: Record<string, BridgeFrom<M>>;
  /** By topic or pattern, the DOM event that is dispatched for its events: a CustomEvent whose `detail` is the data, bubbling and composed. */
  to?: { [K in P]: [TopicsOf<M, K>] extends [never] ? `no topic of this bus matches ${K}` : BridgeTo } & { [K in PatternOf<M>]?: BridgeTo };
}

/** Options of `bridge`. */
export interface BridgeOptions {
  /** Ends the bridge when it aborts. */
  signal?: AbortSignal;
}
