import { inputError, messageOf, RainhooksError } from "@rainhooks/core/errors";
import { findNode } from "@rainhooks/node-status/find-node";
import { readNode } from "@rainhooks/node-status/read-node";
import type { Door } from "../operations/caller.ts";
import { queryStage } from "../query/query-stage.ts";
import type { StageAccess } from "../stage-access.ts";
import { printNote } from "./output.ts";

/**
 * Finds a node for an option of a command that does without the table of nodes. A terminal is told
 * which node it is; there, who may not read the table gets the text unchanged.
 *
 * @throws {RainhooksError} `input-invalid` when several nodes match; other than at a terminal also
 * if the nodes cannot be read.
 */
export async function nodeOfOption(
  access: StageAccess,
  text: string,
  door: Door = "terminal",
): Promise<string> {
  const found = async () => findNode(queryStage(access).stores.nodes, text);
  if (door !== "terminal") return found();
  try {
    const nodeId = await found();
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

/**
 * Finds the nodes of the field `node` for work that reads the archive. A terminal can name one that
 * the stage does not know: elsewhere it is a slip, which is said before anything is read.
 *
 * @throws {RainhooksError} the same, and `input-invalid` for an unknown node.
 */
export function nodesOfOption(
  access: StageAccess,
  texts: readonly string[],
  door: Door,
): Promise<readonly string[]> {
  const { nodes } = queryStage(access).stores;
  const find = async (text: string) => {
    const nodeId = await nodeOfOption(access, text, door);
    if (door === "terminal" || nodeId !== text || (await readNode(nodes, text)) !== undefined)
      return nodeId;
    const problem = `has ${text}, which the stage does not know. At a terminal, its whole id is taken.`;
    throw inputError({ field: "node", problem });
  };
  return Promise.all(texts.map(find));
}
