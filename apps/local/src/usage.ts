import { resolve } from "node:path";
import { shellWord } from "@rainhooks/terminal";
import type { StartOptions } from "./options.ts";

type Usage = readonly [command: string, what: string];

const DEFAULT_DATA = resolve(".rainhooks");

/**
 * Commands for a running stage. Every line can be pasted unchanged.
 *
 * @param consoleAddress Address that lets a browser in to the console.
 */
export function usage(
  { dataDir, watch }: Pick<StartOptions, "dataDir" | "watch">,
  consoleAddress: string | undefined,
): string {
  const data = dataDir === DEFAULT_DATA ? "" : ` --data ${shellWord(dataDir)}`;
  const commands = watch ? DEVELOPING : ASKING;
  const lines = commands.map(([command, what]) =>
    `  npm run -s rainhooks -- ${`${command}${data}`.padEnd(USAGE_WIDTH)} ${what}`.trimEnd(),
  );
  const stays = watch ? WATCHING : "The stage stays up.";
  const look = consoleAddress === undefined ? [] : [`Look at it in a browser: ${consoleAddress}`];
  return ["", stays, ...look, "In another terminal:", ...lines, "Ctrl-C ends it."].join("\n");
}

const WATCHING =
  "Webhooks are reloaded when their code changes, and each event is a line here (times in UTC).";

const ASKING: readonly Usage[] = [
  ["nodes --offline", "offline nodes, longest first"],
  ["count", "how many nodes are online"],
  ["node <node>", "one node, its uptime and drops"],
  ["series <node> [series]", "its series, or the points of one"],
  ["archive query --saved deliveries-per-topic-today", ""],
  ["dlq", "messages that could not be handled"],
  ["trigger node_connected --node my-node", "publish an event of your own"],
  ["events --follow", "what passes on the stage"],
  ["logs hello", "what a webhook logged"],
  ["rainmaker login", "log in to the local RainMaker, then register this stage with it"],
];

const DEVELOPING: readonly Usage[] = [
  ["trigger node_connected --node my-node", "publish an event"],
  ["events --follow", "what passes on the stage"],
  ["logs <webhook> --pretty --follow", "what a webhook logs"],
  ["dlq", "messages that could not be handled"],
];

const USAGE_WIDTH = 41;
