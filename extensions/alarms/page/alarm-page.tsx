import { MINUTE_MS } from "@rainhooks/core/durations";
import { address, hrefHere, idInAddress } from "@rainhooks/page/address";
import { changes } from "@rainhooks/page/api";
import {
  Await,
  Card,
  FactList,
  type NamedFact,
  PageTitle,
  Skeleton,
} from "@rainhooks/page/layout.jsx";
import { useGet, useReading } from "@rainhooks/page/live";
import { Connectivity } from "@rainhooks/page/node/connectivity.jsx";
import { paramsOf, type Range, readRange } from "@rainhooks/page/node/range";
import { RangeChoice } from "@rainhooks/page/node/range-choice.jsx";
import { readNode } from "@rainhooks/page/node/read-node";
import { SeriesChart } from "@rainhooks/page/node/series-chart.jsx";
import { IdLink, safeText, Text } from "@rainhooks/page/text.jsx";
import { durationText, nowMs, timeText } from "@rainhooks/page/time";
import type { ResultOf } from "@rainhooks/stage/query/question";
import type { alarmQuestion } from "../questions/alarms.ts";
import { isGroupKind } from "../rule/rule.ts";
import { boundsOf, ruleText } from "../rule/rule-text.ts";
import { AlarmActions, nameOf, Severity, stateText } from "./alarm-table.tsx";
import { isOpen } from "./alarms.ts";
import { annotationsOf } from "./node-annotations.ts";

const EVERY_MS = 5000;
/** Time that is shown before an alarm began and after it ended, at least. */
const MARGIN_MS = 30 * MINUTE_MS;

type OneAlarm = ResultOf<typeof alarmQuestion>;

/** An alarm: what was found, under which rule, what has become of it, and what can be done. */
export function AlarmPage() {
  const id = idInAddress();
  const path = `/v1/alarms/${encodeURIComponent(id)}`;
  const reading = useGet<OneAlarm>(path, {}, EVERY_MS, [changes.value]);
  const name = reading.result === undefined ? "Alarm" : nameOf(reading.result);
  const open = [reading.result ?? []].flat().filter(isOpen);
  return (
    <>
      <PageTitle title={name} within={["/alarms", "Alarms"]}>
        <AlarmActions of={open} about={name} />
      </PageTitle>
      <Await of={reading} lines={6}>
        {(alarm) => (
          <>
            <section class="card" aria-label="Alarm">
              <p>
                <Severity of={alarm.severity} /> <b>{stateText(alarm)}</b>
              </p>
              <Facts of={alarm} />
            </section>
            {isGroupKind(alarm.kind) ? (
              <Members of={alarm} />
            ) : (
              <Around key={alarm.alarmId} of={alarm} />
            )}
            <p>
              <a href={hrefHere("/alarms", { state: "all", match: alarm.nodeId })}>
                All alarms of this {isGroupKind(alarm.kind) ? "group" : "node"} in 7 days
              </a>
            </p>
          </>
        )}
      </Await>
    </>
  );
}

function Facts({ of }: { readonly of: OneAlarm }) {
  const { kind, nodeId, nodeName, series, definition, version, memberCount, reason } = of;
  const facts: readonly NamedFact[] = [
    [
      isGroupKind(of.kind) ? "group" : "node",
      isGroupKind(of.kind) ? (
        <Text of={nodeId} max={120} />
      ) : (
        <>
          <IdLink page="nodes" id={nodeId} text={nodeName} />{" "}
          {nodeName !== undefined && <Text of={nodeId} max={80} />}
        </>
      ),
    ],
    ["series", series !== undefined && <Text of={series} max={200} />],
    ["looks for", definition === undefined ? kind : <Text of={ruleText(definition)} max={300} />],
    ["rule", `version ${version}${definition === undefined ? ", which is not kept any more" : ""}`],
    ["value", valueText(of)],
    ["nodes", memberCount?.toLocaleString("en") ?? false],
    ["because", reason !== undefined && <Text of={reason} max={200} />],
    ...historyOf(of),
  ];
  return <FactList facts={facts} />;
}

/** The value with which an alarm was raised, beside what it should have been. */
function valueText({ value, definition }: OneAlarm): string | false {
  if (value === undefined) return false;
  const bounds = definition === undefined ? [] : boundsOf(definition).map(({ text }) => text);
  return [String(value), ...(bounds.length === 0 ? [] : [`(raised ${bounds.join(" or ")})`])].join(
    " ",
  );
}

/** What has become of an alarm, in the order of time. */
function historyOf(of: OneAlarm): NamedFact[] {
  const { startMs, raisedMs, ackedMs, ackedBy, shelvedUntilMs, endMs, retractedMs, revisedTo } = of;
  const lasted = (endMs ?? nowMs.value) - startMs;
  return [
    ["began", timeText(startMs)],
    ["raised", timeText(raisedMs)],
    [
      "acknowledged",
      ackedMs !== undefined && `${timeText(ackedMs)} by ${safeText(ackedBy ?? "?", 60)}`,
    ],
    ["shelved until", shelvedUntilMs !== undefined && timeText(shelvedUntilMs)],
    ["lasts", endMs === undefined && retractedMs === undefined && durationText(lasted)],
    ["ended", endMs !== undefined && `${timeText(endMs)}, after ${durationText(lasted)}`],
    ["taken back", retractedMs !== undefined && `${timeText(retractedMs)}: it had not happened`],
    [
      "is now",
      revisedTo !== undefined && (
        <IdLink page="alarms" id={revisedTo} text="another alarm, which began at another time" />
      ),
    ],
  ];
}

/** The nodes of a group, as far as they are known. */
function Members({ of: { members = [], memberCount = 0 } }: { readonly of: OneAlarm }) {
  if (members.length === 0) return null;
  const first = `the first ${members.length} of ${memberCount.toLocaleString("en")}`;
  return (
    <Card title="Nodes" note={memberCount > members.length && first}>
      <p class="facts">
        {members.map((id) => (
          <IdLink key={id} page="nodes" id={id} />
        ))}
      </p>
    </Card>
  );
}

/** What the node did before, while and after: its connection, and the series of the alarm. */
function Around({ of }: { readonly of: OneAlarm }) {
  const { nodeId, series: name, definition } = of;
  const { result } = useReading((signal) => readNode(nodeId, signal), EVERY_MS, [nodeId]);
  if (result === undefined) return <Skeleton lines={4} />;
  const range = rangeOf(of);
  const series = result.series.find((one) => one.name === name);
  const annotations = annotationsOf([of], definition === undefined ? [] : [definition as object]);
  return (
    <>
      <RangeChoice range={range} />
      <Connectivity node={result.node} range={range} markers={annotations.markers} />
      {series !== undefined && (
        <SeriesChart series={series} range={range} shapes={annotations} node={nodeId} />
      )}
    </>
  );
}

/** The time of an alarm with some time around it, or the one that the address asks for. */
function rangeOf({ startMs, endMs }: OneAlarm): Range {
  const { params } = address.value;
  const isAsked = (params["range"] ?? params["from"]) !== undefined;
  const endOfNowMs = Math.ceil(nowMs.value / MINUTE_MS) * MINUTE_MS;
  const lastMs = endMs ?? endOfNowMs;
  const marginMs = Math.max(MARGIN_MS, (lastMs - startMs) / 2);
  const around = paramsOf(startMs - marginMs, Math.min(lastMs + marginMs, endOfNowMs));
  return readRange(isAsked ? params : around, nowMs.value, undefined);
}
