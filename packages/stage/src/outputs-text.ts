import { gunzipSync } from "node:zlib";

/** Maximum size of the outputs of a stage. */
const MAX_BYTES = 1024 * 1024;

/**
 * Returns the JSON of outputs from the text of their SSM parameter: gzip in base64. A text that is something else has none.
 *
 * @example
 * ```ts
 * import { outputsJson } from "@rainhooks/stage";
 *
 * console.log(outputsJson("H4sIAAAAAAAAA6tWKi5JTE9VslJKSS1TqgUA7kmC8w8AAAA=")); // {"stage":"dev"}
 * ```
 */
export function outputsJson(text: string): string {
  try {
    return gunzipSync(Buffer.from(text, "base64"), { maxOutputLength: MAX_BYTES }).toString("utf8");
  } catch {
    return "";
  }
}
