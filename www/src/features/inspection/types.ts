import type { Stats, SubscriptionInfo, TopicInfo } from '../../core/inspection-types.js';

/** What a bus has with the feature `inspection`. */
export interface InspectionBus {
  /** Counts of what has happened, and of what there is now. */
  stats(): Stats;
  /** Topics published lately, subscribed to by name, or that keep events; in alphabetical order. */
  topics(): TopicInfo[];
  /** All subscriptions of the page and of Go, responders among them. */
  subscriptions(): SubscriptionInfo[];
}
