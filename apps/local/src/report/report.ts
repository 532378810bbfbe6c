import { shortType } from "@rainhooks/core/catalog";
import { countText } from "@rainhooks/core/counted";
import type { Stage } from "@rainhooks/local/aws/stage/stage";
import type { FleetNode } from "@rainhooks/local/fleet/fleet";
import type { ArchiveContent } from "@rainhooks/local/fleet/reconciliation/archive";
import type { Reconciliation } from "@rainhooks/local/fleet/reconciliation/reconcile";
import type { NodeStatus } from "@rainhooks/node-status/read-node";
import { formatTable } from "@rainhooks/stage/terminal/format-table";
import { formatPoints } from "@rainhooks/stage/terminal/points";
import { formatTime } from "@rainhooks/stage/terminal/time";
import { listSeries, readPoints } from "@rainhooks/time-series/read-points";
import { deployedName } from "@rainhooks/webhook/names";

const MAX_ROWS = 10;
const MAX_PROBLEMS = 3;

/** Shows the first nodes of the node-status table, offline ones first. */
export function nodesReport(nodes: readonly NodeStatus[]): string {
  const count = (state: string) => nodes.filter((node) => node.state === state).length;
  const rows = offlineFirst(nodes)
    .slice(0, MAX_ROWS)
    .map(({ nodeId, state, sinceMs, lastEvent }) => [
      nodeId,
      state,
      sinceMs === undefined ? "-" : formatTime(sinceMs),
      lastEvent === undefined ? "-" : shortType(lastEvent.type),
      lastEvent === undefined ? "-" : formatTime(lastEvent.atMs),
    ]);
  return [
    `Nodes: ${nodes.length} known, ${count("online")} online, ${count("offline")} offline, ${count("unknown")} unknown`,
    formatTable(["node", "state", "since (UTC)", "last event", "at (UTC)"], rows),
    ...(nodes.length > MAX_ROWS ? [`… and ${nodes.length - MAX_ROWS} more`] : []),
  ].join("\n");
}

/** Sorts nodes: those that are offline longest first, then all others in their order. */
function offlineFirst(nodes: readonly NodeStatus[]): NodeStatus[] {
  const rank = ({ state, sinceMs = 0 }: NodeStatus) =>
    state === "offline" ? sinceMs : Number.POSITIVE_INFINITY;
  return nodes.toSorted((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}

/**
 * Shows the last points of one series of the fleet, preferably of a changing number of a node that is online.
 */
export async function seriesReport(
  stage: Stage,
  nodes: readonly FleetNode[],
  states: readonly NodeStatus[],
): Promise<string> {
  const reader = { client: stage.liveTables, tableName: deployedName(stage.name, "time-series") };
  const online = new Set(states.filter(({ state }) => state === "online").map(({ nodeId }) => nodeId));
  const rank = ({ id, device }: FleetNode) =>
    2 * Number(device.params.some(({ dataType }) => dataType === "float")) + Number(online.has(id));
  for (const node of nodes.toSorted((a, b) => rank(b) - rank(a))) {
    const names = (await listSeries(reader, node.id)).map(({ name }) => name);
    const changing = node.device.params.find(({ dataType }) => dataType === "float")?.name ?? "";
    const name = names.find((one) => one.endsWith(`.${changing}`)) ?? names[0];
    if (name === undefined) continue;
    const points = await readPoints(
      reader,
      { nodeId: node.id, name, fromMs: 0, toMs: Number.MAX_SAFE_INTEGER },
      0,
    );
    return [`Series: ${name} of ${node.name} (${node.id})`, formatPoints(points.slice(-MAX_ROWS))].join("\n");
  }
  return "Series: none yet";
}

/** Shows the size of the archive. */
export function archiveReport({ objects, bytes, deliveries }: ArchiveContent): string {
  const topics = new Map<string, number>();
  for (const { topic = "?" } of deliveries) topics.set(topic, (topics.get(topic) ?? 0) + 1);
  const rows = [...topics].sort((a, b) => b[1] - a[1]);
  return [
    `Archive: ${countText(deliveries.length, "delivery", "deliveries")} in ${countText(objects, "object")}, ${(bytes / 1024).toFixed(1)} KiB compressed`,
    formatTable(["topic", "deliveries"], rows),
  ].join("\n");
}

/** Shows the reconciliation of a run: expected, found, and problems. */
export function reconciliationReport(reconciliation: Reconciliation, published: number): string {
  const { lines } = reconciliation;
  const rows = lines.map(({ what, expected, found, problems }) => [
    problems.length === 0 ? "ok" : "WRONG",
    what,
    expected,
    found,
  ]);
  return [
    `Reconciliation of ${published} published messages`,
    formatTable(["", "what", "expected", "found"], rows),
    ...lines.flatMap(({ problems }) => [
      ...problems.slice(0, MAX_PROBLEMS).map((problem) => `  ${problem}`),
      ...(problems.length > MAX_PROBLEMS
        ? [`  … and ${problems.length - MAX_PROBLEMS} more like these`]
        : []),
    ]),
    reconciliation.problems.length === 0
      ? "Every message is accounted for."
      : "Some messages are missing or wrong.",
  ].join("\n");
}
