import type { LocalRainmaker } from "../rainmaker/rainmaker.ts";
import type { FleetNode } from "./fleet.ts";

/** Actions of people with RainMaker's API, in an order in which each action finds what it needs. */
export const ACTS = [
  "register",
  "appoint",
  "tag",
  "tag-again",
  "share",
  "accept",
  "share-group",
  "accept-group",
  "leave-group",
  "leave",
] as const;

/** An action of a person. */
export type Act = (typeof ACTS)[number];

/** Maximum messages of an action. */
export const MESSAGES_PER_ACT = 2;

const OWNER = "anna@example.com";
const FRIEND = "ben@example.com";

/** The people of a fleet: an admin, the owner of the first node, and a friend of the owner. */
export type People = (act: Act) => Promise<void>;

/** Returns people whose actions a local RainMaker publishes. */
export function peopleOf(rainmaker: LocalRainmaker, nodes: readonly FleetNode[]): People {
  const [first] = nodes;
  const nodeId = first?.id ?? "";
  const admin = rainmaker.newId();
  const friend = rainmaker.newId();
  const request_id = rainmaker.newId();
  const owner = first?.users[0] ?? rainmaker.newId();
  const groups = [{ group_id: rainmaker.newId(), group_name: "Home" }];
  const offer = { shared_from: OWNER, shared_to: FRIEND, request_id, groups };
  const emit = rainmaker.emit.bind(rainmaker);
  const tag = () => addTag(rainmaker, owner, nodeId, `esp.location:room-${round}`);
  let round = 0;
  const deeds: Readonly<Record<Act, () => Promise<unknown>>> = {
    register: () => {
      round += 1;
      const spare = `spare-${nodeId.slice(0, 8)}-${round}`;
      return emit("rmaker.event.node_registered", { node_id: spare }, { nodeId: spare });
    },
    appoint: () =>
      emit(
        "rmaker.event.admin_user_added",
        { user_name: `admin-${round}@example.com` },
        { users: [admin] },
      ),
    tag,
    "tag-again": tag,
    share: () =>
      emit(
        "rmaker.event.user_node_sharing_add",
        { primary_user_name: OWNER, request_id, nodes: [nodeId] },
        { users: [friend], nodeId },
      ),
    accept: async () => {
      const data = { secondary_user_name: FRIEND, accept: true, nodes: [nodeId] };
      await emit("rmaker.event.user_node_sharing_add", data, { users: [owner], nodeId });
      await addNode(rainmaker, friend, nodeId, "secondary");
    },
    "share-group": () =>
      emit("rmaker.event.user_node_group_sharing_add", offer, { users: [friend] }),
    "accept-group": async () => {
      const accepted = { ...offer, accept: true };
      await emit("rmaker.event.user_node_group_sharing_add", accepted, { users: [owner] });
      await emit("rmaker.event.user_node_group_added", { request_id, groups }, { users: [friend] });
    },
    "leave-group": () => {
      const data = { shared_from: OWNER, self_removal: true, groups };
      return emit("rmaker.event.user_node_group_removed", data, { users: [friend] });
    },
    leave: () => removeNode(rainmaker, friend, nodeId),
  };
  return async (act) => {
    await deeds[act]();
    await rainmaker.save();
  };
}

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
  const type = knownTags.includes(tag) ? "existing_tags_attached" : "new_tags_added";
  rainmaker.state.knownTags = [...new Set([...knownTags, tag])];
  await rainmaker.emit(
    `rmaker.event.${type}`,
    { node_id: nodeId, tags: [tag] },
    { users: [userId], nodeId },
  );
}

/** Removes a node from a user. */
async function removeNode(
  rainmaker: LocalRainmaker,
  userId: string,
  nodeId: string,
): Promise<void> {
  const node = rainmaker.node(nodeId);
  node.users = node.users.filter((one) => one !== userId);
  await rainmaker.emit(
    "rmaker.event.user_node_removed",
    { nodes: [nodeId] },
    { users: [userId], nodeId },
  );
}
