import type { Crossing, FeatureCrossing } from './crossing/crossing.js';
import type { TopicOptions } from './types.js';

/** What a feature is in one bus. All of it is optional. */
export interface Part {
  /** Methods and properties that the bus gets. */
  readonly members?: object;
  /** Adds members to what `bus.topic` returns. */
  extend?(made: object, topic: string): void;
  /** Checks what the options of `bus.topic` say of it; the result declares it, once all has been checked. */
  declare?(topic: string, options: TopicOptions): (() => void) | undefined;
  /** Its crossing into an instance of Go that has come. */
  cross?(crossing: Crossing): FeatureCrossing;
  /** The bus is being closed; its subscriptions are still there. */
  close?(): void;
  /** They have ended, each in its own way. */
  cleared?(): void;
}
