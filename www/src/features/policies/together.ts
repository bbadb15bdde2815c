import { OptionError } from '../../core/errors.js';
import type { SubscribeOptions } from '../../core/types.js';

/** Refuses options of a subscription that do nothing together, or without another one. */
export function checkTogether({ name, dedupe, concurrency, coalesce, overflow, debounce, throttle, frame, retry, replay }: SubscribeOptions): void {
  if (dedupe?.store !== undefined && !name) throw new OptionError('subscribe option dedupe.store', 'a name with it', dedupe.store);
  const [pace, another] = Object.entries({ debounce, throttle, frame: frame || undefined }).filter(([, value]) => value !== undefined);
  if (another !== undefined) throw new OptionError(`subscribe option ${another[0]}`, `no ${pace![0]} with it`, another[1]);
  const queued = concurrency !== undefined || pace !== undefined;
  if (coalesce && !queued) throw new OptionError('subscribe option coalesce', 'concurrency, debounce, throttle or frame with it', coalesce);
  if (overflow !== undefined && !queued && !retry?.key && replay === undefined) throw new OptionError('subscribe option overflow', 'concurrency, debounce, throttle, frame or retry.key with it', overflow);
}
