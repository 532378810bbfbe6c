import type { LocalRainmaker } from "./rainmaker.ts";

/** Adds a node to a user. */
export async function addNode(
  rainmaker: LocalRainmaker,
  userId: string,
  nodeId: string,
  user_role: "primary" | "secondary",
): Promise<void> {
  const node = rainmaker.node(nodeId);
  node.users = [...new Set([...node.users, userId])];
  const data = { user_role, nodes: [nodeId] };
  await rainmaker.emit("rmaker.event.user_node_added", data, { users: [userId], nodeId });
}

/** Adds a tag to a node of a user. A tag that no node had before is new. */
export async function addTag(
  rainmaker: LocalRainmaker,
  userId: string,
  nodeId: string,
  tag: string,
): Promise<void> {
  const { knownTags } = rainmaker.state;
  const node = rainmaker.node(nodeId);
  node.tags = [...new Set([...node.tags, tag])];
  const type = knownTags.includes(tag) ? "existing_tags_attached" : "new_tags_added";
  rainmaker.state.knownTags = [...new Set([...knownTags, tag])];
  await rainmaker.emit(`rmaker.event.${type}`, { node_id: nodeId, tags: [tag] }, { users: [userId], nodeId });
}

/** Removes a node from a user. */
export async function removeNode(rainmaker: LocalRainmaker, userId: string, nodeId: string): Promise<void> {
  const node = rainmaker.node(nodeId);
  node.users = node.users.filter((one) => one !== userId);
  await rainmaker.emit("rmaker.event.user_node_removed", { nodes: [nodeId] }, { users: [userId], nodeId });
}
