import type { Range } from "../node/range.ts";
import { timeText } from "../time.ts";
import { type Tick, timeTicks } from "./ticks.ts";

/** Room for the text of a tick, in pixels of the window, and how many there are at least. */
const TICK_WIDTH = 150;
const MIN_TICKS = 3;

/** Returns the ticks of a time axis that is as wide as the page. */
export function ticksOf({ fromMs, toMs }: Range): Tick[] {
  return timeTicks(
    fromMs,
    toMs,
    Math.max(MIN_TICKS, Math.floor(innerWidth / TICK_WIDTH)),
    timeText,
  );
}

/** The texts of a time axis, each below its tick, and the last one within the axis. */
export function Times({ fromMs, toMs }: Range) {
  return (
    <div class="times note">
      {ticksOf({ fromMs, toMs }).map(({ at, text, below }) => {
        const left = `min(${((at - fromMs) / (toMs - fromMs)) * 100}%, 100% - 2.6em)`;
        return (
          <span key={at} style={{ left }}>
            {text}
            <br />
            {below}
          </span>
        );
      })}
    </div>
  );
}
