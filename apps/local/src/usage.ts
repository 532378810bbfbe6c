import { resolve } from "node:path";
import type { StartOptions } from "./options.ts";

const DEFAULT_DATA = resolve(".rainhooks");

/** Commands for a running stage. Every line can be pasted unchanged. */
export function usage({ dataDir }: StartOptions): string {
  const data = dataDir === DEFAULT_DATA ? "" : ` --data ${quoted(dataDir)}`;
  const commands = [
    ["nodes --offline", "offline nodes, longest first"],
    ["count", "how many nodes are online"],
    ["node <node>", "one node, its uptime and drops"],
    ["series <node> [series]", "its series, or the points of one"],
    ["archive query --saved deliveries-per-topic-today", ""],
    ["dlq", "messages that could not be handled"],
    ["publish docs/samples/node_connected.json", "publish an event of your own"],
    ["logs hello", "what a webhook logged"],
    ["rainmaker login", "log in to the local RainMaker, then register this stage with it"],
  ];
  const lines = commands.map(([command = "", what = ""]) =>
    `  npm run -s rainhooks -- ${`${command}${data}`.padEnd(USAGE_WIDTH)} ${what}`.trimEnd(),
  );
  return `\nThe stage stays up. In another terminal:\n${lines.join("\n")}\nCtrl-C ends it.`;
}

const USAGE_WIDTH = 41;

/** Quotes a path for a shell. */
function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}
