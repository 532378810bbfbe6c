import { stage } from "@rainhooks/page/api";
import { sumOf } from "@rainhooks/page/bars.jsx";
import { Since, Text } from "@rainhooks/page/text.jsx";
import { inZone } from "@rainhooks/page/time";
import type { AttemptsSummary, DestinationRow } from "../routes/destinations.ts";

const CLASSES = { active: "online", failing: "bad", paused: "offline", disabled: "bad" } as const;

interface Props {
  readonly of: DestinationRow;
  /** In a row of a table, which has the rest in other columns. */
  readonly isShort?: boolean;
}

/** How a destination does, in words: its state, and whether its attempts fail. */
export function Condition({ of, isShort = false }: Props) {
  const {
    condition,
    pausedAtMs,
    stateReason,
    failuresInRow,
    failingSinceMs,
    waiting,
    hasMissed,
    state,
  } = of;
  const isFailing = condition === "failing";
  const failures = `: ${failuresInRow.toLocaleString("en")} failed ${failuresInRow === 1 ? "attempt" : "attempts in a row"}`;
  return (
    <span>
      <b class={`dot ${CLASSES[condition]}`}>
        {condition}
        {pausedAtMs !== undefined && (
          <>
            {" for "}
            <Since ms={pausedAtMs} />
          </>
        )}
      </b>
      {isFailing && !isShort && failures}{" "}
      {isFailing && failingSinceMs !== undefined && (
        <>
          for <Since ms={failingSinceMs} />
        </>
      )}
      {!isShort && waiting > 0 && `, ${waiting.toLocaleString("en")} waiting`}
      {state === "active" && hasMissed && ", has not got what it missed"}{" "}
      {!isShort && stateReason !== undefined && <Text of={`(${inZone(stateReason)})`} max={200} />}
    </span>
  );
}

/** Attempts are read from a table that is paid for each reading. */
const EVERY_MS = 5000;
const DEPLOYED_EVERY_MS = 30_000;

/** Returns after how many milliseconds attempts are read again. */
export function attemptsEveryMs(): number {
  return stage.value?.isLocal === false ? DEPLOYED_EVERY_MS : EVERY_MS;
}

/**
 * Returns the share of attempts that were delivered, and as a text; `undefined` without attempts.
 */
export function deliveredPercent({ delivered, failed }: AttemptsSummary) {
  const well = sumOf(delivered);
  const all = sumOf(delivered) + sumOf(failed);
  if (all === 0) return undefined;
  const share = (100 * well) / all;
  return { well, all, share, text: `${share.toFixed(well === 0 || well === all ? 0 : 1)} %` };
}
