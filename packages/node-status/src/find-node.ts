import { RainhooksError } from "@rainhooks/core/errors";
import { eachNode } from "./list.ts";
import { type Node as NodeStatus, type NodeStatusReader, readNode } from "./read-node.ts";

/**
 * Maximum number of nodes searched for a name or the start of an id; in a larger fleet, whole ids
 * are needed.
 */
const MAX_SEARCHED = 5000;
const MAX_SHOWN = 5;

/**
 * Finds the id of a node by its id, the start of its id, or its name in any case. A text that
 * matches no node is returned unchanged.
 *
 * @throws {RainhooksError} `input-invalid` when several nodes match; the message names the first
 * ones.
 */
export async function findNode(reader: NodeStatusReader, text: string): Promise<string> {
  if ((await readNode(reader, text)) !== undefined) return text;
  const found: NodeStatus[] = [];
  let searched = 0;
  for await (const node of eachNode(reader)) {
    if (searched === MAX_SEARCHED) break;
    searched += 1;
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
    `${found.length} nodes match ${text}: ${shown.join(", ")}${found.length > MAX_SHOWN ? ", …" : ""}. Use more characters of the id.`,
    { permanent: true },
  );
}

function isNamed({ config }: NodeStatus, text: string): boolean {
  return config?.name?.toLowerCase() === text.toLowerCase();
}
