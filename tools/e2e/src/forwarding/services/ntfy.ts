import type { JsonObject, JsonValue } from "@rainhooks/core/json";
import { type Answer, jsonObjectOf, type Service, serviceOf } from "./service.ts";

/** The access token of a user of the server. */
export const NTFY_TOKEN = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2";

const TOPIC = /^[-_A-Za-z0-9]{1,64}$/;

/**
 * ntfy (docs.ntfy.sh/publish, "Publish as JSON" and "Access tokens"): a JSON object with at least a topic, to
 * the root of the server, not to the topic; the response is the message.
 */
export class Ntfy implements Service {
  readonly messages: JsonObject[] = [];
  /** Responses before the server takes messages again. */
  readonly refusals: Answer[] = [];

  readonly respond = serviceOf((request) => {
    const refusal = this.refusals.shift();
    if (refusal !== undefined) return refusal;
    if (request.headers.authorization !== `Bearer ${NTFY_TOKEN}`) return failure(401, 40101, "unauthorized");
    const message = request.method === "POST" && request.path === "/" ? jsonObjectOf(request) : undefined;
    if (message === undefined || !isMessage(message))
      return failure(400, 40024, "invalid request: request body must be valid JSON");
    this.messages.push(message);
    return { status: 200, body: { id: "xE73Iyuabi", time: 1_673_542_291, event: "message", ...message } };
  }).respond;
}

function isMessage({
  topic,
  title = "",
  message = "",
  tags = [],
  priority = 3,
  ...others
}: JsonObject): boolean {
  return (
    typeof topic === "string" &&
    TOPIC.test(topic) &&
    [title, message].every((text) => typeof text === "string") &&
    Array.isArray(tags) &&
    tags.every((tag: JsonValue) => typeof tag === "string") &&
    [1, 2, 3, 4, 5].includes(Number(priority)) &&
    typeof priority === "number" &&
    Object.keys(others).length === 0
  );
}

function failure(http: number, code: number, error: string): Answer {
  return { status: http, body: { code, http, error } };
}
