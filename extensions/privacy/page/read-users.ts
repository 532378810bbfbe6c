import { get } from "@rainhooks/page/api";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import type { listNodesQuestion } from "@rainhooks/stage/query/questions/list-nodes";

type NodePage = AnswerOf<typeof listNodesQuestion> & { readonly next?: string };
/** A node as the list has it. */
export type UserNode = NodePage["nodes"][number];

/** Nodes of a page, and pages that are read before a person is told that there may be more. */
const [PAGE_SIZE, MAX_PAGES] = [1000, 10];

/** Nodes that were found, and whether all were looked through. */
export interface UserNodes {
  readonly nodes: readonly UserNode[];
  readonly isWhole: boolean;
}

/**
 * Reads nodes: no index has users.
 *
 * @param user Only nodes that they have. @defaultValue all nodes
 */
export async function readNodes(signal: AbortSignal, user?: string): Promise<UserNodes> {
  const nodes: UserNode[] = [];
  let page: string | undefined;
  for (let read = 0; read < MAX_PAGES; read++) {
    const found = await get<NodePage>("/v1/nodes", { user, limit: PAGE_SIZE, page }, signal);
    nodes.push(...found.nodes);
    page = found.next;
    if (page === undefined) return { nodes, isWhole: true };
  }
  return { nodes, isWhole: false };
}
