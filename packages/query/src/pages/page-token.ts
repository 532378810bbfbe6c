import { createHmac, timingSafeEqual } from "node:crypto";
import { RainhooksError } from "@rainhooks/core";

/** Bytes of the signature that a token carries: 128 bits. */
const SIGNATURE_BYTES = 16;

/**
 * The name of a place in the answer to a question, for others to hand back. It is signed together with the stage and the question, so it
 * opens that place in that answer and nothing else. The place itself can be read.
 */
export function pageToken(key: Uint8Array, question: string, place: string): string {
  return Buffer.concat([signature(key, question, place), Buffer.from(place)]).toString("base64url");
}

/**
 * The place that a token names.
 *
 * @throws {RainhooksError} `input-invalid` for a token of another question, of another stage, or of nobody's.
 */
export function placeOf(key: Uint8Array, question: string, token: string): string {
  const bytes = Buffer.from(token, "base64url");
  const place = bytes.subarray(SIGNATURE_BYTES).toString("utf8");
  const signed = bytes.subarray(0, SIGNATURE_BYTES);
  const genuine =
    signed.length === SIGNATURE_BYTES &&
    bytes.toString("base64url") === token &&
    timingSafeEqual(signed, signature(key, question, place));
  if (genuine) return place;
  throw new RainhooksError(
    "input-invalid",
    "The page token does not belong to this question: take it from the answer before, and ask the same again with it.",
    { permanent: true },
  );
}

function signature(key: Uint8Array, question: string, place: string): Buffer {
  const hmac = createHmac("sha256", key);
  // The length keeps question and place apart, whatever is in them.
  hmac.update(`${Buffer.byteLength(question)}:${question}${place}`);
  return hmac.digest().subarray(0, SIGNATURE_BYTES);
}
