/** What a topic has with the feature `keeping`. `D` is the type of its data. */
export interface KeptTopic<D> {
  /** Data of the last event that the topic keeps (`retain`, `history`); undefined if there is none. */
  readonly value: D | undefined;
  /** Deletes what the topic keeps. Nobody is told. */
  clear(): void;
}
