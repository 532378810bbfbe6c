import { createHash, timingSafeEqual } from "node:crypto";
import { RainhooksError } from "@rainhooks/core";

/** Bytes of a token that bind it to its query. */
const BINDING_BYTES = 16;

/**
 * The token of a place in the result of a query. It is bound to the query, so that a caller who changes the query and
 * keeps the token gets an error instead of a wrong page. It holds no secret, and anyone can make one: every query checks
 * that a place lies inside its own result.
 */
export function pageToken(query: string, place: string): string {
  return Buffer.concat([binding(query, place), Buffer.from(place)]).toString("base64url");
}

/**
 * The place that a token names.
 *
 * @throws {RainhooksError} `input-invalid` for a token of another query or stage, or one that was changed.
 */
export function placeOf(query: string, token: string): string {
  const bytes = Buffer.from(token, "base64url");
  const place = bytes.subarray(BINDING_BYTES).toString("utf8");
  const bound = bytes.subarray(0, BINDING_BYTES);
  const fits =
    bound.length === BINDING_BYTES &&
    bytes.toString("base64url") === token &&
    timingSafeEqual(bound, binding(query, place));
  if (fits) return place;
  throw wrongPage();
}

/** The error for a token that does not belong to the query it came with. */
export function wrongPage(): RainhooksError {
  return new RainhooksError(
    "input-invalid",
    "The page token does not belong to this question: take `next` of the page before, and repeat its parameters.",
    { permanent: true },
  );
}

function binding(query: string, place: string): Buffer {
  // The length keeps query and place apart, whatever is in them.
  const text = `${Buffer.byteLength(query)}:${query}${place}`;
  return createHash("sha256").update(text).digest().subarray(0, BINDING_BYTES);
}
