import type { JsonObject } from "@rainhooks/core/json";
import type { ReceivedRequest } from "@rainhooks/testing/receiver";
import { type Answer, jsonObjectOf, type Service, serviceOf } from "./service.ts";

/** The app that may log in. */
export const SALESFORCE_CLIENT = { id: "3MVG9-client", secret: "hidden+client secret" };

/** The object of the example, and its field that identifies a record for other systems. */
const UPSERT =
  /^\/services\/data\/v\d+\.0\/sobjects\/Rainmaker_Alert__c\/Event_Id__c\/([^/?]+)\?_HttpMethod=PATCH$/;
const TOKEN_PATH = "/services/oauth2/token";
const FIELDS = ["Node__c", "Message__c", "Happened_At__c"];

/**
 * Salesforce: OAuth 2.0 client credentials in the body (developer.salesforce.com, "Connect to Connect REST
 * API Using OAuth"), and the upsert of a record by an external id (REST API Developer Guide, "Insert or
 * Update (Upsert) a Record Using an External ID"), as a POST request with `_HttpMethod=PATCH` ("Update a
 * Record").
 */
export class Salesforce implements Service {
  /** By external id. */
  readonly records = new Map<string, JsonObject>();
  tokens = 0;
  #session = "";

  /** Ends the session, as Salesforce does after some hours. */
  endSession(): void {
    this.#session = "";
  }

  readonly respond = serviceOf((request) =>
    request.path === TOKEN_PATH ? this.#logIn(request) : this.#upsert(request),
  ).respond;

  #logIn({ method, headers, body }: ReceivedRequest): Answer {
    const form = new URLSearchParams(body);
    const isForm = headers["content-type"] === "application/x-www-form-urlencoded";
    if (method !== "POST" || !isForm || form.get("grant_type") !== "client_credentials")
      return { status: 400, body: { error: "unsupported_grant_type" } };
    if (
      form.get("client_id") !== SALESFORCE_CLIENT.id ||
      form.get("client_secret") !== SALESFORCE_CLIENT.secret
    )
      return {
        status: 400,
        body: { error: "invalid_client", error_description: "invalid client credentials" },
      };
    this.tokens += 1;
    this.#session = `00DS7!session-${this.tokens}`;
    // There is no expires_in.
    const id = "https://login.salesforce.com/id/00Dd0/005d0";
    const token = { access_token: this.#session, token_type: "Bearer", issued_at: "1678833535086" };
    return { status: 200, body: { ...token, signature: "nUFH=", instance_url: "https://acme.example", id } };
  }

  #upsert(request: ReceivedRequest): Answer {
    const { method, path, headers } = request;
    if (this.#session === "" || headers.authorization !== `Bearer ${this.#session}`)
      return failure(401, "INVALID_SESSION_ID", "Session expired or invalid");
    const [, encoded = ""] = UPSERT.exec(path) ?? [];
    if (encoded === "") return failure(404, "NOT_FOUND", "The requested resource does not exist");
    if (method !== "POST") return failure(405, "METHOD_NOT_ALLOWED", `HTTP Method '${method}' not allowed`);
    const fields = jsonObjectOf(request);
    if (fields === undefined) return failure(400, "JSON_PARSER_ERROR", "Unexpected character");
    const unknown = Object.keys(fields).find((name) => !FIELDS.includes(name));
    if (unknown !== undefined) return failure(400, "INVALID_FIELD", `No such column '${unknown}'`);
    const id = decodeURIComponent(encoded);
    const created = !this.records.has(id);
    this.records.set(id, { ...this.records.get(id), ...fields });
    return {
      status: created ? 201 : 200,
      body: { id: "a00190000001pPv", errors: [], success: true, created },
    };
  }
}

function failure(status: number, errorCode: string, message: string): Answer {
  return { status, body: [{ message, errorCode }] };
}
