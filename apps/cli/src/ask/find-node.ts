import { messageOf, RainhooksError } from "@rainhooks/core";
import { eachNode, type NodeStatus, type NodeStatusReader, readNode } from "@rainhooks/node-status";
import { askedStage } from "@rainhooks/query/stage";
import type { ReachedStage } from "@rainhooks/stage";
import { printNote } from "../output.ts";

/** Maximum number of nodes searched for a name or the start of an id; in a larger fleet, whole ids are needed. */
const MAX_SEARCHED = 5000;
const MAX_SHOWN = 5;

/**
 * Finds the id of a node by its id, the start of its id, or its name in any case. A text that matches no node is returned
 * unchanged.
 *
 * @throws {RainhooksError} `input-invalid` when several nodes match; the message names the first ones.
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

/**
 * The same for an option of a command that does without the table of nodes. Says which node it is; who may not read the table gets the text
 * unchanged.
 *
 * @throws {RainhooksError} `input-invalid` when several nodes match.
 */
export async function nodeOfOption(reached: ReachedStage, text: string): Promise<string> {
  try {
    const nodeId = await findNode(askedStage(reached).stores.nodes, text);
    if (nodeId !== text) printNote(`${text} is the node ${nodeId}.`);
    return nodeId;
  } catch (error) {
    if (error instanceof RainhooksError && error.code === "input-invalid") throw error;
    printNote(
      `${text} is taken as a whole id, because the nodes of the stage cannot be read: ${messageOf(error)}`,
    );
    return text;
  }
}

/** The same for several. */
export async function nodesOfOption(
  reached: ReachedStage,
  texts: readonly string[] | undefined,
): Promise<readonly string[] | undefined> {
  return texts && Promise.all(texts.map((text) => nodeOfOption(reached, text)));
}

function isNamed({ config }: NodeStatus, text: string): boolean {
  return config?.name?.toLowerCase() === text.toLowerCase();
}
