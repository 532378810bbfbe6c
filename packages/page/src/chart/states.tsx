import { safeText } from "../text.tsx";
import { durationText, nowMs, timeText } from "../time.ts";
import { type StateFrom, type StateSpan, spansOfStates } from "./state-spans.ts";

/** Distance of the colours of two values, in degrees. */
const HUE_STEP = 77;
/** Spans that are named to those who do not see them. */
const MAX_NAMED = 20;
const MAX_TEXT = 60;

interface Props {
  readonly label: string;
  readonly states: readonly StateFrom[];
  readonly fromMs: number;
  readonly toMs: number;
  /** Whether the values are states of a node, which have colours of their own; others are written. */
  readonly areNodeStates?: boolean;
}

/** Which value something had when, as a band. What has not come yet is not drawn. */
export function States({ label, states, fromMs, toMs, areNodeStates = false }: Props) {
  const spans = spansOfStates(states, Math.min(toMs, Math.max(fromMs, nowMs.value)));
  const values = [...new Set(spans.map(({ value }) => value))];
  const percent = (ms: number) => `${(ms / (toMs - fromMs)) * 100}%`;
  const textOf = ({ value, startMs }: StateSpan) => `${safeText(value, MAX_TEXT)} from ${timeText(startMs)}`;
  const named = spans.slice(-MAX_NAMED).map(textOf).join(", ");
  return (
    <div class="band" role="img" aria-label={`${label}: ${named}`}>
      {spans.map((span) => (
        <span
          key={span.startMs}
          class={areNodeStates ? span.value : "text"}
          title={`${textOf(span)} to ${timeText(span.endMs)} (${durationText(span.endMs - span.startMs)})`}
          style={{
            left: percent(span.startMs - fromMs),
            width: percent(span.endMs - span.startMs),
            "--hue": 255 + values.indexOf(span.value) * HUE_STEP,
          }}
        >
          {!areNodeStates && safeText(span.value, MAX_TEXT)}
        </span>
      ))}
    </div>
  );
}
