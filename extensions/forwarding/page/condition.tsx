import { Text } from "@rainhooks/page/text.jsx";
import { inZone } from "@rainhooks/page/time";
import { Since } from "@rainhooks/page/time-of.jsx";
import type { DestinationRow } from "../routes/destinations.ts";

const CLASSES = { active: "online", failing: "bad", paused: "offline", disabled: "bad" } as const;

interface Props {
  readonly of: DestinationRow;
  /** In a row of a table, which has the rest in other columns. */
  readonly isShort?: boolean;
}

/** How a destination does, in words: its state, and whether its attempts fail. */
export function Condition({ of, isShort = false }: Props) {
  const { condition, sinceMs, reason, failuresInRow, failingSinceMs, waiting, hasMissed, state } = of;
  return (
    <span>
      <b class={`dot ${CLASSES[condition]}`}>
        {condition}
        {sinceMs !== undefined && (
          <>
            {" "}
            <Since ms={sinceMs} />
          </>
        )}
      </b>
      {condition === "failing" && isShort && failingSinceMs !== undefined && (
        <>
          {" "}
          for <Since ms={failingSinceMs} />
        </>
      )}
      {condition === "failing" && !isShort && (
        <>
          : {failuresInRow.toLocaleString("en")} failed{" "}
          {failuresInRow === 1 ? "attempt" : "attempts in a row"}
          {failingSinceMs !== undefined && (
            <>
              {" "}
              for <Since ms={failingSinceMs} />
            </>
          )}
        </>
      )}
      {!isShort && waiting > 0 && `, ${waiting.toLocaleString("en")} waiting`}
      {state === "active" && hasMissed && ", has not got what it missed"}{" "}
      {!isShort && reason !== undefined && <Text of={inZone(reason)} max={200} />}
    </span>
  );
}
