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
  /**
   * Days of which the messages are about, so that a few tell much: things happen less often then than in a
   * real fleet, users get their nodes and tag them by their sites, and a site has an outage.
   *
   * @defaultValue as many as a real fleet has such messages in
   */
  readonly days?: number | undefined;
  /** Maximum messages per second; `undefined` for unlimited. */
  readonly ratePerS?: number | undefined;
}
