import { resolve } from "node:path";
import { EVENT_TYPES, type EventType, isDerived, shortType } from "@rainhooks/core/catalog";
import type { LocalSource } from "@rainhooks/local/source";
import { programAsTyped } from "@rainhooks/stage/terminal/as-typed";
import { shellWord } from "@rainhooks/stage/terminal/shell";
import type { Webhook } from "@rainhooks/webhook/define-function";
import type { StartOptions } from "./options.ts";

type Usage = readonly [command: string, what: string];

const DEFAULT_DATA = resolve(".rainhooks");

/**
 * Commands for a running stage. Every line can be pasted unchanged.
 *
 * @param webhooks Those that run: they want the event that is suggested.
 * @param consoleAddress Address that lets a browser in to the console.
 */
export function usage(
  { dataDir, watch }: Pick<StartOptions, "dataDir" | "watch">,
  { refusal }: Pick<LocalSource, "refusal">,
  webhooks: readonly Pick<Webhook, "events">[],
  consoleAddress: string | undefined,
): string {
  const data = dataDir === DEFAULT_DATA ? "" : ` --data ${shellWord(dataDir)}`;
  const all = (watch ? DEVELOPING : ASKING)(wantedEvent(webhooks));
  const commands = all.filter(([command]) => refusal === undefined || !command.startsWith("rainmaker"));
  const program = programAsTyped();
  const lines = commands.map(([command, what]) =>
    `  ${program} ${`${command}${data}`.padEnd(USAGE_WIDTH)} ${what}`.trimEnd(),
  );
  const stays = watch ? WATCHING : "The stage stays up.";
  const look = consoleAddress === undefined ? [] : [`Look at it in a browser: ${consoleAddress}`];
  return ["", stays, ...look, "In another terminal:", ...lines, "Ctrl-C ends it."].join("\n");
}

/** Returns an event that every webhook gets, or else the first one: after it, something can be seen. */
function wantedEvent(webhooks: readonly Pick<Webhook, "events">[]): string {
  const wanted = (types: readonly EventType[]) => types.find((type) => !isDerived(type));
  const byAll = EVENT_TYPES.filter((type) => webhooks.every(({ events }) => events.includes(type)));
  return shortType(wanted(byAll) ?? wanted(webhooks[0]?.events ?? []) ?? "rmaker.event.node_connected");
}

const WATCHING =
  "Webhooks are reloaded when their code changes, and each event is a line here (times in UTC).";

type Commands = (event: string) => readonly Usage[];

const ASKING: Commands = (event) => [
  ["nodes --offline", "offline nodes, longest first"],
  ["count", "how many nodes are online"],
  ["node <node>", "one node, its uptime and drops"],
  ["series <node> [series]", "its series, or the points of one"],
  ["archive query --saved deliveries-per-topic-today", ""],
  ["dlq", "messages that could not be handled"],
  [`trigger ${event} --node my-node`, "publish an event of your own"],
  ["events --follow", "what passes on the stage"],
  ["logs hello", "what a webhook logged"],
  ["rainmaker login", "log in to the local RainMaker, then register this stage with it"],
];

const DEVELOPING: Commands = (event) => [
  [`trigger ${event} --node my-node`, "publish an event"],
  ["events --follow", "what passes on the stage"],
  ["logs <webhook> --pretty --follow", "what a webhook logs"],
  ["dlq", "messages that could not be handled"],
];

const USAGE_WIDTH = 41;
