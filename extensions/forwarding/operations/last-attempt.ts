import { DAY_MS } from "@rainhooks/core/durations";
import { type AttemptSummary, listAttempts } from "../attempts/read-attempts.ts";
import type { Forwarding } from "./forwarding-of.ts";

/** How long attempts are kept. */
const KEPT_MS = 30 * DAY_MS;

/**
 * Returns the last attempt at a destination that was delivered, or that was not; `undefined` if there was
 * none in 30 days.
 */
export async function lastAttempt(
  { log }: Pick<Forwarding, "log">,
  id: string,
  state: "delivered" | "failed",
): Promise<AttemptSummary | undefined> {
  const toMs = Date.now() + 1;
  const query = { destinations: [id], state, fromMs: toMs - KEPT_MS, toMs, limit: 1 };
  return (await listAttempts(log, query)).attempts[0];
}
