import { gunzipSync } from "node:zlib";

/** Maximum size of the outputs of a stage. */
const MAX_BYTES = 1024 * 1024;

/**
 * Returns the JSON of outputs from the text of their SSM parameter: gzip in base64. A text that is something
 * else has none.
 */
export function outputsJson(text: string): string {
  try {
    return gunzipSync(Buffer.from(text, "base64"), { maxOutputLength: MAX_BYTES }).toString("utf8");
  } catch {
    return "";
  }
}
