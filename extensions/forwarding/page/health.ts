import { sumOf } from "@rainhooks/page/bars.jsx";
import { stage } from "@rainhooks/page/stage";
import type { AttemptsSummary } from "../routes/destinations.ts";

/** Attempts are read from a table that is paid for each reading. */
const [EVERY_MS, DEPLOYED_EVERY_MS] = [5000, 30_000];

/** Returns after how many milliseconds attempts are read again. */
export function attemptsEveryMs(): number {
  return stage.value?.isLocal === false ? DEPLOYED_EVERY_MS : EVERY_MS;
}

/** Returns the share of attempts that were delivered, and as a text; `undefined` without attempts. */
export function deliveredPercent({ delivered, failed }: AttemptsSummary) {
  const [well, all] = [sumOf(delivered), sumOf(delivered) + sumOf(failed)];
  if (all === 0) return undefined;
  const share = (100 * well) / all;
  return { well, all, share, text: `${share.toFixed(well === 0 || well === all ? 0 : 1)} %` };
}
