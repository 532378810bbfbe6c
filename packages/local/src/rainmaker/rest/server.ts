import { randomBytes } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import { text } from "node:stream/consumers";
import { messageOf } from "@rainhooks/core/errors";
import { isJsonObject, type JsonObject, tryParseJson } from "@rainhooks/core/json";
import { isSameSecret } from "@rainhooks/stage/routes/entrance";
import { localServer } from "../../aws/local-server.ts";
import type { LocalRainmaker } from "../rainmaker.ts";
import { ApiRefusal, CALLS, invalidBody } from "./calls.ts";

/** Name of the super admin, who is the only user that can log in. */
export const SUPER_ADMIN = "admin@rainmaker.local";

const MAX_BODY_BYTES = 256 * 1024;

/** Serves the part of RainMaker's REST API that webhooks and their events need. */
export function createRestServer(
  rainmaker: LocalRainmaker,
  password: string,
  onProblem: (text: string) => void,
): Server {
  /** Only in memory: after a restart, one must log in again. */
  const tokens = new Set<string>();
  const login = ({ user_name, password: typed }: JsonObject): JsonObject => {
    if (typeof user_name !== "string" || typeof typed !== "string") throw invalidBody();
    if (user_name !== SUPER_ADMIN || !isSameSecret(typed, password))
      throw new ApiRefusal(101009, "Incorrect user name or password");
    const accesstoken = randomBytes(24).toString("base64url");
    tokens.add(accesstoken);
    return { ...SUCCESS, accesstoken };
  };
  const respond = async (
    request: IncomingMessage,
  ): Promise<readonly [status: number, body: JsonObject]> => {
    const { pathname, searchParams: query } = urlOf(request);
    const path = pathname.replace(/^\/v1/, "");
    const body = await readBody(request);
    if (request.method === "POST" && (path === "/login" || path === "/login2"))
      return [200, login(body)];
    const handler = CALLS.get(`${request.method} ${path}`);
    if (handler === undefined) return [403, { message: "Missing Authentication Token" }];
    if (!tokens.has(request.headers.authorization ?? "")) return [401, { message: "Unauthorized" }];
    const result = handler({ state: rainmaker.state, query, body });
    if (result === undefined) await rainmaker.save();
    return [200, result ?? SUCCESS];
  };
  const failed = (error: unknown) => {
    const known = error instanceof ApiRefusal;
    if (!known) onProblem(`Local RainMaker: ${messageOf(error)}`);
    const { status, code, message } = known
      ? error
      : new ApiRefusal(100008, "Internal server error", 500);
    return [status, { status: "failure", error_code: code, description: message }] as const;
  };
  return localServer(
    async (request, response) => {
      const [status, body] = await respond(request).catch(failed);
      response.writeHead(status, { "content-type": "application/json" });
      response.end(JSON.stringify(body));
    },
    { maxBodyBytes: () => MAX_BODY_BYTES, onProblem },
  );
}

const SUCCESS = { status: "success" };

/** Parses the URL of a request; `//` at its start is part of the path, not another host. */
function urlOf({ url = "/" }: IncomingMessage): URL {
  return new URL(`http://localhost${url.startsWith("/") ? url : `/${url}`}`);
}

async function readBody(request: IncomingMessage): Promise<JsonObject> {
  const content = await text(request);
  const body = content === "" ? {} : tryParseJson(content);
  if (!isJsonObject(body)) throw invalidBody();
  return body;
}
