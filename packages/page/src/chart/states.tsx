import { safeText } from "../text.tsx";
import { durationText, timeText } from "../time.ts";
import { type StateFrom, type StateSpan, spansOfStates } from "./state-spans.ts";

/** Colours of states, in the order in which they first come; further ones begin again. */
const COLOURS = 6;
/** Spans that are named to those who do not see them. */
const MAX_NAMED = 20;
const MAX_TEXT = 60;

interface Props {
  readonly label: string;
  readonly states: readonly StateFrom[];
  readonly fromMs: number;
  readonly toMs: number;
  /** The present time: what has not come yet is not drawn. */
  readonly nowMs: number;
}

/** Which value a series of texts or booleans had when, as a band. */
export function States({ label, states, fromMs, toMs, nowMs }: Props) {
  const spans = spansOfStates(states, Math.min(toMs, Math.max(fromMs, nowMs)));
  const values = [...new Set(spans.map(({ value }) => value))];
  const left = (atMs: number) => ((atMs - fromMs) / (toMs - fromMs)) * 100;
  const textOf = ({ value, startMs }: StateSpan) => `${safeText(value, MAX_TEXT)} from ${timeText(startMs)}`;
  const named = spans.slice(-MAX_NAMED).map(textOf).join(", ");
  return (
    <div class="axis">
      <div class="band states" role="img" aria-label={`${label}: ${named}`}>
        {spans.map((span) => (
          <span
            key={span.startMs}
            class={`state-${values.indexOf(span.value) % COLOURS}`}
            title={`${textOf(span)} to ${timeText(span.endMs)} (${durationText(span.endMs - span.startMs)})`}
            style={{ left: `${left(span.startMs)}%`, width: `${left(span.endMs) - left(span.startMs)}%` }}
          >
            {safeText(span.value, MAX_TEXT)}
          </span>
        ))}
      </div>
    </div>
  );
}
