import type { JsonObject } from "@rainhooks/core";
import type { LocalRainmaker } from "../rainmaker.ts";
import type { User } from "../state.ts";
import type { Accounts } from "./accounts.ts";

/** A call of somebody who is logged in. */
export interface ApiCall {
  readonly rainmaker: LocalRainmaker;
  readonly accounts: Accounts;
  readonly user: User;
  readonly query: URLSearchParams;
  readonly body: JsonObject;
}

/** Answers a call. */
export type ApiHandler = (call: ApiCall) => Promise<JsonObject>;

/** What most calls answer. */
export const SUCCESS: JsonObject = { status: "success" };
