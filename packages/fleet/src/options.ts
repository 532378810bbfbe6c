/** What to simulate. */
export interface FleetOptions {
  readonly seed: number;
  /** Nodes, each an MQTT client of its own. */
  readonly nodes: number;
  /** Messages that reach SNS in all, duplicates and undecodable ones included. */
  readonly events: number;
  /** Share of messages that are published a second time. */
  readonly duplicates: number;
  /** Share of messages that cannot be decoded. */
  readonly undecodable: number;
  /** When the lives that are played end, about, epoch milliseconds. */
  readonly endsAtMs: number;
  /** Most messages a second; `undefined` for as many as go. */
  readonly ratePerS?: number | undefined;
}
