import type { ReactiveController, ReactiveControllerHost } from 'lit';
import { pageBus, type Handler } from 'trolleybus';
import { follow, join, last, reader } from './last-event.js';
import type { UseEventOptions, UseLastEventOptions } from './types.js';

/** Calls a handler with each event of a topic or pattern while its host is connected. */
export class EventController implements ReactiveController {
  private off: (() => void) | undefined;

  constructor(host: ReactiveControllerHost, private readonly topic: string, private readonly handler: Handler<any>, private readonly options: UseEventOptions = {}) {
    host.addController(this);
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

/**
 * The data of the last event of a topic, or what `selector` makes of it, as `value`: the retained event's at first, else
 * `initial`. The host updates when that has changed.
 */
export class LastEventController<D = any, T = D, I = undefined> implements ReactiveController {
  value: T | I;
  private off: (() => void) | undefined;

  constructor(private readonly host: ReactiveControllerHost, private readonly topic: string, private readonly options: UseLastEventOptions<D, T, I> = {}) {
    this.value = options.initial as I;
    host.addController(this);
  }

  hostConnected(): void {
    const { bus = pageBus(), selector, initial } = this.options;
    const store = last(bus, this.topic), read = reader(store, selector, initial as I);
    this.set(read());
    this.off = follow(store, read, (value) => this.set(value));
  }

  hostDisconnected(): void {
    this.off?.();
    this.off = undefined;
  }

  private set(value: T | I): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    this.host.requestUpdate();
  }
}
