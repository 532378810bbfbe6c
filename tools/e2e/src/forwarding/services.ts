import type { ServerResponse } from "node:http";
import { isJsonObject, type JsonObject, type JsonValue, tryParseJson } from "@rainhooks/core/json";
import type { ReceivedRequest } from "@rainhooks/testing/receiver";

/** What a service responds: a text is sent as it is, anything else as JSON. */
interface Result {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/**
 * A service that destinations of the documentation send to. It takes what the documentation of the
 * real one says, and refuses anything else with its status.
 */
export abstract class Service {
  /** What it has taken. */
  readonly taken: JsonObject[] = [];
  /** Responses before it takes something again. */
  readonly refusals: Result[] = [];

  protected abstract result(request: ReceivedRequest): Result;

  readonly respond = (request: ReceivedRequest, response: ServerResponse): void => {
    const { status, headers = {}, body = "" } = this.refusals.shift() ?? this.result(request);
    response.writeHead(status, headers).end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

/**
 * Returns the JSON object of a request that says that it has one; `undefined` for any other
 * request.
 */
function jsonObjectOf({ headers, body }: ReceivedRequest): JsonObject | undefined {
  if (!/^application\/json(;|$)/.test(headers["content-type"] ?? "")) return undefined;
  const value = tryParseJson(body);
  return isJsonObject(value) ? value : undefined;
}

/** Path of the only incoming webhook. */
export const SLACK_PATH = "/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX";

/** Maximum characters of the text of a block, by the type of the block. */
const MAX_TEXT: Readonly<Record<string, number>> = { header: 150, section: 3000, context: 3000 };

/**
 * Slack's incoming webhooks (docs.slack.dev/messaging/sending-messages-using-incoming-webhooks, and
 * the changelog of 2016-05-17 for statuses): a JSON message with a text or blocks.
 */
export class Slack extends Service {
  protected override result(request: ReceivedRequest): Result {
    if (request.method !== "POST" || request.path !== SLACK_PATH) return { status: 404 };
    const message = jsonObjectOf(request);
    const { text = "", blocks = [] } = message ?? {};
    const isRight =
      typeof text === "string" && text !== "" && Array.isArray(blocks) && blocks.every(isBlock);
    if (message === undefined || !isRight) return { status: 400 };
    this.taken.push(message);
    return { status: 200, body: "ok" };
  }
}

function isBlock(block: JsonValue): boolean {
  if (!isJsonObject(block) || typeof block["type"] !== "string") return false;
  const max = Object.hasOwn(MAX_TEXT, block["type"]) ? MAX_TEXT[block["type"]] : undefined;
  const texts = block["type"] === "context" ? block["elements"] : [block["text"]];
  return max !== undefined && Array.isArray(texts) && texts.every((text) => isText(text, max));
}

function isText(value: unknown, max: number): boolean {
  if (!isJsonObject(value)) return false;
  const { type, text } = value;
  const isKnown = type === "plain_text" || type === "mrkdwn";
  return isKnown && typeof text === "string" && text.length > 0 && text.length <= max;
}

/** The app that may log in. */
export const SALESFORCE_CLIENT = { id: "3MVG9-client", secret: "hidden+client secret" };

/** The object of the example, and its field that identifies a record for other systems. */
const UPSERT =
  /^\/services\/data\/v\d+\.0\/sobjects\/Rainmaker_Alert__c\/Event_Id__c\/([^/?]+)\?_HttpMethod=PATCH$/;
const FIELDS = ["Node__c", "Message__c", "Happened_At__c"];

/**
 * Salesforce: OAuth 2.0 client credentials in the body (developer.salesforce.com, "Connect to
 * Connect REST API Using OAuth"), and the upsert of a record by an external id (REST API Developer
 * Guide, "Insert or Update (Upsert) a Record Using an External ID"), as a POST request with
 * `_HttpMethod=PATCH` ("Update a Record").
 */
export class Salesforce extends Service {
  /** By external id. */
  readonly records = new Map<string, JsonObject>();
  tokens = 0;
  #session = "";

  /** Ends the session, as Salesforce does after some hours. */
  endSession(): void {
    this.#session = "";
  }

  protected override result(request: ReceivedRequest): Result {
    return request.path === "/services/oauth2/token" ? this.#logIn(request) : this.#upsert(request);
  }

  #logIn({ method, headers, body }: ReceivedRequest): Result {
    const form = new URLSearchParams(body);
    const isForm = headers["content-type"] === "application/x-www-form-urlencoded";
    const { id, secret } = SALESFORCE_CLIENT;
    const isClient = form.get("client_id") === id && form.get("client_secret") === secret;
    if (
      method !== "POST" ||
      !isForm ||
      !isClient ||
      form.get("grant_type") !== "client_credentials"
    )
      return { status: 400, body: { error: "invalid_client" } };
    this.tokens += 1;
    this.#session = `00DS7!session-${this.tokens}`;
    // There is no expires_in.
    return { status: 200, body: { access_token: this.#session, token_type: "Bearer" } };
  }

  #upsert(request: ReceivedRequest): Result {
    const { method, path, headers } = request;
    if (this.#session === "" || headers.authorization !== `Bearer ${this.#session}`)
      return { status: 401 };
    const [, encoded = ""] = UPSERT.exec(path) ?? [];
    if (encoded === "" || method !== "POST") return { status: 404 };
    const fields = jsonObjectOf(request);
    if (fields === undefined || Object.keys(fields).some((name) => !FIELDS.includes(name)))
      return { status: 400 };
    const id = decodeURIComponent(encoded);
    const created = !this.records.has(id);
    this.records.set(id, { ...this.records.get(id), ...fields });
    return { status: created ? 201 : 200, body: { id: "a00190000001pPv", success: true, created } };
  }
}

/** Id of the only webhook trigger. */
export const HOME_ASSISTANT_ID = "node-alert-Zx81pQ";

/**
 * The webhook trigger of Home Assistant (home-assistant.io/docs/automation/trigger, and
 * homeassistant/components/webhook of home-assistant/core): POST or PUT; the body is `trigger.json`
 * if the content type says JSON, and the response is 200 whether there is such a webhook or not.
 */
export class HomeAssistant extends Service {
  protected override result(request: ReceivedRequest): Result {
    const [, id] = /^\/api\/webhook\/([^/?]+)$/.exec(request.path) ?? [];
    if (id === undefined || !["POST", "PUT"].includes(request.method)) return { status: 404 };
    const json = jsonObjectOf(request);
    if (id === HOME_ASSISTANT_ID && json !== undefined) this.taken.push(json);
    return { status: 200 };
  }
}

/** The access token of a user of the server. */
export const NTFY_TOKEN = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2";

/**
 * ntfy (docs.ntfy.sh/publish, "Publish as JSON" and "Access tokens"): a JSON object with at least a
 * topic, to the root of the server, not to the topic; the response is the message.
 */
export class Ntfy extends Service {
  protected override result(request: ReceivedRequest): Result {
    if (request.headers.authorization !== `Bearer ${NTFY_TOKEN}`) return { status: 401 };
    const message =
      request.method === "POST" && request.path === "/" ? jsonObjectOf(request) : undefined;
    if (message === undefined || !isNtfyMessage(message)) return { status: 400 };
    this.taken.push(message);
    return {
      status: 200,
      body: { id: "xE73Iyuabi", time: 1_673_542_291, event: "message", ...message },
    };
  }
}

function isNtfyMessage(json: JsonObject): boolean {
  const { topic, title = "", message = "", tags = [], priority = 3, ...others } = json;
  return (
    typeof topic === "string" &&
    /^[-_A-Za-z0-9]{1,64}$/.test(topic) &&
    Array.isArray(tags) &&
    [title, message, ...tags].every((text) => typeof text === "string") &&
    typeof priority === "number" &&
    [1, 2, 3, 4, 5].includes(priority) &&
    Object.keys(others).length === 0
  );
}
