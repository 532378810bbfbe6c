import { randomBytes } from "node:crypto";

/**
 * Returns a new id that says when it was made: `20261124-081500-4f2a`, UTC. Ids are in the order of
 * their seconds.
 *
 * @param bytes Random bytes of it; with six, two ids of a second are not the same.
 */
export function newTimeId(nowMs: number, bytes = 2): string {
  const time = new Date(nowMs).toISOString().replace(/[-:]/g, "").slice(0, 15).replace("T", "-");
  return `${time}-${randomBytes(bytes).toString("hex")}`;
}
