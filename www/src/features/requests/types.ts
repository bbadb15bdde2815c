import type { RequestEvent } from '../../core/request-event.js';
import type { AllTopics, DataOf, EventOf, Pattern, ReplyOf, TopicMap, TopicName, TopicsOf } from '../../core/topic-types.js';
import type { GatherOptions, RequestArguments, RequestOptions, RespondOptions, Responder, Unsubscribe } from '../../core/types.js';

/** What a bus has with the feature `requests`. */
export interface RequestsBus<M extends TopicMap = TopicMap, R extends TopicMap = TopicMap> {
  /**
   * Publishes an event that responders are asked to answer, and resolves to their replies (`gather`), in the order in
   * which they came. Rejects with a NoRespondersError at once where nobody responds, a RemoteError where all failed, a
   * TimeoutError, a ClosedError, the reason of `signal`, an UnavailableError where the responder's instance of Go died, or
   * what `publish` would throw.
   * ```ts
   * const all = await bus.request('price.get', { sku: 'ticket' }, { gather: { max: 2 } });
   * ```
   */
  request<N extends TopicName<AllTopics<M, R>>>(topic: N, data: DataOf<AllTopics<M, R>, N>, options: GatherOptions): Promise<ReplyOf<R, N>[]>;
  /**
   * Publishes an event that responders are asked to answer, and resolves to the first reply.
   * ```ts
   * const price = await bus.request('price.get', { sku: 'ticket' }, { timeout: 1000 });
   * ```
   * Rejects as with `gather`.
   */
  request<N extends TopicName<AllTopics<M, R>>>(topic: N, ...args: RequestArguments<DataOf<AllTopics<M, R>, N>>): Promise<ReplyOf<R, N>>;
  /** The same on a bus whose topics were not declared: `T` is the type of the reply. */
  request<T>(topic: string extends keyof M ? string : never, data?: any, options?: RequestOptions): Promise<T>;
  /**
   * Answers requests. Responders are asked in the order of subscription until a request is decided; an error is the
   * requester's, with its `code`.
   * ```ts
   * bus.respond('price.get', async ({ sku }, { signal }) => (await fetch(`/prices/${sku}`, { signal })).json());
   * ```
   * @throws TopicError, OptionError, ClosedError.
   */
  respond<P extends string>(
    pattern: Pattern<AllTopics<M, R>, P>,
    responder: Responder<NoInfer<Asked<DataOf<AllTopics<M, R>, P>>>, NoInfer<RequestEvent<Asked<DataOf<AllTopics<M, R>, P>>, TopicsOf<AllTopics<M, R>, P>>>, NoInfer<ReplyOf<R, TopicsOf<AllTopics<M, R>, P>>>>,
    options?: RespondOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>>,
  ): Unsubscribe;
}

/** Data that were not declared are the responder's to know. */
type Asked<D> = unknown extends D ? any : D;
