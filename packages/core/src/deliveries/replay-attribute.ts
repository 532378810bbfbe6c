import type { Replay } from "./delivery.ts";

/** Name of the SQS message attribute that a replay adds. It is beside the SNS message, which stays as it was published. */
export const REPLAY_ATTRIBUTE = "rainhooks_replay";

/**
 * Returns the value of the attribute {@link REPLAY_ATTRIBUTE}: the job and, behind a space, its address.
 *
 * @example
 * ```ts
 * import { readReplay, replayText } from "@rainhooks/core";
 *
 * const text = replayText({ job: "20261124-080000-4f2a", address: "pager" });
 * console.log(text, readReplay(text)?.address); // 20261124-080000-4f2a pager pager
 * ```
 */
export function replayText({ job, address }: Replay): string {
  return address === undefined ? job : `${job} ${address}`;
}

/**
 * Reads the value of the attribute {@link REPLAY_ATTRIBUTE}; returns `undefined` for an empty one.
 *
 * @example
 * ```ts
 * import { readReplay } from "@rainhooks/core";
 *
 * console.log(readReplay("20261124-080000-4f2a pager")); // { job: '20261124-080000-4f2a', address: 'pager' }
 * ```
 */
export function readReplay(text: string): Replay | undefined {
  const [job = "", ...address] = text.split(" ");
  if (job === "") return undefined;
  return address.length === 0 ? { job } : { job, address: address.join(" ") };
}
