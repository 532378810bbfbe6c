import type { LocalRainmaker } from "./rainmaker.ts";

/** Where one half of a user-node mapping comes from. */
type Half = "mappingFromNode" | "mappingFromUser";

/**
 * Takes one half of a user-node mapping: the user names the node and a secret, the node sends the same secret. When both
 * halves are there and agree, the node belongs to the user.
 */
export async function map(
  rainmaker: LocalRainmaker,
  nodeId: string,
  half: Half,
  mapping: { readonly userId: string; readonly secret: string },
): Promise<void> {
  const node = rainmaker.node(nodeId);
  node[half] = mapping;
  const { mappingFromNode: fromNode, mappingFromUser: fromUser } = node;
  if (fromNode !== undefined && fromNode.userId === fromUser?.userId && fromNode.secret === fromUser.secret) {
    node.mappingFromNode = undefined;
    node.mappingFromUser = undefined;
    await addNodes(rainmaker, mapping.userId, [nodeId], "primary");
  }
  await rainmaker.save();
}

/** Gives nodes to a user. */
export async function addNodes(
  rainmaker: LocalRainmaker,
  userId: string,
  nodes: readonly string[],
  user_role: "primary" | "secondary",
): Promise<void> {
  for (const nodeId of nodes) {
    const { users } = rainmaker.node(nodeId);
    if (!users.includes(userId)) users.push(userId);
  }
  await rainmaker.emit(
    "rmaker.event.user_node_added",
    { user_role, nodes: [...nodes] },
    { users: [userId], ...only(nodes) },
  );
}

/** Takes a node from a user. */
export async function removeNode(rainmaker: LocalRainmaker, userId: string, nodeId: string): Promise<void> {
  const node = rainmaker.node(nodeId);
  node.users = node.users.filter((one) => one !== userId);
  await rainmaker.emit("rmaker.event.user_node_removed", { nodes: [nodeId] }, { users: [userId], nodeId });
  await rainmaker.save();
}

/** The node of an event that names just one. */
export function only(nodes: readonly string[]): { nodeId?: string } {
  const [nodeId] = nodes;
  return nodeId !== undefined && nodes.length === 1 ? { nodeId } : {};
}
