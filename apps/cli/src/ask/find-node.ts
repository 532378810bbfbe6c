import { RainhooksError } from "@rainhooks/core";
import {
  eachNode,
  NODE_STATES,
  type NodeStatus,
  type NodeStatusReader,
  readNode,
} from "@rainhooks/node-status";

/** Nodes that are gone through for a name or the beginning of an id; a large fleet is asked by whole ids. */
const MAX_SEARCHED = 5000;
const MAX_SHOWN = 5;

/**
 * The id of a node from what a person wrote: its id, the beginning of it, or its name in any case. What matches no node stays as it
 * is.
 *
 * @throws {RainhooksError} `input-invalid` when several nodes match, naming some.
 */
export async function findNode(reader: NodeStatusReader, text: string): Promise<string> {
  if ((await readNode(reader, text)) !== undefined) return text;
  const found: NodeStatus[] = [];
  for await (const node of nodesOfStage(reader)) {
    if (node.nodeId.startsWith(text) || isNamed(node, text)) found.push(node);
  }
  const [first, second] = found;
  if (first === undefined) return text;
  if (second === undefined) return first.nodeId;
  const shown = found
    .slice(0, MAX_SHOWN)
    .map(({ nodeId, config }) => `${nodeId} (${config?.name ?? "no name"})`);
  throw new RainhooksError(
    "input-invalid",
    `${found.length} nodes match ${text}: ${shown.join(", ")}${found.length > MAX_SHOWN ? ", …" : ""}. Write more of the id.`,
    { permanent: true },
  );
}

function isNamed({ config }: NodeStatus, text: string): boolean {
  return config?.name?.toLowerCase() === text.toLowerCase();
}

async function* nodesOfStage(reader: NodeStatusReader): AsyncGenerator<NodeStatus> {
  let searched = 0;
  for (const state of NODE_STATES) {
    for await (const node of eachNode(reader, state)) {
      if (searched === MAX_SEARCHED) return;
      searched += 1;
      yield node;
    }
  }
}
