import type { ShownDestination } from "../../serve/routes/destinations.ts";
import { Text } from "../shared/text.tsx";
import { Since } from "../shared/time-of.tsx";

const CLASSES = { active: "online", failing: "bad", paused: "offline", disabled: "bad" } as const;

/** How a destination does, in words: its state, and whether its attempts fail. */
export function Condition({ of }: { readonly of: ShownDestination }) {
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
      {reason !== undefined && <Text of={reason} max={200} />}
    </span>
  );
}
