import { createHash, timingSafeEqual } from "node:crypto";
import { type RainhooksError, wrongInput } from "@rainhooks/core/errors";

/** Bytes of a token that bind it to its query. */
const BINDING_BYTES = 16;

/**
 * Makes the token of a cursor in the result of a query. The token is bound to the query: with a
 * changed query it causes an error instead of a wrong page. It is not a secret and callers can make
 * their own, so every query checks that the cursor lies inside its own result.
 */
export function pageToken(query: string, cursor: string): string {
  return Buffer.concat([binding(query, cursor), Buffer.from(cursor)]).toString("base64url");
}

/**
 * Returns the cursor that a token contains.
 *
 * @throws {RainhooksError} `input-invalid` for a token of another query or stage, or one that was
 * changed.
 */
export function placeOf(query: string, token: string): string {
  const bytes = Buffer.from(token, "base64url");
  const cursor = bytes.subarray(BINDING_BYTES).toString("utf8");
  const bound = bytes.subarray(0, BINDING_BYTES);
  const fits =
    bound.length === BINDING_BYTES &&
    bytes.toString("base64url") === token &&
    timingSafeEqual(bound, binding(query, cursor));
  if (fits) return cursor;
  throw wrongPage();
}

/** Makes the error for a token that does not belong to the query it is used with. */
export function wrongPage(): RainhooksError {
  return wrongInput(
    "The page token does not belong to this query. Use `next` of the previous page, with the same parameters.",
  );
}

function binding(query: string, cursor: string): Buffer {
  // The length separates query and cursor, whatever characters they contain.
  const text = `${Buffer.byteLength(query)}:${query}${cursor}`;
  return createHash("sha256").update(text).digest().subarray(0, BINDING_BYTES);
}

/**
 * Splits the cursor of a list in a range of time, `<end> <cursor>`: without an end, all pages end
 * where the first one does.
 *
 * @param to The end that is asked for.
 * @throws {RainhooksError} `input-invalid` for a cursor of another range.
 */
export function cursorOfRange(cursor: string | undefined, to: number | undefined, nowMs: number) {
  if (cursor === undefined) return { toMs: to ?? nowMs, after: undefined };
  const [, end = "", after = ""] = /^(\d{1,15}) (.*)$/s.exec(cursor) ?? [];
  const toMs = Number(end);
  if (end === "" || toMs !== (to ?? toMs)) throw wrongPage();
  return { toMs, after };
}
