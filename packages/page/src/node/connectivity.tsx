import type { AnswerOf } from "@rainhooks/stage/query/question";
import type { listAlertsQuestion } from "@rainhooks/stage/query/questions/alerts";
import type { nodeQuestion, timelineQuestion } from "@rainhooks/stage/query/questions/nodes";
import { get } from "../api.ts";
import { ONCE, useReading } from "../live.ts";
import { safeText } from "../text.tsx";
import { durationText, nowMs, timeText } from "../time.ts";
import type { NodeMark } from "./marks.ts";
import type { Range } from "./range.ts";

type Timeline = AnswerOf<typeof timelineQuestion>;
type Alert = AnswerOf<typeof listAlertsQuestion>["alerts"][number];

interface Props {
  readonly node: AnswerOf<typeof nodeQuestion>;
  readonly range: Range;
  /** Marks besides alerts and firmware; those in the range are drawn. */
  readonly marks: readonly NodeMark[];
}

/** When a node was connected, as a band; alerts and its firmware as marks on the same axis. */
export function Connectivity({ node, range, marks }: Props) {
  const { nodeId, lastEvent, config } = node;
  const { fromMs, toMs } = range;
  const read = <Answer,>(what: string, signal: AbortSignal) =>
    get<Answer>(
      `/v1/nodes/${encodeURIComponent(nodeId)}/${what}`,
      { from: fromMs, to: toMs, limit: 1000 },
      signal,
    );
  const inputs = [nodeId, fromMs, toMs, lastEvent?.deliveryId];
  const { found: timeline } = useReading((signal) => read<Timeline>("timeline", signal), ONCE, inputs);
  const { found } = useReading(
    (signal) => read<{ alerts: readonly Alert[] }>("alerts", signal),
    ONCE,
    inputs,
  );
  const place = (atMs: number) => `${((atMs - fromMs) / (toMs - fromMs)) * 100}%`;
  const isInRange = config !== undefined && config.atMs >= fromMs && config.atMs < toMs;
  return (
    <section class="card connectivity" aria-labelledby="connectivity">
      <h2 id="connectivity">
        Connection <span class="note">{timeline === undefined ? "…" : uptimeText(timeline)}</span>
      </h2>
      <div class="axis">
        <div class="band">
          {timeline !== undefined &&
            segmentsOf(timeline, nowMs.value).map(({ state, startMs, endMs }) => (
              <span
                key={startMs}
                class={state}
                title={`${state} from ${timeText(startMs)} to ${timeText(endMs)} (${durationText(endMs - startMs)})`}
                style={{ left: place(startMs), width: `${((endMs - startMs) / (toMs - fromMs)) * 100}%` }}
              />
            ))}
        </div>
        <div class="marks">
          {found?.alerts.map(({ atMs, text, deliveryId }) => (
            <Mark
              key={deliveryId}
              sign="▲"
              kind="alert"
              left={place(atMs)}
              title={`${timeText(atMs)}: ${safeText(text)}`}
            />
          ))}
          {marks
            .filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
            .map(({ key, href, sign, kind, atMs, title }) => (
              <a key={key} href={href}>
                <Mark sign={sign} kind={kind} left={place(atMs)} title={title} />
              </a>
            ))}
          {isInRange && (
            <Mark
              sign="◆"
              kind="firmware"
              left={place(config.atMs)}
              title={`${timeText(config.atMs)}: firmware ${safeText(config.firmware ?? "?")} reported`}
            />
          )}
        </div>
      </div>
      {timeline !== undefined && timeline.leftOut > 0 && (
        <p class="note">{timeline.leftOut} older changes are not drawn: zoom in to see them.</p>
      )}
    </section>
  );
}

function Mark({ sign, kind, left, title }: Readonly<Record<"sign" | "kind" | "left" | "title", string>>) {
  return (
    <span class={`mark ${kind}`} style={{ left }} title={title} role="img" aria-label={`${kind} at ${title}`}>
      {sign}
    </span>
  );
}

function uptimeText({ uptime: { share, drops } }: Timeline): string {
  if (share === undefined) return "no known state in this time";
  return `online ${(share * 100).toFixed(1)} % of the time, ${drops} ${drops === 1 ? "drop" : "drops"}`;
}

/** Returns the times in each state, up to now. */
function segmentsOf({ fromMs, toMs, before, transitions }: Timeline, currentMs: number) {
  const endMs = Math.min(toMs, Math.max(fromMs, currentMs));
  const changes = [{ atMs: fromMs, state: before as string }, ...transitions];
  return changes.map(({ atMs, state }, index) => ({
    state,
    startMs: atMs,
    endMs: Math.max(atMs, changes[index + 1]?.atMs ?? endMs),
  }));
}
