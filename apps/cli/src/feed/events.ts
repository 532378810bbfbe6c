import { EVENT_TYPES, shortType } from "@rainhooks/core/catalog";
import { countText } from "@rainhooks/core/count-text";
import type { Delivery } from "@rainhooks/core/deliveries/delivery";
import { eventOf } from "@rainhooks/core/event-of";
import { nodeOfOption } from "@rainhooks/stage/commands/find-node";
import { dress, print, printJson, printNote } from "@rainhooks/stage/commands/output";
import { reachLocalStage, type StageSelection } from "@rainhooks/stage/commands/reach-stage";
import { deliveryFilter, describeDelivery } from "@rainhooks/stage/describe-delivery";
import { MAX_FEED_PAST, readEventFeed } from "@rainhooks/stage/event-feed";
import { formatTime } from "@rainhooks/stage/terminal/format-table";
import { safeLine } from "@rainhooks/stage/terminal/printable";
import { requireLocalStage } from "./publish.ts";

/** Options of `events`. */
export interface EventsOptions extends StageSelection {
  readonly follow?: boolean | undefined;
  /** Number of past events. */
  readonly last: number;
  readonly type?: string | undefined;
  readonly node?: string | undefined;
  readonly json?: boolean | undefined;
}

const TYPE_WIDTH = Math.max(...EVENT_TYPES.map((type) => shortType(type).length));
/** An id of RainMaker's and the number of further nodes. */
const NODE_WIDTH = 26;
/** A delivery's id is a UUID. */
const ID_WIDTH = 36;
const MAX_DATA = 120;

/**
 * Prints the last events that passed on the local stage, one per line; with `follow`, also new
 * ones.
 */
export async function eventsCommand(options: EventsOptions): Promise<void> {
  requireLocalStage(
    "events",
    options,
    "a deployed stage has them in its archive (rainhooks archive cat)",
  );
  const { follow = false, last, node: text, type } = options;
  const shown = type === undefined ? undefined : shortType(eventOf(type));
  const access = await reachLocalStage(options);
  const node = text === undefined ? undefined : await nodeOfOption(access, text);
  const isWanted = deliveryFilter({ type: shown, node });
  const printOne = (delivery: Delivery) =>
    options.json ? printJson(`${JSON.stringify(delivery)}\n`) : print(`${eventLine(delivery)}\n`);
  const feed = readEventFeed(access.local.file.endpoint, { last: MAX_FEED_PAST, follow });
  const past: Delivery[] = [];
  let isPast = true;
  const printPast = async () => {
    isPast = false;
    for (const delivery of past.slice(Math.max(0, past.length - last))) await printOne(delivery);
  };
  for await (const line of feed) {
    if (line.kind === "live") await printPast();
    else if (line.kind === "left-out")
      printNote(`Not shown, because the output is slow: ${countText(line.count, "event")}.`);
    else if (!isWanted(line.delivery)) continue;
    else if (isPast) past.push(line.delivery);
    else await printOne(line.delivery);
  }
  if (isPast) await printPast();
  if (follow) printNote("The stage has stopped.");
  else if (past.length === 0)
    printNote("No such event has been published since the stage was started.");
}

/**
 * Formats a delivery as one line: time, type, node, id, data. Its texts come from devices; longer
 * ones are cut, so that columns hold.
 */
function eventLine(delivery: Delivery): string {
  const { type, nodes, data, problem } = describeDelivery(delivery);
  const text = problem ?? (data === undefined ? "" : JSON.stringify(data));
  const shown = safeLine(text, MAX_DATA);
  return [
    formatTime(delivery.sentAtMs),
    cell(type, TYPE_WIDTH),
    cell(nodes, NODE_WIDTH),
    cell(delivery.id, ID_WIDTH),
    problem === undefined ? shown : dress("yellow", shown),
  ]
    .join("  ")
    .trimEnd();
}

function cell(text: string, width: number): string {
  return safeLine(text, width).padEnd(width);
}
