import { type ApiHandler, SUCCESS } from "./call.ts";
import { ApiRefusal, text, texts } from "./refusal.ts";

/**
 * `POST /v1/admin/nodes`: registers nodes. RainMaker's admin CLI does this with certificates; here an id is enough.
 */
export const registerNodes: ApiHandler = async ({ rainmaker, body }) => {
  for (const nodeId of texts(body["node_ids"])) {
    rainmaker.node(nodeId);
    await rainmaker.emit("rmaker.event.node_registered", { node_id: nodeId }, { nodeId });
  }
  await rainmaker.save();
  return SUCCESS;
};

/** `POST /v1/admin/users`: creates a user; with `admin: true` an administrator, which is an event. */
export const createUser: ApiHandler = async ({ rainmaker, accounts, body }) => {
  const name = text(body, "user_name");
  if (accounts.byName(name) !== undefined) throw new ApiRefusal(101005, "User already exists");
  const user = accounts.add(name, text(body, "password"), body["admin"] === true);
  if (user.superAdmin) {
    await rainmaker.emit("rmaker.event.admin_user_added", { user_name: name }, { users: [user.id] });
  }
  await rainmaker.save();
  return { ...SUCCESS, user_id: user.id };
};
