import type { RainmakerGroup } from "../state.ts";
import { type ApiCall, type ApiHandler, SUCCESS } from "./call.ts";
import { requireNodes } from "./nodes.ts";
import { ApiRefusal, invalidBody, text, texts } from "./refusal.ts";

/** `POST /v1/user/node_group`: creates a group of the user's nodes. */
export const createGroup: ApiHandler = async ({ rainmaker, user, body }) => {
  const nodes = texts(body["nodes"] ?? []);
  requireNodes(rainmaker.state.nodes, user.id, nodes);
  const group: RainmakerGroup = {
    id: rainmaker.newId(),
    name: text(body, "group_name"),
    owner: user.id,
    nodes,
    sharedWith: [],
  };
  rainmaker.state.groups.push(group);
  await rainmaker.save();
  return { ...SUCCESS, group_id: group.id };
};

/** `PUT /v1/user/node_group/sharing`: offers groups to another user. */
export const shareGroups: ApiHandler = async ({ rainmaker, accounts, user, body }) => {
  const groups = texts(body["groups"]).map((id) => ownGroup(rainmaker.state.groups, user.id, id));
  const receiver = accounts.byName(text(body, "user_name"));
  if (receiver === undefined) throw new ApiRefusal(101009, "User does not exist");
  const id = rainmaker.newId();
  rainmaker.state.sharings.push({
    id,
    from: user.id,
    to: receiver.id,
    nodes: [],
    groups: groups.map((group) => group.id),
  });
  const data = {
    shared_from: user.name,
    shared_to: receiver.name,
    request_id: id,
    groups: groups.map(toApi),
  };
  await rainmaker.emit("rmaker.event.user_node_group_sharing_add", data, { users: [receiver.id] });
  await rainmaker.save();
  return { ...SUCCESS, request_id: id };
};

/** `PUT /v1/user/node_group/sharing/requests`: accepts or declines an offer. */
export const answerGroupSharing: ApiHandler = async (call) => {
  const { rainmaker, user, body } = call;
  const { accept } = body;
  const { state } = rainmaker;
  const sharing = state.sharings.find(
    ({ id, to, groups }) => id === body["request_id"] && to === user.id && groups.length > 0,
  );
  if (sharing === undefined || typeof accept !== "boolean") throw invalidBody();
  state.sharings = state.sharings.filter((one) => one !== sharing);
  const groups = state.groups.filter(({ id }) => sharing.groups.includes(id));
  const from = nameOf(call, sharing.from);
  const response = {
    shared_from: from,
    shared_to: user.name,
    request_id: sharing.id,
    accept,
    groups: groups.map(toApi),
  };
  await rainmaker.emit("rmaker.event.user_node_group_sharing_add", response, { users: [sharing.from] });
  if (accept) {
    for (const group of groups) group.sharedWith = [...new Set([...group.sharedWith, user.id])];
    const added = { request_id: sharing.id, groups: groups.map(toApi) };
    await rainmaker.emit("rmaker.event.user_node_group_added", added, { users: [user.id] });
  }
  await rainmaker.save();
  return SUCCESS;
};

/**
 * `DELETE /v1/user/node_group/sharing?groups=&user_name=`: ends the sharing of groups, as their owner or as
 * the other user.
 */
export const endGroupSharing: ApiHandler = async (call) => {
  const { rainmaker, accounts, user, query } = call;
  const other = accounts.byName(query.get("user_name") ?? "");
  if (other === undefined) throw new ApiRefusal(101009, "User does not exist");
  const self_removal = other.id === user.id;
  const wanted = (query.get("groups") ?? "").split(",").filter((id) => id !== "");
  const groups = rainmaker.state.groups.filter(
    ({ id, owner, sharedWith }) =>
      wanted.includes(id) && sharedWith.includes(other.id) && (self_removal || owner === user.id),
  );
  const [first] = groups;
  if (first === undefined) throw invalidBody();
  for (const group of groups) group.sharedWith = group.sharedWith.filter((id) => id !== other.id);
  const data = { shared_from: nameOf(call, first.owner), self_removal, groups: groups.map(toApi) };
  await rainmaker.emit("rmaker.event.user_node_group_removed", data, { users: [other.id] });
  await rainmaker.save();
  return SUCCESS;
};

function ownGroup(groups: readonly RainmakerGroup[], userId: string, id: string): RainmakerGroup {
  const group = groups.find((one) => one.id === id && one.owner === userId);
  if (group === undefined) throw new ApiRefusal(100002, `Group ${id} is not yours`, 403);
  return group;
}

function nameOf({ rainmaker }: ApiCall, userId: string): string {
  return rainmaker.state.users.find(({ id }) => id === userId)?.name ?? userId;
}

function toApi({ id, name }: RainmakerGroup): { group_id: string; group_name: string } {
  return { group_id: id, group_name: name };
}
