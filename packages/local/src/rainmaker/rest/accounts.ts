import { randomBytes, randomUUID, scrypt, scryptSync, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";
import { MINUTE_MS } from "@rainhooks/core/durations";
import type { JsonObject } from "@rainhooks/core/json";
import type { RainmakerState, User } from "../state.ts";
import { ApiRefusal, invalidBody } from "./refusal.ts";

const TOKEN_LIFE_MS = 3_600_000;
const HASH_BYTES = 32;
const MAX_WRONG_A_MINUTE = 10;

/** Accounts and their tokens. Tokens are only in memory: after a restart, users must log in again. */
export class Accounts {
  readonly #state: RainmakerState;
  readonly #nowMs: () => number;
  readonly #access = new Map<string, { userId: string; expiresAtMs: number }>();
  readonly #refresh = new Map<string, string>();
  /** Times of recent failed logins, epoch milliseconds. */
  #wrongAtMs: number[] = [];

  constructor(state: RainmakerState, nowMs: () => number) {
    this.#state = state;
    this.#nowMs = nowMs;
  }

  /** Creates or replaces a user; a replaced one keeps its id. */
  add(name: string, password: string, superAdmin: boolean): User {
    const salt = randomBytes(16).toString("hex");
    const user: User = {
      id: this.byName(name)?.id ?? randomUUID(),
      name,
      superAdmin,
      passwordHash: `${salt}:${hash(password, salt)}`,
    };
    this.#state.users = [...this.#state.users.filter((other) => other.name !== name), user];
    return user;
  }

  byName(name: string): User | undefined {
    return this.#state.users.find((user) => user.name === name);
  }

  /** Whether a user exists and has this password. */
  async isPassword(name: string, password: string): Promise<boolean> {
    const user = this.byName(name);
    return user !== undefined && (await matches(password, user.passwordHash));
  }

  /**
   * Handles a login, or the renewal of a token.
   *
   * @throws {ApiRefusal} 101009 for a wrong name or password, 101017 for an unknown refresh token, 100070
   * after too many failed logins.
   */
  async login(body: JsonObject): Promise<JsonObject> {
    const { user_name: name, password, refreshtoken } = body;
    if (typeof refreshtoken === "string") {
      const userId = this.#refresh.get(refreshtoken);
      if (userId === undefined) throw new ApiRefusal(101017, "Refresh token failed");
      return { status: "success", description: "Login successful", ...this.#tokens(userId) };
    }
    if (typeof name !== "string" || typeof password !== "string") throw invalidBody();
    this.#refuseTooMany();
    const user = this.byName(name);
    if (user === undefined || !(await matches(password, user.passwordHash))) {
      this.#wrongAtMs.push(this.#nowMs());
      throw new ApiRefusal(101009, "Incorrect user name or password");
    }
    const renewal = randomBytes(24).toString("base64url");
    this.#refresh.set(renewal, user.id);
    return {
      status: "success",
      description: "Login successful",
      ...this.#tokens(user.id),
      refreshtoken: renewal,
    };
  }

  /** Returns the user of a token; `undefined` if the token is unknown or expired. */
  userOf(token: string | undefined): User | undefined {
    const access = token === undefined ? undefined : this.#access.get(token);
    if (access === undefined || access.expiresAtMs < this.#nowMs()) return undefined;
    return this.#state.users.find(({ id }) => id === access.userId);
  }

  /** Limits guesses of passwords: each attempt takes time, and failed ones are limited per minute. */
  #refuseTooMany(): void {
    const nowMs = this.#nowMs();
    this.#wrongAtMs = this.#wrongAtMs.filter((atMs) => nowMs - atMs < MINUTE_MS);
    if (this.#wrongAtMs.length >= MAX_WRONG_A_MINUTE) {
      throw new ApiRefusal(100070, "Too many requests, try again later", 429);
    }
  }

  #tokens(userId: string): { accesstoken: string; idtoken: string } {
    const accesstoken = randomBytes(24).toString("base64url");
    this.#access.set(accesstoken, { userId, expiresAtMs: this.#nowMs() + TOKEN_LIFE_MS });
    return { accesstoken, idtoken: randomBytes(24).toString("base64url") };
  }
}

function hash(password: string, salt: string): string {
  return scryptSync(password, salt, HASH_BYTES).toString("hex");
}

const scryptLater = promisify<string, string, number, Buffer>(scrypt);

/** Asynchronous, because a hash takes a tenth of a second in which the process would be blocked. */
async function matches(password: string, stored: string): Promise<boolean> {
  const [salt = "", expected = ""] = stored.split(":");
  const found = await scryptLater(password, salt, HASH_BYTES);
  const wanted = Buffer.from(expected, "hex");
  return found.length === wanted.length && timingSafeEqual(found, wanted);
}
