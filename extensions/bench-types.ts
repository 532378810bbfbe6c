import type { Delivery } from "@rainhooks/core/deliveries/delivery";

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
