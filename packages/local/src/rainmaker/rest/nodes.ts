import { isJsonObject } from "@rainhooks/core/json";
import { addNodes, addTags, map, only, removeNode } from "../mapping.ts";
import { type ApiCall, type ApiHandler, SUCCESS } from "./call.ts";
import { ApiRefusal, invalidBody, object, text, texts } from "./refusal.ts";

/** `PUT /v1/user/nodes/mapping`: requests a node, or removes it. */
export const mapNode: ApiHandler = async ({ rainmaker, user, body }) => {
  const nodeId = text(body, "node_id");
  if (body["operation"] === "remove") {
    requireNodes(rainmaker.state.nodes, user.id, [nodeId]);
    await removeNode(rainmaker, user.id, nodeId);
    return SUCCESS;
  }
  await map(rainmaker, nodeId, "mappingFromUser", { userId: user.id, secret: text(body, "secret_key") });
  return { ...SUCCESS, request_id: rainmaker.newId() };
};

/** `PUT /v1/user/nodes/sharing/requests`: offers nodes to another user, or accepts or declines an offer. */
export const shareNodes: ApiHandler = async (call) => {
  const { rainmaker, accounts, user, body } = call;
  if (body["request_id"] !== undefined) return answerNodeSharing(call);
  const nodes = texts(body["nodes"]);
  requireNodes(rainmaker.state.nodes, user.id, nodes);
  const receiver = accounts.byName(text(body, "user_name"));
  if (receiver === undefined) throw new ApiRefusal(101009, "User does not exist");
  const id = rainmaker.newId();
  rainmaker.state.sharings.push({ id, from: user.id, to: receiver.id, nodes, groups: [] });
  const data = { primary_user_name: user.name, request_id: id, nodes };
  await rainmaker.emit("rmaker.event.user_node_sharing_add", data, { users: [receiver.id], ...only(nodes) });
  await rainmaker.save();
  return { ...SUCCESS, request_id: id };
};

async function answerNodeSharing({ rainmaker, user, body }: ApiCall) {
  const { accept } = body;
  const { state } = rainmaker;
  const sharing = state.sharings.find(
    ({ id, to, nodes }) => id === body["request_id"] && to === user.id && nodes.length > 0,
  );
  if (sharing === undefined || typeof accept !== "boolean") throw invalidBody();
  state.sharings = state.sharings.filter((one) => one !== sharing);
  const nodes = [...sharing.nodes];
  const data = { secondary_user_name: user.name, accept, nodes };
  await rainmaker.emit("rmaker.event.user_node_sharing_add", data, { users: [sharing.from], ...only(nodes) });
  if (accept) await addNodes(rainmaker, user.id, nodes, "secondary");
  await rainmaker.save();
  return SUCCESS;
}

/** `PUT /v1/user/nodes?node_id=`: adds tags. A tag that no node had before counts as new. */
export const tagNode: ApiHandler = async ({ rainmaker, user, query, body }) => {
  const nodeId = query.get("node_id") ?? "";
  requireNodes(rainmaker.state.nodes, user.id, [nodeId]);
  await addTags(rainmaker, user.id, nodeId, texts(body["tags"]));
  await rainmaker.save();
  return SUCCESS;
};

/** `POST /v1/user/node_automation`: creates an automation of one of the user's nodes. */
export const automate: ApiHandler = async ({ rainmaker, user, body }) => {
  const nodeId = text(body, "node_id");
  requireNodes(rainmaker.state.nodes, user.id, [nodeId]);
  const { events, actions } = body;
  if (!Array.isArray(events) || events.length === 0 || !Array.isArray(actions)) throw invalidBody();
  const id = rainmaker.newId();
  rainmaker.state.automations.push({
    id,
    name: text(body, "name"),
    owner: user.id,
    nodeId,
    conditions: events.map((event) => ({
      params: object(object(event)["params"]),
      check: text(object(event), "check"),
    })),
    actions: actions.filter(isJsonObject),
  });
  await rainmaker.save();
  return { ...SUCCESS, automation_id: id };
};

/** Rejects nodes that are not the user's. */
export function requireNodes(
  nodes: ReadonlyMap<string, { readonly users: readonly string[] }>,
  userId: string,
  wanted: readonly string[],
): void {
  for (const nodeId of wanted) {
    if (!(nodes.get(nodeId)?.users.includes(userId) ?? false))
      throw new ApiRefusal(100002, `Node ${nodeId} is not yours`, 403);
  }
}
