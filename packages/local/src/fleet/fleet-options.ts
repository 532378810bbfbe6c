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
   * Simulated days that the messages are spread over. If set, each node sends fewer messages a day
   * than in a real fleet, so that a few messages show a long time; users also get their nodes and
   * tag them by site, and one site has an outage.
   *
   * @defaultValue the days in which a real fleet sends this number of messages
   */
  readonly days?: number | undefined;
}
