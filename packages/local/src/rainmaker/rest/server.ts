import type { IncomingMessage, Server } from "node:http";
import { text as readText } from "node:stream/consumers";
import { messageOf } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import { localServer } from "../../aws/local-server.ts";
import type { LocalRainmaker } from "../rainmaker.ts";
import type { Accounts } from "./accounts.ts";
import type { ApiHandler } from "./call.ts";
import { filterHandlers } from "./filters.ts";
import { createIntegration, deleteIntegration, listIntegrations, updateIntegration } from "./integrations.ts";
import { ApiRefusal, invalidBody } from "./refusal.ts";

const admin = filterHandlers("admin");
const own = filterHandlers("user");

/** Handlers by method and path without the version. Those under `/admin` need a super admin. */
const CALLS: ReadonlyMap<string, ApiHandler> = new Map(
  Object.entries({
    "GET /admin/webhook_integration": listIntegrations,
    "POST /admin/webhook_integration": createIntegration,
    "PUT /admin/webhook_integration": updateIntegration,
    "DELETE /admin/webhook_integration": deleteIntegration,
    "GET /admin/event_filter": admin.list,
    "POST /admin/event_filter": admin.create,
    "PUT /admin/event_filter": admin.update,
    "DELETE /admin/event_filter": admin.remove,
    "GET /user/event_filter": own.list,
    "POST /user/event_filter": own.create,
    "PUT /user/event_filter": own.update,
    "DELETE /user/event_filter": own.remove,
  }),
);

const MAX_BODY_BYTES = 256 * 1024;

/** Serves the part of RainMaker's REST API that webhooks and their events need. */
export function createRestServer(
  rainmaker: LocalRainmaker,
  accounts: Accounts,
  onProblem: (text: string) => void,
): Server {
  return localServer(
    async (request, response) => {
      const { status, body } = await respond(request, rainmaker, accounts, onProblem);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    },
    { maxBodyBytes: () => MAX_BODY_BYTES, onProblem },
  );
}

interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

async function respond(
  request: IncomingMessage,
  rainmaker: LocalRainmaker,
  accounts: Accounts,
  onProblem: (text: string) => void,
): Promise<Answer> {
  try {
    const { pathname, searchParams: query } = urlOf(request);
    const path = pathname.replace(/^\/v1/, "");
    const body = await readBody(request);
    if (request.method === "POST" && (path === "/login" || path === "/login2")) {
      return { status: 200, body: await accounts.login(body) };
    }
    const handler = CALLS.get(`${request.method} ${path}`);
    if (handler === undefined) return { status: 403, body: { message: "Missing Authentication Token" } };
    const user = accounts.userOf(request.headers.authorization);
    if (user === undefined) return { status: 401, body: { message: "Unauthorized" } };
    if (path.startsWith("/admin/") && !user.superAdmin) {
      throw new ApiRefusal(100002, "User is not authorized to perform this operation", 403);
    }
    return { status: 200, body: await handler({ rainmaker, user, query, body }) };
  } catch (error) {
    if (error instanceof ApiRefusal) {
      return {
        status: error.status,
        body: { status: "failure", error_code: error.code, description: error.message },
      };
    }
    onProblem(`Local RainMaker: ${messageOf(error)}`);
    return {
      status: 500,
      body: { status: "failure", error_code: 100008, description: "Internal server error" },
    };
  }
}

/** Parses the URL of a request; `//` at its start is part of the path, not another host. */
function urlOf({ url = "/" }: IncomingMessage): URL {
  return new URL(`http://localhost${url.startsWith("/") ? url : `/${url}`}`);
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const content = await readText(request);
  const body = content === "" ? {} : tryParseJson(content);
  if (!isJsonObject(body)) throw invalidBody();
  return body;
}
