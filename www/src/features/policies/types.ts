import type { DeadLetter, RedriveOptions } from '../../core/policy-types.js';
import type { AllTopics, EventOf, Pattern, TopicMap, TopicName } from '../../core/topic-types.js';

/** What a bus has with the feature `policies`, beside the options of its subscriptions. */
export interface PoliciesBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap> {
  /**
   * Events that failed for good, the oldest first; those of a pattern of topics, or all.
   * @throws TopicError, ClosedError; UnavailableError while Go is not up.
   */
  deadLetters<P extends string = '>'>(pattern?: Pattern<AllTopics<M, R>, P>): DeadLetter<EventOf<AllTopics<M, R>, P>>[];
  /**
   * Gives dead letters back to the subscriptions that failed, or publishes them on another topic: one, by its id, or those
   * of a pattern. The result is how many there will be. They are dead letters no more when it returns; with a `rate` each
   * is one until its turn.
   * @throws TopicError, OptionError, ClosedError; UnavailableError while Go is not up.
   */
  redrive<P extends string>(idOrPattern: Pattern<AllTopics<M, R>, P>, options?: RedriveOptions<TopicName<AllTopics<M, R>>>): number;
  /**
   * Deletes dead letters: one, by its id, or those of a pattern. The result is how many.
   * @throws TopicError, OptionError, ClosedError; UnavailableError while Go is not up.
   */
  discard<P extends string>(idOrPattern: Pattern<AllTopics<M, R>, P>): number;
  /**
   * How full the fullest queue among the subscriptions to a topic is, from 0 to 1.
   * @throws TopicError, ClosedError; UnavailableError while Go is not up.
   */
  pressure(topic: TopicName<AllTopics<M, R>>): number;
}
