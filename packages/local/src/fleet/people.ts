import { randomBytes } from "node:crypto";
import { RainhooksError } from "@rainhooks/core/errors";
import { RainmakerClient } from "@rainhooks/rainmaker/client";
import { type RunningRainmaker, readPassword, SUPER_ADMIN } from "../rainmaker/start.ts";
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
export interface People {
  act(act: Act): Promise<void>;
}

/** Creates the people in a local RainMaker, and logs them in. */
export async function gatherPeople(running: RunningRainmaker, nodes: readonly FleetNode[]): Promise<People> {
  const { baseUrl, accounts } = running;
  const [first] = nodes;
  const nodeId = first?.id ?? "";
  const logIn = async (name: string, id?: string) => {
    const password = randomBytes(12).toString("base64url");
    accounts.add(name, password, false, id);
    return (await new RainmakerClient({ baseUrl }).login(name, password)).accessToken;
  };
  const owner = await logIn(OWNER, first?.users[0]);
  const friend = await logIn(FRIEND);
  const admin = (await new RainmakerClient({ baseUrl }).login(SUPER_ADMIN, await readPassword(running)))
    .accessToken;
  const call = (token: string, method: string, path: string, body?: object) =>
    callApi(baseUrl, token, method, path, body);

  let round = 0;
  let request: string | undefined;
  let group: string | undefined;
  const deeds: Readonly<Record<Act, () => Promise<unknown>>> = {
    register: () => {
      round += 1;
      return call(admin, "POST", "/admin/nodes", { node_ids: [`spare-${nodeId.slice(0, 8)}-${round}`] });
    },
    appoint: () =>
      call(admin, "POST", "/admin/users", {
        user_name: `admin-${randomBytes(4).toString("hex")}@example.com`,
        password: randomBytes(12).toString("base64url"),
        admin: true,
      }),
    tag: () => call(owner, "PUT", `/user/nodes?node_id=${nodeId}`, { tags: [newTag()] }),
    "tag-again": () => call(owner, "PUT", `/user/nodes?node_id=${nodeId}`, { tags: [lastTag()] }),
    share: async () => {
      const body = { nodes: [nodeId], user_name: FRIEND };
      request = (await call(owner, "PUT", "/user/nodes/sharing/requests", body))["request_id"];
    },
    accept: () => call(friend, "PUT", "/user/nodes/sharing/requests", { request_id: request, accept: true }),
    "share-group": async () => {
      const made = await call(owner, "POST", "/user/node_group", { group_name: "Home", nodes: [nodeId] });
      group = made["group_id"];
      const body = { groups: [group], user_name: FRIEND };
      request = (await call(owner, "PUT", "/user/node_group/sharing", body))["request_id"];
    },
    "accept-group": () =>
      call(friend, "PUT", "/user/node_group/sharing/requests", { request_id: request, accept: true }),
    "leave-group": () =>
      call(friend, "DELETE", `/user/node_group/sharing?groups=${group}&user_name=${FRIEND}`),
    leave: () => call(friend, "PUT", "/user/nodes/mapping", { node_id: nodeId, operation: "remove" }),
  };
  const newTag = () => `esp.location:room-${round}-${running.rainmaker.state.knownTags.length}`;
  const lastTag = () => running.rainmaker.state.knownTags.at(-1) ?? "esp.location:home";
  return {
    act: async (act) => {
      await deeds[act]();
    },
  };
}

/**
 * Calls RainMaker's API with a user's token, for calls that `RainmakerClient` does not have.
 *
 * @throws {RainhooksError} `rainmaker-refused` with RainMaker's response.
 */
export async function callApi(
  baseUrl: string,
  token: string,
  method: string,
  path: string,
  body?: object,
): Promise<Record<string, string>> {
  const response = await fetch(`${baseUrl}/v1${path}`, {
    method,
    headers: { authorization: token, "content-type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const content = (await response.json()) as Record<string, string>;
  if (response.ok) return content;
  throw new RainhooksError("rainmaker-refused", `${method} ${path}: ${JSON.stringify(content)}`);
}
