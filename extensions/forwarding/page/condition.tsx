import { Text } from "@rainhooks/page/text.jsx";
import { inZone } from "@rainhooks/page/time";
import { Since } from "@rainhooks/page/time-of.jsx";
import type { DestinationRow } from "../routes/destinations.ts";

const CLASSES = { active: "online", failing: "bad", paused: "offline", disabled: "bad" } as const;

/** How a destination does, in words: its state, and whether its attempts fail. */
export function Condition({ of }: { readonly of: DestinationRow }) {
  const { condition, sinceMs, reason, failuresInRow, failingSinceMs, waiting, hasMissed, state } = of;
  return (
    <span>
      <b class={CLASSES[condition]}>
        {condition}
        {sinceMs !== undefined && (
          <>
            {" "}
            <Since ms={sinceMs} />
          </>
        )}
      </b>
      {condition === "failing" && (
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
      {waiting > 0 && `, ${waiting.toLocaleString("en")} waiting`}
      {state === "active" && hasMissed && ", has not got what it missed"}{" "}
      {reason !== undefined && <Text of={inZone(reason)} max={200} />}
    </span>
  );
}
