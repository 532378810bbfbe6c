import type { ShownHeaders } from "../attempts/attempt.ts";

/** Stands for a secret value. */
export const MASK = "***";

/** Headers of a request whose values are no secrets. */
const PLAIN: ReadonlySet<string> = new Set(["content-type", "user-agent", "webhook-id", "webhook-timestamp"]);

/** Returns headers as the log of attempts has them; those of a body's format are no secrets. */
export function shownHeaders(
  headers: Readonly<Record<string, string>>,
  ofBody: Readonly<Record<string, string>>,
): ShownHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      PLAIN.has(name) || Object.hasOwn(ofBody, name) ? value : MASK,
    ]),
  );
}

/** Maximum bytes of a response in the log of attempts. */
export const MAX_RESPONSE_BYTES = 4096;

/** Returns the beginning of a text, of whole characters. */
export function beginning(text: string, maxBytes: number): string {
  // With `stream`, a character that is cut waits for its rest, which never comes.
  return new TextDecoder().decode(Buffer.from(text).subarray(0, maxBytes), { stream: true });
}
