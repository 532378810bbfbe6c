import type { Attempt } from "./attempt.ts";

/** What stands for the path of the URL, which is not kept. */
const HIDDEN_PATH = "/***";

/**
 * Returns a command that repeats an attempt, once what is secret is filled in: the path of the URL, header values shown as `***`, and the
 * body in a file. Each word is quoted, so that a shell never executes a part of it.
 *
 * @param bodyFile The file with the body.
 *
 * @example
 * ```ts
 * import { type Attempt, toCurl } from "@rainhooks/forwarding";
 *
 * const attempt: Pick<Attempt, "method" | "url" | "headers"> = {
 *   method: "POST",
 *   url: "https://crm.example.com",
 *   headers: { "x-api-key": "***" },
 * };
 * console.log(toCurl(attempt)); // curl -X POST 'https://crm.example.com/***' -H 'x-api-key: ***' --data-binary '@body.json'
 * ```
 */
export function toCurl(
  { method, url, headers }: Pick<Attempt, "method" | "url" | "headers">,
  bodyFile = "body.json",
): string {
  const shown = Object.entries(headers).flatMap(([name, value]) => ["-H", quote(`${name}: ${value}`)]);
  return [
    "curl",
    "-X",
    method,
    quote(`${url}${HIDDEN_PATH}`),
    ...shown,
    "--data-binary",
    quote(`@${bodyFile}`),
  ].join(" ");
}

const CONTROL = /\p{Cc}/gu;

/** Between single quotes, a shell reads everything as it stands, but for single quotes. */
function quote(text: string): string {
  return `'${text.replace(CONTROL, " ").replaceAll("'", "'\\''")}'`;
}
