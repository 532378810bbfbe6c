import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** Bytes of each secret. */
const SECRET_BYTES = 32;
/** Maximum number of browsers that are let in at once; the first one is forgotten. */
const MAX_BROWSERS = 16;

/** What a browser shows to be let in. */
export interface ConsoleSession {
  /** Value of its cookie, which scripts cannot read. Browsers send it to every port of this machine. */
  readonly cookie: string;
  /** A secret that the page keeps to itself and sends in a header: no other port gets it. */
  readonly key: string;
}

/** Lets browsers in: a token that only the terminal shows is exchanged, once, for a session. */
export class Entrance {
  #token = newSecret();
  #sessions: readonly ConsoleSession[] = [];

  /** The token for the next browser. */
  get token(): string {
    return this.#token;
  }

  /** Exchanges a token for a session, and makes another token; returns `undefined` for a wrong token. */
  enter(token: string): ConsoleSession | undefined {
    if (!isEqual(token, this.#token)) return undefined;
    this.#token = newSecret();
    const session = { cookie: newSecret(), key: newSecret() };
    this.#sessions = [...this.#sessions, session].slice(-MAX_BROWSERS);
    return session;
  }

  /** Returns true if cookie and key belong to the same session of this run. */
  isIn({ cookie, key }: ConsoleSession): boolean {
    return this.#sessions.some((one) => isEqual(one.cookie, cookie) && isEqual(one.key, key));
  }
}

function newSecret(): string {
  return randomBytes(SECRET_BYTES).toString("base64url");
}

/** Compares texts in a time that says nothing about them. */
function isEqual(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
