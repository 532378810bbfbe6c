import type { ResultOf } from "@rainhooks/stage/query/question";
import type { listAlertsQuestion } from "@rainhooks/stage/query/questions/alerts";
import type { nodeQuestion, timelineQuestion } from "@rainhooks/stage/query/questions/nodes";
import { States } from "../chart/states.tsx";
import { Times } from "../chart/times.tsx";
import { Card } from "../layout.tsx";
import { ONCE, useGet } from "../live.ts";
import { safeText } from "../text.tsx";
import { timeText } from "../time.ts";
import type { NodeMarker } from "./annotations.ts";
import type { Range } from "./range.ts";

type Timeline = ResultOf<typeof timelineQuestion>;

interface Props {
  readonly node: ResultOf<typeof nodeQuestion>;
  readonly range: Range;
  /** Markers besides alerts and firmware; those in the range are drawn. */
  readonly markers: readonly NodeMarker[];
}

/** When a node was connected, as a band; alerts and its firmware as markers on the same axis. */
export function Connectivity({ node: { nodeId, lastEvent, config }, range, markers }: Props) {
  const { fromMs, toMs } = range;
  const path = `/v1/nodes/${encodeURIComponent(nodeId)}`;
  const params = { from: fromMs, to: toMs, limit: 1000 };
  const again = [lastEvent?.deliveryId];
  const { result: timeline } = useGet<Timeline>(`${path}/timeline`, params, ONCE, again);
  const { result } = useGet<ResultOf<typeof listAlertsQuestion>>(
    `${path}/alerts`,
    params,
    ONCE,
    again,
  );
  const { before = "", transitions = [], leftOut = 0 } = timeline ?? {};
  const states = [{ atMs: fromMs, state: before }, ...transitions];
  const alerts = (result?.alerts ?? []).map(({ atMs, text, deliveryId }) => {
    return { key: deliveryId, sign: "▲", kind: "alert", atMs, title: safeText(text) };
  });
  const firmware = `firmware ${safeText(config?.firmware ?? "?")} reported`;
  const reported = {
    key: "firmware",
    sign: "◆",
    kind: "firmware",
    atMs: config?.atMs ?? 0,
    title: firmware,
  };
  const drawn = [...alerts, ...markers, reported].filter(
    ({ atMs }) => atMs >= fromMs && atMs < toMs,
  );
  return (
    <Card title="Connection" note={timeline === undefined ? "…" : uptimeText(timeline)}>
      <div class="axis">
        <States
          label="Connection"
          states={
            timeline === undefined ? [] : states.map(({ atMs, state }) => ({ atMs, value: state }))
          }
          fromMs={fromMs}
          toMs={toMs}
          areNodeStates
        />
        <div class="markers">
          {drawn.map((one) => (
            <Marker
              key={one.key}
              of={one}
              left={`${((one.atMs - fromMs) / (toMs - fromMs)) * 100}%`}
            />
          ))}
        </div>
        <Times fromMs={fromMs} toMs={toMs} />
      </div>
      {leftOut > 0 && (
        <p class="note">{leftOut} older changes are not drawn: zoom in to see them.</p>
      )}
    </Card>
  );
}

interface MarkerProps {
  readonly of: Omit<NodeMarker, "href"> & { readonly href?: string };
  readonly left: string;
}

function Marker({ of: { href, sign, kind, atMs, title: about }, left }: MarkerProps) {
  const title = `${timeText(atMs)}: ${about}`;
  const mark = (
    <span
      class={`mark ${kind}`}
      style={{ left }}
      title={title}
      role="img"
      aria-label={`${kind} at ${title}`}
    >
      {sign}
    </span>
  );
  return href === undefined ? mark : <a href={href}>{mark}</a>;
}

function uptimeText({ uptime: { share, drops } }: Timeline): string {
  if (share === undefined) return "no known state in this time";
  return `online ${(share * 100).toFixed(1)} % of the known time, ${drops} ${drops === 1 ? "drop" : "drops"}`;
}
