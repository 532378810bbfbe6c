import { safeText } from "../text.tsx";
import { durationText, nowMs, timeText } from "../time.ts";
import { periodsOfStates, type StateFrom, type StatePeriod } from "./state-periods.ts";

/** Distance of the colours of two values, in degrees. */
const HUE_STEP = 77;
/** Periods that are named to those who do not see them. */
const MAX_NAMED = 20;
const MAX_TEXT = 60;

interface Props {
  readonly label: string;
  readonly states: readonly StateFrom[];
  readonly fromMs: number;
  readonly toMs: number;
  /**
   * Whether the values are states of a node, which have colours of their own; others are written.
   */
  readonly areNodeStates?: boolean;
}

/** Which value something had when, as a band. What has not come yet is not drawn. */
export function States({ label, states, fromMs, toMs, areNodeStates = false }: Props) {
  const periods = periodsOfStates(states, Math.min(toMs, Math.max(fromMs, nowMs.value)));
  const values = [...new Set(periods.map(({ value }) => value))];
  const percent = (ms: number) => `${(ms / (toMs - fromMs)) * 100}%`;
  const textOf = (of: StatePeriod) =>
    `${safeText(of.value, MAX_TEXT)} from ${timeText(of.startMs)}`;
  const named = periods.slice(-MAX_NAMED).map(textOf).join(", ");
  return (
    <div class="band" role="img" aria-label={`${label}: ${named}`}>
      {periods.map((one) => (
        <span
          key={one.startMs}
          class={areNodeStates ? one.value : "text"}
          title={`${textOf(one)} to ${timeText(one.endMs)} (${durationText(one.endMs - one.startMs)})`}
          style={{
            left: percent(one.startMs - fromMs),
            width: percent(one.endMs - one.startMs),
            "--hue": 255 + values.indexOf(one.value) * HUE_STEP,
          }}
        >
          {!areNodeStates && safeText(one.value, MAX_TEXT)}
        </span>
      ))}
    </div>
  );
}
