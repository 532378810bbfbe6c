import type { JsonObject } from "@rainhooks/core/json";
import type { LocalRainmaker } from "../rainmaker.ts";
import type { User } from "../state.ts";

/** A call of a user who is logged in. */
export interface ApiCall {
  readonly rainmaker: LocalRainmaker;
  readonly user: User;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
}

/** Handles a call; returns the response body. */
export type ApiHandler = (call: ApiCall) => Promise<JsonObject>;

/** The response of most calls. */
export const SUCCESS: JsonObject = { status: "success" };
