import { shellWord } from "@rainhooks/stage/terminal/shell";
import type { Attempt } from "../../attempts/attempt.ts";
import { MASK } from "../../send/try-once.ts";

/** A command for a shell. */
export interface CurlCommand {
  readonly command: string;
  /** Variables of the shell that the command needs: they stand for what is secret. */
  readonly variables: readonly string[];
}

/** Variable with the path and query of the URL, which are not kept. */
const PATH_VARIABLE = "URL_PATH";

/**
 * Returns a command that repeats an attempt. Variables stand for what is secret: the path of the URL, and
 * header values shown as `***`. Each word is quoted, so that a shell never executes a part of it.
 *
 * @param body The body of the request. @defaultValue that of the file `body.json`
 */
export function toCurl(
  { method, url, headers }: Pick<Attempt, "method" | "url" | "headers">,
  body?: string,
): CurlCommand {
  const entries = Object.entries(headers);
  const hidden = entries.filter(([, value]) => value === MASK).map(([name]) => variableOf(name));
  const words = [
    `curl -X ${method} ${shellWord(url)}"$${PATH_VARIABLE}"`,
    ...entries.map(([name, value]) => `-H ${headerWord(name, value)}`),
    `--data-binary ${body === undefined ? "@body.json" : shellWord(body)}`,
  ];
  return { command: words.join(" \\\n  "), variables: [PATH_VARIABLE, ...hidden] };
}

function headerWord(name: string, value: string): string {
  return value === MASK ? `${shellWord(`${name}: `)}"$${variableOf(name)}"` : shellWord(`${name}: ${value}`);
}

function variableOf(header: string): string {
  return `_${header}`
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "_")
    .replace(/^_(?=[A-Z])/, "");
}
