import type { LocalRainmaker } from "./rainmaker.ts";

/** The source of one half of a user-node mapping. */
type Half = "mappingFromNode" | "mappingFromUser";

/**
 * Adds one half of a user-node mapping: the user sends the node's id and a secret, and the node sends the
 * same secret. When both halves are present and equal, the node is added to the user.
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

/** Adds nodes to a user. */
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

/** Adds tags to a node of a user. A tag that no node had before counts as new. */
export async function addTags(
  rainmaker: LocalRainmaker,
  userId: string,
  nodeId: string,
  tags: readonly string[],
): Promise<void> {
  const { state } = rainmaker;
  const node = rainmaker.node(nodeId);
  const known = tags.filter((tag) => state.knownTags.includes(tag));
  const fresh = tags.filter((tag) => !state.knownTags.includes(tag));
  node.tags = [...new Set([...node.tags, ...tags])];
  state.knownTags.push(...fresh);
  const about = { users: [userId], nodeId };
  if (fresh.length > 0)
    await rainmaker.emit("rmaker.event.new_tags_added", { node_id: nodeId, tags: fresh }, about);
  if (known.length > 0)
    await rainmaker.emit("rmaker.event.existing_tags_attached", { node_id: nodeId, tags: known }, about);
}

/** Removes a node from a user. */
export async function removeNode(rainmaker: LocalRainmaker, userId: string, nodeId: string): Promise<void> {
  const node = rainmaker.node(nodeId);
  node.users = node.users.filter((one) => one !== userId);
  await rainmaker.emit("rmaker.event.user_node_removed", { nodes: [nodeId] }, { users: [userId], nodeId });
  await rainmaker.save();
}

/** Returns the node of an event about exactly one node. */
export function only(nodes: readonly string[]): { nodeId?: string } {
  const [nodeId] = nodes;
  return nodeId !== undefined && nodes.length === 1 ? { nodeId } : {};
}
