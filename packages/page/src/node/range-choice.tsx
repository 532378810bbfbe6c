import { setParams } from "../address.ts";
import { timeText } from "../time.ts";
import { moved, NAMED_RANGES, type Range, zoomed } from "./range.ts";

/** Chooses the range of times that the page shows. */
export function RangeChoice({ range }: { readonly range: Range }) {
  const steps = [
    ["←", "Earlier", () => moved(range, -1)],
    ["→", "Later", () => moved(range, 1)],
    ["+", "Zoom in", () => zoomed(range, 0.5)],
    ["−", "Zoom out", () => zoomed(range, 2)],
  ] as const;
  return (
    <fieldset class="range">
      <legend class="visually-hidden">Time</legend>
      {Object.keys(NAMED_RANGES).map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={range.name === name}
          onClick={() => setParams({ range: name, from: "", to: "" })}
        >
          {name}
        </button>
      ))}
      {steps.map(([sign, title, next]) => (
        <button key={sign} type="button" aria-label={title} title={title} onClick={() => setParams(next())}>
          {sign}
        </button>
      ))}
      <span class="note">
        {timeText(range.fromMs)} to {range.name === undefined ? timeText(range.toMs) : "now"}
      </span>
    </fieldset>
  );
}
