import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { pageBus } from 'trolleybus/core';
import type { AllTopics, Bus, CoreBus, DataOf, EventOf, FeatureName, Handler, Pattern, SubscribeOptions, TopicMap } from 'trolleybus';
import { inner } from '../core/inner.js';
import { follow, join, Last, reader } from './last-event.js';
import type { AnyBus, AnyLastOptions, AnyOptions, Initial, LastEventOptions, OnBus, OnProvidedBus } from './types.js';

class Events implements ReactiveController {
  private off: (() => void) | undefined;

  private readonly options: AnyOptions;

  constructor(host: ReactiveControllerHost, private readonly topic: string, private readonly handler: Handler<any, any>, options?: AnyOptions) {
    this.options = inner.event(options);
    inner.pattern(topic);
    inner.call(handler);
    inner.check('host', 'host', host).addController(this);
  }

  hostConnected(): void {
    const { bus = pageBus(), ...options } = this.options;
    this.off = join(bus, this.topic, this.handler, options);
  }

  hostDisconnected(): void {
    this.off?.();
    this.off = undefined;
  }
}

class LastEvent implements ReactiveController {
  value: any;
  private off: (() => void) | undefined;

  private readonly options: AnyLastOptions;

  constructor(private readonly host: ReactiveControllerHost, private readonly topic: string, options?: AnyLastOptions) {
    this.options = inner.last(options);
    this.value = this.options.initial;
    inner.pattern(topic);
    inner.check('host', 'host', host).addController(this);
  }

  hostConnected(): void {
    const { bus = pageBus(), selector, initial } = this.options;
    const store = new Last(bus, this.topic), read = reader(store, selector, initial);
    this.set(read());
    this.off = follow(store, read, (value) => this.set(value));
  }

  hostDisconnected(): void {
    this.off?.();
    this.off = undefined;
  }

  private set(value: unknown): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    this.host.requestUpdate();
  }
}

/** Calls a handler with each event of a topic or pattern while its host is connected. */
export interface EventController extends ReactiveController {}
/** Calls a handler with each event of a topic or pattern while its host is connected: `new EventController(this, 'order.*', handler)`. */
export const EventController: {
  /** On a bus whose topics are known. */
  new <P extends string, M extends TopicMap, R extends TopicMap>(
    host: ReactiveControllerHost, topic: Pattern<AllTopics<M, R>, P>,
    handler: Handler<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>>,
    options: SubscribeOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>> & OnBus<M, R>,
  ): EventController;
  /** On the bus of the page. */
  new <D = any>(host: ReactiveControllerHost, topic: string, handler: Handler<D>, options?: SubscribeOptions<D> & OnProvidedBus): EventController;
} = Events;

/** The data of the last event of a topic or pattern. The host updates when `value` has changed. */
export interface LastEventController<V = unknown> extends ReactiveController {
  /** The data, or what `selector` makes of it: the retained event's at first, else `initial`. */
  readonly value: V;
}
/** The data of the last event of a topic or pattern, as `value`: `new LastEventController(this, 'cart.changed', { bus })`. */
export const LastEventController: {
  /** On a bus whose topics are known. */
  new <P extends string, M extends TopicMap, R extends TopicMap, T = DataOf<AllTopics<M, R>, P>, I extends Initial = undefined>(
    host: ReactiveControllerHost, topic: Pattern<AllTopics<M, R>, P>, options: LastEventOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, T, I> & OnBus<M, R>,
  ): LastEventController<NoInfer<T | I>>;
  /** On the bus of the page. */
  new <D = unknown, T = D, I extends Initial = undefined>(host: ReactiveControllerHost, topic: string, options?: LastEventOptions<D, T, I> & OnProvidedBus): LastEventController<NoInfer<T | I>>;
} = LastEvent;

/** The controllers of one bus, whose topics and patterns they know. */
export interface Controllers<M extends TopicMap, R extends TopicMap> {
  /** Calls a handler with each event of a topic or pattern while its host is connected. */
  EventController: new <P extends string>(
    host: ReactiveControllerHost, topic: Pattern<AllTopics<M, R>, P>,
    handler: Handler<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>>,
    options?: SubscribeOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, NoInfer<EventOf<AllTopics<M, R>, P>>>,
  ) => EventController;
  /** The data of the last event of a topic or pattern, as `value`. */
  LastEventController: new <P extends string, T = DataOf<AllTopics<M, R>, P>, I extends Initial = undefined>(
    host: ReactiveControllerHost, topic: Pattern<AllTopics<M, R>, P>, options?: LastEventOptions<NoInfer<DataOf<AllTopics<M, R>, P>>, T, I>,
  ) => LastEventController<NoInfer<T | I>>;
}

/** The same for one bus, typed by its topics: `const { LastEventController } = forBus(createBus<Topics>())`. */
export function forBus<M extends TopicMap, R extends TopicMap>(bus: Bus<M, R>): Controllers<M, R>;
/** The same for a bus of `trolleybus/core`. */
export function forBus<M extends TopicMap, R extends TopicMap, F extends FeatureName>(bus: CoreBus<M, R, F>): Controllers<M, R>;
export function forBus(bus: AnyBus): Controllers<any, any> {
  inner.bus(bus);
  return {
    EventController: class extends Events {
      constructor(host: ReactiveControllerHost, topic: string, handler: Handler<any, any>, options?: SubscribeOptions<any, any>) {
        super(host, topic, handler, inner.event(options, bus));
      }
    },
    LastEventController: class extends LastEvent {
      constructor(host: ReactiveControllerHost, topic: string, options?: LastEventOptions<any, any, any>) {
        super(host, topic, inner.last(options, bus));
      }
    },
  };
}
