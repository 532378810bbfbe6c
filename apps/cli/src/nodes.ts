import { RainhooksError } from "@rainhooks/core";
import {
  countNodes,
  listNodes,
  NODE_STATES,
  type NodeState,
  type NodeStatus,
  type NodeStatusReader,
  type NodeTimeline,
  readNode,
  readTimeline,
} from "@rainhooks/node-status";
import { formatTable, formatTime } from "@rainhooks/terminal";
import { deployedName } from "@rainhooks/webhook/define";
import { type CommandContext, reachStage, type StageOption } from "./context.ts";

/** Lists nodes: of all states or of one, the ones that are in it longest first. */
export async function nodesCommand(
  options: StageOption & {
    readonly offline: boolean;
    readonly online: boolean;
    readonly limit: number;
    readonly json: boolean;
  },
): Promise<void> {
  const reader = readerOf(await reachStage(options));
  const nodes: NodeStatus[] = [];
  for (const state of wanted(options)) {
    let after: string | undefined;
    do {
      const page = await listNodes(reader, { state, limit: options.limit - nodes.length, after });
      nodes.push(...page.nodes);
      after = page.next;
    } while (after !== undefined && nodes.length < options.limit);
    if (nodes.length >= options.limit) break;
  }
  if (options.json) console.log(JSON.stringify(nodes, undefined, 2));
  else console.log(nodes.length === 0 ? "No nodes." : nodesTable(nodes));
}

/** Says how many nodes are in each state. */
export async function countCommand(options: StageOption & { readonly json: boolean }): Promise<void> {
  const counts = await countNodes(readerOf(await reachStage(options)));
  if (options.json) console.log(JSON.stringify(counts, undefined, 2));
  else console.log(NODE_STATES.map((state) => `${state.padEnd(8)} ${counts[state]}`).join("\n"));
}

/** Shows one node, and how it was connected lately. */
export async function nodeCommand(
  nodeId: string,
  options: StageOption & { readonly days: number; readonly json: boolean },
): Promise<void> {
  const context = await reachStage(options);
  const node = await readNode(readerOf(context), nodeId);
  if (node === undefined) {
    throw new RainhooksError(
      "input-invalid",
      `No event of a node ${nodeId} has been seen. Ids are case-sensitive.`,
    );
  }
  const nowMs = Date.now();
  const timeline = await readTimeline(
    {
      client: context.clients.dynamodb,
      tableName: deployedName(context.stage.stage, "node-timeline"),
    },
    nodeId,
    { fromMs: nowMs - options.days * DAY_MS, toMs: nowMs, nowMs },
  );
  if (options.json) console.log(JSON.stringify({ ...node, timeline }, undefined, 2));
  else console.log(nodeText(node, timeline, options.days));
}

const DAY_MS = 86_400_000;
const MOST_TRANSITIONS = 10;

function readerOf({ clients, stage }: CommandContext): NodeStatusReader {
  return { client: clients.dynamodb, tableName: deployedName(stage.stage, "node-status") };
}

function wanted({
  offline,
  online,
}: {
  readonly offline: boolean;
  readonly online: boolean;
}): readonly NodeState[] {
  if (offline === online) return NODE_STATES;
  return offline ? ["offline"] : ["online"];
}

function nodesTable(nodes: readonly NodeStatus[]): string {
  return formatTable(
    ["node", "state", "since (UTC)", "last seen (UTC)", "last event", "name", "firmware"],
    nodes.map(({ nodeId, state, sinceMs, lastSeenMs, lastEvent, config }) => [
      nodeId,
      state,
      timeOrDash(sinceMs),
      timeOrDash(lastSeenMs),
      lastEvent?.type.replace("rmaker.event.", "") ?? "-",
      config?.name ?? "-",
      config?.firmware ?? "-",
    ]),
  );
}

function nodeText(node: NodeStatus, { transitions, uptime }: NodeTimeline, days: number): string {
  const { config, lastAlert, lastEvent, users, tags } = node;
  const share = uptime.share === undefined ? "-" : `${(uptime.share * 100).toFixed(1)} % of the time known`;
  const lines: [string, string][] = [
    ["node", node.nodeId],
    ["state", `${node.state}${node.sinceMs === undefined ? "" : ` since ${formatTime(node.sinceMs)} UTC`}`],
    ["last connected", timeOrDash(node.connectedAtMs)],
    ["last disconnected", timeOrDash(node.disconnectedAtMs)],
    ["last seen", timeOrDash(node.lastSeenMs)],
    ["last event", lastEvent === undefined ? "-" : `${lastEvent.type} at ${formatTime(lastEvent.atMs)}`],
    ["name", config?.name ?? "-"],
    ["firmware", config?.firmware ?? "-"],
    ["type", [config?.type, config?.model].filter((one) => one !== undefined).join(", ") || "-"],
    ["last alert", lastAlert === undefined ? "-" : `${lastAlert.text} at ${formatTime(lastAlert.atMs)}`],
    [
      "users",
      users.map(({ userId, role }) => (role === undefined ? userId : `${userId} (${role})`)).join(", ") ||
        "-",
    ],
    ["tags", tags.join(", ") || "-"],
    [`online, ${days} d`, share],
    [`drops, ${days} d`, String(uptime.drops)],
  ];
  return [
    ...lines.map(([name, value]) => `${name.padEnd(17)} ${value}`),
    ...transitions.slice(-MOST_TRANSITIONS).map(({ atMs, state }) => `  ${formatTime(atMs)}  ${state}`),
  ].join("\n");
}

function timeOrDash(atMs: number | undefined): string {
  return atMs === undefined ? "-" : formatTime(atMs);
}
