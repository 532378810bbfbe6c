import { setParams } from "../address.ts";
import { timeText } from "../time.ts";
import { moveRange, NAMED_RANGES, type Range, zoomRange } from "./range.ts";

/** Chooses the range of times that the page shows. */
export function RangeChoice({ range }: { readonly range: Range }) {
  const steps = [
    ["←", "Earlier", () => moveRange(range, -1)],
    ["→", "Later", () => moveRange(range, 1)],
    ["+", "Zoom in", () => zoomRange(range, 0.5)],
    ["−", "Zoom out", () => zoomRange(range, 2)],
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
        <button
          key={sign}
          type="button"
          aria-label={title}
          title={title}
          onClick={() => setParams(next())}
        >
          {sign}
        </button>
      ))}
      <span class="note">
        {timeText(range.fromMs)} to {range.name === undefined ? timeText(range.toMs) : "now"}
      </span>
    </fieldset>
  );
}
