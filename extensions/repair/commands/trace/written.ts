import { nodesOf, type RainmakerEvent } from "@rainhooks/core/event";
import { readAlerts } from "@rainhooks/node-status/alerts";
import { readNode } from "@rainhooks/node-status/read-node";
import { type StageAccess, tableOf } from "@rainhooks/stage/reached";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { readPoints } from "@rainhooks/time-series/read-points";

/** Maximum nodes and series that are looked up. */
const MAX_LOOKUPS = 20;

/** Returns what a webhook of ours has written of an event: lines for people; none for any other webhook. */
export async function writtenBy(
  reached: StageAccess,
  webhook: string,
  event: RainmakerEvent,
): Promise<string[]> {
  if (webhook === "node-status") return rows(reached, event);
  return webhook === "time-series" && event.type === "rmaker.event.node_ts_data"
    ? points(reached, event)
    : [];
}

async function rows(reached: StageAccess, event: RainmakerEvent): Promise<string[]> {
  const client = reached.clients.dynamodb;
  const texts: string[] = [];
  for (const id of nodesOf(event).slice(0, MAX_LOOKUPS)) {
    const node = await readNode({ client, tableName: tableOf(reached, "node-status") }, id);
    const since = node?.sinceMs === undefined ? "" : ` since ${formatTime(node.sinceMs)} UTC`;
    const seen = node?.lastSeenMs === undefined ? "" : `, last seen ${formatTime(node.lastSeenMs)} UTC`;
    texts.push(node === undefined ? `no row of ${id}` : `row of ${id}: ${node.state}${since}${seen}`);
    if (event.type === "rmaker.event.alert") texts.push(await alertText(reached, id, event.atMs));
  }
  return texts;
}

async function alertText(reached: StageAccess, id: string, atMs: number): Promise<string> {
  const timeline = { client: reached.clients.dynamodb, tableName: tableOf(reached, "node-timeline") };
  const { alerts } = await readAlerts(timeline, id, {
    fromMs: atMs,
    toMs: atMs + 1,
    limit: 1,
    after: undefined,
  });
  const at = `alert at ${formatTime(atMs)} UTC`;
  return alerts.length === 0 ? `no ${at} in the timeline` : `${at} in the timeline`;
}

async function points(
  reached: StageAccess,
  { data: { nodeId, series } }: RainmakerEvent<"rmaker.event.node_ts_data">,
): Promise<string[]> {
  const client = reached.clients.dynamodb;
  const reader = { client, tableName: tableOf(reached, "time-series") };
  const wanted = series.flatMap(({ name, records }) => records.map(({ atMs }) => ({ name, atMs })));
  const texts: string[] = [];
  for (const { name, atMs } of wanted.slice(0, MAX_LOOKUPS)) {
    const found = await readPoints(reader, { nodeId, name, fromMs: atMs, toMs: atMs + 1 }, Date.now());
    const point = `point of ${name} at ${formatTime(atMs)} UTC`;
    texts.push(found.length === 0 ? `no ${point}` : `${point}: ${JSON.stringify(found[0]?.value)}`);
  }
  if (wanted.length > MAX_LOOKUPS) texts.push(`and ${wanted.length - MAX_LOOKUPS} more points`);
  return texts;
}
