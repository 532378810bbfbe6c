import { randomBytes } from "node:crypto";

/**
 * Returns a new id that says when it was made: `20261124-081500-4f2a`, UTC. Ids are in the order of their
 * seconds.
 */
export function newTimeId(nowMs: number): string {
  const time = new Date(nowMs).toISOString().replace(/[-:]/g, "").slice(0, 15).replace("T", "-");
  return `${time}-${randomBytes(2).toString("hex")}`;
}
