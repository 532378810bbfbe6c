import { RainhooksError } from "@rainhooks/core";
import {
  listNodes,
  type NodeState,
  type NodeStatus,
  type NodeStatusReader,
  readNode,
} from "@rainhooks/node-status";
import { formatTable, formatTime } from "@rainhooks/terminal";
import { deployedName } from "@rainhooks/webhook/define";
import { type CommandContext, reachStage, type StageOption } from "./context.ts";

/** Lists nodes: all, or those of one state, the ones that are in it longest first. */
export async function nodesCommand(
  options: StageOption & { readonly offline: boolean; readonly online: boolean; readonly json: boolean },
): Promise<void> {
  const reader = readerOf(await reachStage(options));
  const lists = await Promise.all(wanted(options).map((state) => listNodes(reader, state)));
  const nodes = lists.flat();
  if (options.json) console.log(JSON.stringify(nodes, undefined, 2));
  else console.log(nodes.length === 0 ? "No nodes." : nodesTable(nodes));
}

/** Shows one node. */
export async function nodeCommand(
  nodeId: string,
  options: StageOption & { readonly json: boolean },
): Promise<void> {
  const node = await readNode(readerOf(await reachStage(options)), nodeId);
  if (node === undefined) {
    throw new RainhooksError(
      "input-invalid",
      `No event of a node ${nodeId} has been seen. Ids are case-sensitive.`,
    );
  }
  console.log(options.json ? JSON.stringify(node, undefined, 2) : nodeText(node));
}

function readerOf({ clients, stage }: CommandContext): NodeStatusReader {
  return { client: clients.dynamodb, tableName: deployedName(stage.stage, "node-status") };
}

function wanted({ offline, online }: { readonly offline: boolean; readonly online: boolean }): NodeState[] {
  if (offline === online) return ["offline", "online", "unknown"];
  return offline ? ["offline"] : ["online"];
}

function nodesTable(nodes: readonly NodeStatus[]): string {
  return formatTable(
    ["node", "state", "since (UTC)", "last event", "at (UTC)"],
    nodes.map(({ nodeId, state, sinceMs, lastEvent }) => [
      nodeId,
      state,
      timeOrDash(sinceMs),
      lastEvent?.type.replace("rmaker.event.", "") ?? "-",
      timeOrDash(lastEvent?.atMs),
    ]),
  );
}

function nodeText(node: NodeStatus): string {
  return [
    `node              ${node.nodeId}`,
    `state             ${node.state}${node.sinceMs === undefined ? "" : ` since ${formatTime(node.sinceMs)} UTC`}`,
    `last connected    ${timeOrDash(node.connectedAtMs)}`,
    `last disconnected ${timeOrDash(node.disconnectedAtMs)}`,
    `last event        ${node.lastEvent === undefined ? "-" : `${node.lastEvent.type} at ${formatTime(node.lastEvent.atMs)}`}`,
  ].join("\n");
}

function timeOrDash(atMs: number | undefined): string {
  return atMs === undefined ? "-" : formatTime(atMs);
}
