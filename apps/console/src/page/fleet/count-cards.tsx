import { useLive } from "../shared/live.ts";
import { place, setParams } from "../shared/place.ts";
import { timeText } from "../shared/time.ts";
import { type Counts, countEveryMs, counts, readCounts, totalOf } from "./fleet-facts.ts";

const CARDS = [
  ["", "nodes"],
  ["online", "online"],
  ["offline", "offline"],
  ["unknown", "not seen connecting"],
] as const;

/** How many nodes are in each state; a click shows only those. */
export function CountCards() {
  useLive(readCounts, countEveryMs, []);
  const known = counts.value;
  const chosen = place.value.params["state"] ?? "";
  return (
    <section class="counts" aria-label="Nodes by state">
      {CARDS.map(([state, title]) => (
        <button
          key={state}
          type="button"
          class={`card count ${state}`}
          aria-pressed={chosen === state}
          onClick={() => setParams({ state, ...(state === "offline" ? {} : { longer: "" }) })}
        >
          <strong>{known === undefined ? "…" : numberOf(known, state).toLocaleString("en")}</strong>
          <span>{title}</span>
        </button>
      ))}
      {known?.sampledAtMs !== undefined && (
        <p class="note">
          Sampled by the stage at {timeText(known.sampledAtMs)}: more than 100,000 nodes are not counted again
          and again.
        </p>
      )}
    </section>
  );
}

function numberOf(known: Counts, state: (typeof CARDS)[number][0]): number {
  return state === "" ? totalOf(known) : known[state];
}
