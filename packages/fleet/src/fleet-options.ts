/** Options of a simulation. */
export interface FleetOptions {
  readonly seed: number;
  /** Number of nodes, each with its own MQTT client. */
  readonly nodes: number;
  /** Total number of messages that reach SNS, including duplicates and undecodable ones. */
  readonly events: number;
  /** Share of messages that are published twice. */
  readonly duplicates: number;
  /** Share of messages that cannot be decoded. */
  readonly undecodable: number;
  /** Approximate end of the simulated time, epoch milliseconds. */
  readonly endsAtMs: number;
  /** Maximum messages per second; `undefined` for unlimited. */
  readonly ratePerS?: number | undefined;
}
