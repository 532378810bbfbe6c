import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { DAY_MS } from "@rainhooks/core/durations";
import { isJsonObject, tryParseJson } from "@rainhooks/core/json";

/** Bytes of each secret. */
const SECRET_BYTES = 32;
/** Maximum number of browsers that are let in at once; the first one is forgotten. */
const MAX_BROWSERS = 16;

/** What a browser shows to be let in. */
export interface ConsoleSession {
  /**
   * Value of its cookie, which scripts cannot read. Browsers send it to every port of this machine.
   */
  readonly cookie: string;
  /** A secret that the page keeps to itself and sends in a header: no other port gets it. */
  readonly key: string;
}

/** A session as it is stored: who reads the digests is not let in by them. */
interface StoredSession {
  /** SHA-256 of both, base64url. */
  readonly cookie: string;
  readonly key: string;
  readonly enteredAtMs: number;
}

/** For how long a session is let in after a restart. */
export const MAX_SESSION_MS = 30 * DAY_MS;

/** Lets browsers in: a token that only the terminal shows is exchanged, once, for a session. */
export class Entrance {
  readonly #nowMs: () => number;
  readonly #path: string | undefined;
  #token = newSecret();
  #sessions: readonly StoredSession[];

  /**
   * @param path File that keeps the sessions over a restart: it has their digests, and only its
   * owner can read it. Without one, or if it cannot be read or written, they end with the process.
   */
  constructor(nowMs: () => number, path?: string) {
    this.#nowMs = nowMs;
    this.#path = path;
    this.#sessions = path === undefined ? [] : readSessions(path, nowMs() - MAX_SESSION_MS);
  }

  /** The token for the next browser. */
  get token(): string {
    return this.#token;
  }

  /**
   * Exchanges a token for a session, and makes another token; returns `undefined` for a wrong
   * token.
   */
  enter(token: string): ConsoleSession | undefined {
    if (!isSameSecret(digest(token), digest(this.#token))) return undefined;
    this.#token = newSecret();
    const session = { cookie: newSecret(), key: newSecret() };
    const cookie = digest(session.cookie);
    const key = digest(session.key);
    this.#sessions = [...this.#sessions, { cookie, key, enteredAtMs: this.#nowMs() }].slice(
      -MAX_BROWSERS,
    );
    if (this.#path !== undefined) storeSessions(this.#path, this.#sessions);
    return session;
  }

  /** Returns true if cookie and key belong to the same session. */
  isIn(session: ConsoleSession): boolean {
    const cookie = digest(session.cookie);
    const key = digest(session.key);
    return this.#sessions.some(
      (one) => isSameSecret(one.cookie, cookie) && isSameSecret(one.key, key),
    );
  }
}

/**
 * Reads the sessions since a time; none if there is no such file, or something else has written it.
 */
function readSessions(path: string, sinceMs: number): StoredSession[] {
  let text = "";
  try {
    text = readFileSync(path, "utf8");
  } catch {
    // There is none, or it is for others: nobody has been let in.
  }
  const stored = tryParseJson(text);
  return (Array.isArray(stored) ? stored : []).flatMap((one): StoredSession[] => {
    if (!isJsonObject(one)) return [];
    const { cookie, key, enteredAtMs } = one;
    if (typeof cookie !== "string" || typeof key !== "string" || typeof enteredAtMs !== "number")
      return [];
    return enteredAtMs < sinceMs ? [] : [{ cookie, key, enteredAtMs }];
  });
}

/** Writes a new file: an older one may be readable by others. */
function storeSessions(path: string, sessions: readonly StoredSession[]): void {
  const written = `${path}.new`;
  try {
    rmSync(written, { force: true });
    writeFileSync(written, `${JSON.stringify(sessions)}\n`, { mode: 0o600, flag: "wx" });
    renameSync(written, path);
  } catch {
    // Who was let in is in for this run.
  }
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** Compares secrets, or digests of them, in a time that says nothing about them. */
export function isSameSecret(one: string, other: string): boolean {
  const a = Buffer.from(one);
  const b = Buffer.from(other);
  return a.length === b.length && timingSafeEqual(a, b);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
