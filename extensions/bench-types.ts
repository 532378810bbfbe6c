import type { Delivery } from "@rainhooks/core/deliveries/delivery";

/** What a batch of a function takes, measured with services that respond after 5 ms. */
export interface BatchCost {
  /** Records of a full batch. */
  readonly batchSize: number;
  /** Time on a processor per batch, whatever its records. */
  readonly fixedMs: number;
  /** Time on a processor per record. */
  readonly recordCpuMs: number;
  /** Time of a full batch in which the function only waits for services. */
  readonly waitMs: number;
}

/** What it takes in Lambda. */
export interface BatchEstimate {
  readonly batchMs: number;
  readonly dollarsPerMillion: number;
}

/** How functions are measured that other functions send to, with a receiver on this machine. */
export interface WorkerBench {
  /** Their names. */
  readonly workers: readonly string[];
  /** Variables that let them send to this machine. */
  readonly variables: Readonly<Record<string, string>>;
  /** Items that any scan of a table finds. */
  readonly scanned: readonly object[];
  /** Returns the value of any secret parameter, with the address of the receiver. */
  secretsOf(receiverUrl: string): string;
  /** Returns the message with which a delivery is sent to them. */
  bodyOf(delivery: Delivery): string;
}
